// What the parts of the emulation's own test share: the driver's functions as the C# side calls them, expectations, launches, buffers.
#ifndef GUIDEDMIXUP_EMULATION_TEST_H
#define GUIDEDMIXUP_EMULATION_TEST_H

#include "../Api.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

using Device = std::uint64_t;
using Handle = void*;

extern "C" {
int cuInit(unsigned); int cuDevicePrimaryCtxRetain(Handle*, int); int cuDevicePrimaryCtxRelease_v2(int); int cuCtxPushCurrent_v2(Handle); int cuCtxPopCurrent_v2(Handle*);
int cuCtxCreate_v2(Handle*, unsigned, int); int cuCtxDestroy_v2(Handle); int cuCtxGetId(Handle, unsigned long long*); int cuCtxSynchronize(); int cuDeviceGetAttribute(int*, int, int);
int cuModuleLoadData(Handle*, const char*); int cuModuleUnload(Handle); int cuModuleGetFunction(Handle*, Handle, const char*); int cuFuncSetAttribute(Handle, int, int); int cuFuncGetAttribute(int*, int, Handle);
int cuLaunchKernel(Handle, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, Handle, void**, void**);
int cuMemAlloc_v2(Device*, std::size_t); int cuMemFree_v2(Device); int cuMemAllocAsync(Device*, std::size_t, Handle); int cuMemFreeAsync(Device, Handle); int cuMemHostAlloc(Handle*, std::size_t, unsigned); int cuMemFreeHost(Handle);
int cuMemcpyHtoD_v2(Device, const void*, std::size_t); int cuMemcpyDtoH_v2(void*, Device, std::size_t); int cuMemcpyHtoDAsync_v2(Device, const void*, std::size_t, Handle); int cuMemsetD32Async(Device, unsigned, std::size_t, Handle);
int cuPointerGetAttribute(void*, int, Device); int cuStreamCreate(Handle*, unsigned); int cuStreamDestroy_v2(Handle); int cuStreamSynchronize(Handle); int cuStreamWaitEvent(Handle, Handle, unsigned);
int cuStreamIsCapturing(Handle, int*); int cuStreamBeginCapture_v2(Handle, int); int cuStreamEndCapture(Handle, Handle*); int cuGraphInstantiateWithFlags(Handle*, Handle, unsigned long long); int cuGraphLaunch(Handle, Handle);
int cuGraphDestroy(Handle); int cuGraphExecDestroy(Handle); int cuEventCreate(Handle*, unsigned); int cuEventRecord(Handle, Handle); int cuEventDestroy_v2(Handle); int cuGetErrorName(int, const char**);
}

/// The kernels of Test.cu as the driver is handed them.
extern const char* const Ptx;

extern int passed, failed;
void Expect(bool holds, const std::string& what);
void Returns(int status, int expected, const std::string& what);
bool MessageHas(const char* part);

extern Handle module;

template <typename... T>
int Launch(const char* name, unsigned grid, unsigned block, unsigned shared, Handle stream, T... arguments)
{
    Handle function;
    int status = cuModuleGetFunction(&function, module, name);
    void* pointers[] = {&arguments...};
    return status != 0 ? status : cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, stream, pointers, nullptr);
}

struct Buffer
{
    Device p = 0;
    std::size_t n;
    explicit Buffer(std::size_t count) : n(count) { Returns(cuMemAlloc_v2(&p, count * 4), 0, "cuMemAlloc"); }
    ~Buffer() { if (p != 0) cuMemFree_v2(p); }
    std::vector<float> Read() const { std::vector<float> v(n); Returns(cuMemcpyDtoH_v2(v.data(), p, n * 4), 0, "cuMemcpyDtoH"); return v; }
    void Write(const std::vector<float>& v) { Returns(cuMemcpyHtoD_v2(p, v.data(), v.size() * 4), 0, "cuMemcpyHtoD"); }
};

void Results();
void Faults();
void Captures();
void Rules();

#endif
