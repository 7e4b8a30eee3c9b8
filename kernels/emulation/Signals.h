// Stray accesses of a kernel become a fault of its grid instead of the end of the process.
#ifndef GUIDEDMIXUP_EMULATION_SIGNALS_H
#define GUIDEDMIXUP_EMULATION_SIGNALS_H

namespace emulation
{

/// While on, memory faults of this thread are the kernel's; others go where they went before.
void CatchFaults(bool on);

} // namespace emulation

#endif
