// Launches: checked as the driver checks them, then run on the emulated grid; a kernel's fault becomes its context's sticky error.
#include "Driver.h"
#include "Record.h"

#include <algorithm>
#include <cstring>

namespace emulation
{

namespace
{

Status OfFault(Fault fault)
{
    switch (fault)
    {
        case Fault::None: return Success;
        case Fault::Illegal: return IllegalAddress;
        case Fault::Misaligned: return MisalignedAddress;
        case Fault::Deadlock: return LaunchTimeout;
        default: return LaunchFailed;
    }
}

/// The arguments' values, as the launch found them.
struct Arguments
{
    std::vector<std::unique_ptr<unsigned char[]>> values;
    std::vector<void*> pointers;

    Arguments(const Kernel& kernel, void* const* given)
    {
        for (std::size_t i = 0; i < kernel.argumentSizes.size(); i++)
        {
            values.emplace_back(new unsigned char[kernel.argumentSizes[i]]); // aligned for any of them
            std::memcpy(values[i].get(), given[i], kernel.argumentSizes[i]);
            pointers.push_back(values[i].get());
        }
    }
};

} // namespace

} // namespace emulation

using namespace emulation;

EXPORT cuLaunchKernel(Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared, void* stream, void** parameters, void** extra)
{
    ENTER(cuLaunchKernel);
    State& d = Driver();
    Context* c;
    CHECK(CurrentContext(c));
    if (d.functions.count(function) == 0) return InvalidHandle;
    if (function->module->context != c) return InvalidContext;
    std::uint64_t block = std::uint64_t(blockX) * blockY * blockZ;
    auto refuse = [&](Status status, const std::string& why) { Report(function->name + ": " + why); return status; };
    if (gridX == 0 || gridY == 0 || gridZ == 0 || gridX > 2147483647u || gridY > 65535 || gridZ > 65535) return refuse(InvalidValue, "grid " + std::to_string(gridX) + "x" + std::to_string(gridY) + "x" + std::to_string(gridZ));
    if (block == 0 || block > 1024 || blockX > 1024 || blockY > 1024 || blockZ > 64) return refuse(InvalidValue, "block of " + std::to_string(block) + " threads");
    if (block > static_cast<unsigned>(function->maxThreads)) return refuse(OutOfResources, "block of " + std::to_string(block) + " threads, built for " + std::to_string(function->maxThreads));
    if (shared > static_cast<unsigned>(function->maxDynamicShared)) return refuse(InvalidValue, std::to_string(shared) + " bytes of dynamic shared memory, opted in to " + std::to_string(function->maxDynamicShared));
    if (extra != nullptr) return refuse(NotSupported, "arguments by `extra`");
    if (parameters == nullptr && !function->kernel->argumentSizes.empty()) return InvalidValue;

    const Kernel* kernel = function->kernel;
    auto arguments = std::make_shared<Arguments>(*kernel, parameters);
    Status status = Enqueue(stream, Work::Launch, [=] {
        Dim3 grid = {gridX, gridY, gridZ}, block = {blockX, blockY, blockZ};
        LaunchRecord record(*kernel, grid, block, shared, arguments->pointers);
        Outcome outcome = RunGrid(*kernel, grid, block, shared, arguments->pointers.data());
        if (outcome.fault == Fault::None) record.Write();
        if (outcome.fault != Fault::None) Report(outcome.message);
        return OfFault(outcome.fault);
    });
    if (status == Success) d.counters.launches++;
    return status;
}

EXPORT cuFuncSetAttribute(Function* function, int attribute, int value)
{
    ENTER(cuFuncSetAttribute);
    if (Driver().functions.count(function) == 0) return InvalidHandle;
    if (attribute == 9) return value >= -1 && value <= 100 ? Success : InvalidValue; // preferred carveout
    if (attribute != 8 || value < 0 || value + function->staticShared > Driver().configuration.maxSharedOptIn) return InvalidValue;
    function->maxDynamicShared = value;
    return Success;
}

EXPORT cuFuncGetAttribute(int* value, int attribute, Function* function)
{
    ENTER(cuFuncGetAttribute);
    if (Driver().functions.count(function) == 0) return InvalidHandle;
    switch (attribute)
    {
        case 0: *value = function->maxThreads; return Success;
        case 1: *value = function->staticShared; return Success;
        case 2: case 3: case 7: *value = 0; return Success;
        case 4: *value = 32; return Success; // registers: not known here
        case 5: *value = function->module->version; return Success;
        case 6: *value = function->module->target; return Success;
        case 8: *value = function->maxDynamicShared; return Success;
        case 9: *value = -1; return Success;
        default: return InvalidValue;
    }
}

/// By threads, blocks and shared memory only: registers are not known here.
EXPORT cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* function, int blockSize, std::size_t dynamicShared)
{
    ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessor);
    if (Driver().functions.count(function) == 0) return InvalidHandle;
    if (blockSize <= 0 || blockSize > function->maxThreads) return InvalidValue;
    std::size_t shared = dynamicShared + static_cast<std::size_t>(function->staticShared) + 1024; // the system's own share
    std::size_t all = static_cast<std::size_t>(Driver().configuration.maxSharedOptIn) + 1024;
    *blocks = static_cast<int>(std::min<std::size_t>({std::size_t(2048 / blockSize), all / shared, 32}));
    return Success;
}
