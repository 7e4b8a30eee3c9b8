// The table the generated units fill before main.
#include "Registry.h"

namespace emulation
{

std::vector<Kernel>& Kernels()
{
    static std::vector<Kernel> all;
    return all;
}

const Kernel* FindKernel(const std::string& name)
{
    for (const Kernel& k : Kernels())
        if (k.name == name) return &k;
    return nullptr;
}

} // namespace emulation
