// What tests ask of the emulation beyond the driver API. Plain C, exported; mirrored by the C# tests.
#ifndef GUIDEDMIXUP_EMULATION_API_H
#define GUIDEDMIXUP_EMULATION_API_H

#define GUIDEDMIXUP_EXPORT extern "C" __attribute__((visibility("default")))

/// Runs one kernel without any driver: 0, or the Fault, and its message. For trying a kernel by itself.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationRun(const char* kernel, const unsigned* grid, const unsigned* block, unsigned dynamicShared, void** arguments, char* message, int messageSize);

/// Order of fibers and blocks (0: plain), and the errors of Log2 and Exp2 (0: none).
/// The environment's GUIDEDMIXUP_EMULATION_SEED sets both at load.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationSeed(unsigned long long order, unsigned long long approximation);

#endif
