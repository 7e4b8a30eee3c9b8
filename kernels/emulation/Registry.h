// The kernels of this library by name, with the sizes of their arguments taken from their C++ signatures: nothing is declared twice.
#ifndef GUIDEDMIXUP_EMULATION_REGISTRY_H
#define GUIDEDMIXUP_EMULATION_REGISTRY_H

#include "Emulation.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace emulation
{

struct Kernel
{
    std::string name;
    std::vector<std::size_t> argumentSizes;
    void (*invoke)(void (*)(), void* const* arguments); // calls the kernel once, for the current fiber
    void (*function)();
    unsigned char *sharedBegin, *sharedEnd;             // its source file's __shared__ arrays
};

/// All registered kernels; built before main by the registrations of the generated units.
std::vector<Kernel>& Kernels();
const Kernel* FindKernel(const std::string& name);

template <typename... Arguments>
struct Signature
{
    template <std::size_t... I>
    static void Call(void (*function)(), void* const* arguments, std::index_sequence<I...>)
    {
        reinterpret_cast<void (*)(Arguments...)>(function)(*static_cast<Arguments*>(arguments[I])...);
    }

    static void Invoke(void (*function)(), void* const* arguments) { Call(function, arguments, std::index_sequence_for<Arguments...>()); }
};

struct Registration
{
    template <typename... Arguments>
    Registration(const char* name, void (*function)(Arguments...), unsigned char* sharedBegin, unsigned char* sharedEnd)
    {
        Kernels().push_back({name, {sizeof(Arguments)...}, &Signature<Arguments...>::Invoke, reinterpret_cast<void (*)()>(function), sharedBegin, sharedEnd});
    }
};

struct Outcome { Fault fault; std::string message; };

/// Runs every block of the grid; `arguments` are pointers to the values, as cuLaunchKernel takes them. One grid at a time in the process.
Outcome RunGrid(const Kernel& kernel, Dim3 gridSize, Dim3 blockSize, std::size_t dynamicShared, void* const* arguments);

/// Seeds the order of fibers and blocks; 0 is plain order. The results must not depend on it.
void SetOrderSeed(std::uint64_t seed);

/// What each byte of shared memory is before a block.
extern unsigned char sharedFill;

/// Barriers by place ("File.cu:12"), where the kernels were built to name theirs; null drops none.
void DropBarrier(const char* site);
std::string ReachedBarriers(); // and forgets them

} // namespace emulation

#endif
