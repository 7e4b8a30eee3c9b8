// The exported calls that need no driver.
#include "Api.h"
#include "Registry.h"

#include <cstdio>
#include <cstdlib>

using namespace emulation;

int GuidedMixupEmulationRun(const char* name, const unsigned* gridSize, const unsigned* blockSize, unsigned dynamicShared, void** arguments, char* message, int messageSize)
{
    const Kernel* kernel = FindKernel(name);
    Outcome outcome = {Fault::Illegal, std::string("no kernel named ") + name};
    if (kernel != nullptr)
        outcome = RunGrid(*kernel, {gridSize[0], gridSize[1], gridSize[2]}, {blockSize[0], blockSize[1], blockSize[2]}, dynamicShared, arguments);
    if (message != nullptr) std::snprintf(message, static_cast<std::size_t>(messageSize), "%s", outcome.message.c_str());
    return static_cast<int>(outcome.fault);
}

void GuidedMixupEmulationSeed(unsigned long long order, unsigned long long approximation)
{
    SetOrderSeed(order);
    approximationSeed = approximation;
}

void GuidedMixupEmulationFill(int byte) { sharedFill = static_cast<unsigned char>(byte); }

void GuidedMixupEmulationDropBarrier(const char* site) { DropBarrier(site); }

int GuidedMixupEmulationBarriers(char* text, int size)
{
    std::string sites = ReachedBarriers();
    if (text != nullptr && size > 0) std::snprintf(text, static_cast<std::size_t>(size), "%s", sites.c_str());
    return static_cast<int>(sites.size());
}

namespace
{

__attribute__((constructor)) void SeedFromEnvironment()
{
    const char* seed = std::getenv("GUIDEDMIXUP_EMULATION_SEED");
    if (seed != nullptr) GuidedMixupEmulationSeed(std::strtoull(seed, nullptr, 10), std::strtoull(seed, nullptr, 10));
}

} // namespace
