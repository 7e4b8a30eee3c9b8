// The grid: its blocks, one after another, and their shared memory.
#include "Fibers.h"
#include "Sanitizer.h"
#include "Signals.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <numeric>
#include <sys/mman.h>

namespace emulation
{

Grid grid;
std::uint64_t approximationSeed;
unsigned char sharedFill = 0xFF; // a NaN as float and double and -1 as int: what is read before it was written shows

namespace
{

constexpr std::size_t SharedSize = 256 << 10;

std::mutex oneGrid;
std::uint64_t gridSeed;
unsigned char* shared;

void Reserve()
{
    if (shared != nullptr) return;
    shared = Map(SharedSize + 2 * Page);
    mprotect(shared, Page, PROT_NONE);
    mprotect(shared + Page + SharedSize, Page, PROT_NONE);
}

} // namespace

unsigned char* Map(std::size_t size)
{
    void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) { std::perror("guidedmixup emulation"); std::abort(); }
    return static_cast<unsigned char*>(p);
}

Outcome RunGrid(const Kernel& kernel, Dim3 gridSize, Dim3 blockSize, std::size_t dynamicShared, void* const* arguments)
{
    std::lock_guard<std::mutex> lock(oneGrid);
    Reserve();
    // The end of the array lies at an unmapped page, so that writing past it faults.
    grid = {{}, blockSize, gridSize, shared + Page + SharedSize - (dynamicShared + 15) / 16 * 16};
    BeginGrid(kernel, arguments, blockSize, gridSeed);
    // Blocks in the order first, first + step, …: a permutation, as step and count have no common factor.
    std::uint64_t count = std::uint64_t(gridSize.x) * gridSize.y * gridSize.z, step = 1, first = 0;
    if (gridSeed != 0)
    {
        first = Random(count), step = Random(count);
        while (std::gcd(step, count) != 1) step++;
    }
    // What lies around the array is no longer anybody's.
    Poison(shared + Page, static_cast<std::size_t>(grid.dynamicShared - shared) - Page);
    Poison(grid.dynamicShared + dynamicShared, (dynamicShared + 15) / 16 * 16 - dynamicShared);
    CatchFaults(true);
    bool isSound = true;
    for (std::uint64_t i = 0, b = first; i < count && isSound; i++, b = (b + step) % count)
    {
        grid.block = {unsigned(b % gridSize.x), unsigned(b / gridSize.x % gridSize.y), unsigned(b / gridSize.x / gridSize.y)};
        std::memset(kernel.sharedBegin, sharedFill, static_cast<std::size_t>(kernel.sharedEnd - kernel.sharedBegin));
        std::memset(grid.dynamicShared, sharedFill, dynamicShared);
        isSound = RunBlock();
    }
    CatchFaults(false);
    Unpoison(shared + Page, SharedSize);
    return EndGrid();
}

void SetOrderSeed(std::uint64_t seed) { std::lock_guard<std::mutex> lock(oneGrid); gridSeed = seed; }

} // namespace emulation
