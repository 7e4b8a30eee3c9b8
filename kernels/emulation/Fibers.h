// What the grid asks of the fibers that run its blocks.
#ifndef GUIDEDMIXUP_EMULATION_FIBERS_H
#define GUIDEDMIXUP_EMULATION_FIBERS_H

#include "Registry.h"

namespace emulation
{

constexpr std::size_t Page = 4096;

/// Memory of whole pages that nobody has touched.
unsigned char* Map(std::size_t size);

/// Makes a block's fibers; the seed orders them, 0 is plain order.
void BeginGrid(const Kernel& kernel, void* const* arguments, Dim3 blockSize, std::uint64_t seed);

/// Runs the block that `grid` names; false after a fault.
bool RunBlock();

/// What became of the grid.
Outcome EndGrid();

/// A number below another, from the grid's seed.
std::uint64_t Random(std::uint64_t below);

} // namespace emulation

#endif
