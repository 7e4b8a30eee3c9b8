// Launches as they happened, for replay under sanitizers: nothing of them is declared a second time.
// The file: "GMREC01\n", then, as they come, little-endian,
//   'B' u64 size, bytes                                          contents of memory; numbered from 0, each different content once
//   'L' u32 length, name; u32 grid[3], block[3], dynamic shared bytes;
//       u32 arguments, each u32 size, bytes;
//       u32 allocations, each u64 serial, u64 size, u32 contents before, u32 contents after;
//       u32 pointers, each u32 argument, u32 offset in it, u32 allocation (of this launch), u64 offset in that
#ifndef GUIDEDMIXUP_EMULATION_RECORD_H
#define GUIDEDMIXUP_EMULATION_RECORD_H

#include "Registry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace emulation
{

/// One launch: its memory as it is now, and, by Write, as the kernel left it. Does nothing where nothing is recorded.
class LaunchRecord
{
public:
    LaunchRecord(const Kernel& kernel, Dim3 grid, Dim3 block, unsigned shared, const std::vector<void*>& arguments);
    void Write() const;

private:
    struct Memory { std::uintptr_t base; std::uint64_t serial, size; std::uint32_t before; };
    struct Pointer { std::uint32_t argument, offset, memory; std::uint64_t to; };

    bool on;
    std::string head;
    std::vector<Memory> memories;
    std::vector<Pointer> pointers;
};

} // namespace emulation

#endif
