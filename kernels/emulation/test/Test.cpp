// What the emulation must do and must find; speaks to it as the C# side does, through the driver API.
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

static const char* Ptx = R"(
.version 7.8
.target sm_80
.address_size 64
.visible .entry test_sum(.param .u64 .ptr .align 1 a, .param .align 4 .b8 b[8], .param .u64 c, .param .u64 d, .param .u64 e) .maxntid 128, 1, 1 { ret; }
.visible .entry test_reverse(.param .u64 a, .param .u64 b, .param .u32 c)
.maxntid 64
{ ret; }
.visible .entry test_warp(.param .u64 a) { ret; }
.visible .entry test_barriers(.param .u64 a, .param .u32 b) { ret; }
.visible .entry test_plain(.param .u64 a, .param .u64 b, .param .u32 c) { ret; }
.visible .entry test_approximate(.param .u64 a, .param .u64 b, .param .u64 c) { ret; }
.visible .entry test_fault(.param .u32 a, .param .u64 b, .param .u64 c) { st.shared.f32 [_ZZ10test_faultE13uninitialised], 0; ret; }
.shared .align 4 .b8 _ZZ10test_faultE13uninitialised[128];
)";

static int passed, failed;

static void Expect(bool holds, const std::string& what)
{
    (holds ? passed : failed)++;
    if (holds) return;
    char message[600];
    GuidedMixupEmulationMessage(message, sizeof message);
    std::printf("FAILED %s [%s]\n", what.c_str(), message);
}

static void Returns(int status, int expected, const std::string& what) { Expect(status == expected, what + ": " + std::to_string(status) + ", not " + std::to_string(expected)); }

static bool MessageHas(const char* part)
{
    char message[600];
    GuidedMixupEmulationMessage(message, sizeof message);
    return std::strstr(message, part) != nullptr;
}

static Handle module;

template <typename... T>
static int Launch(const char* name, unsigned grid, unsigned block, unsigned shared, Handle stream, T... arguments)
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

struct Range { int n; float scale; };

static void Results()
{
    std::vector<std::vector<float>> all;
    for (unsigned long long seed : {0, 1, 2, 77})
    {
        GuidedMixupEmulationSeed(seed, 0);
        std::vector<float> bits;
        for (int n : {1, 127, 1000, 3 * 33 * 47})
        {
            Buffer x(n), y(n), out(5), ticket(1), last(1);
            std::vector<float> v(n);
            for (int i = 0; i < n; i++) v[i] = std::sin(i * 0.1f);
            x.Write(v);
            Returns(cuMemsetD32Async(ticket.p, 0, 1, nullptr), 0, "memset");
            Returns(Launch("test_sum", 5, 128, 0, nullptr, x.p, Range{n, 2}, out.p, ticket.p, last.p), 0, "test_sum");
            double sum = 0, got = 0;
            for (float f : v) sum += 2 * f;
            for (float f : out.Read()) got += f, bits.push_back(f);
            Expect(std::fabs(sum - got) < 1e-3, "the sum of " + std::to_string(n));
            float blocks = last.Read()[0];
            int five;
            std::memcpy(&five, &blocks, 4);
            Expect(five == 5, "the last block knows that it is");
            Returns(Launch("test_reverse", (n + 255) / 256, 64, 1024, nullptr, x.p, y.p, n), 0, "test_reverse");
            std::vector<float> reversed = y.Read();
            bool right = true;
            for (int i = 0; i < n; i++)
            {
                int start = i / 256 * 256, count = std::min(256, n - start);
                right &= reversed[i] == v[start + count - 1 - (i - start)];
            }
            Expect(right, "reversed, " + std::to_string(n));
        }
        all.push_back(bits);
        Buffer warp(192);
        Returns(Launch("test_warp", 1, 64, 0, nullptr, warp.p), 0, "test_warp");
        std::vector<float> words = warp.Read();
        std::vector<unsigned> w(192);
        std::memcpy(w.data(), words.data(), 192 * 4);
        Expect(w[0] == 0xAAAAAAAA && w[1] == 3 && w[2] == 0 && w[33 * 3 + 1] == 36 && w[33 * 3 + 2] == 32 && w[31 * 3 + 1] == 31, "ballot and shuffles");
    }
    for (const auto& bits : all) Expect(bits == all[0], "equal bits whatever the order");

    Buffer x(64), logs(64), powers(64);
    std::vector<float> v(64), plain;
    for (int i = 0; i < 64; i++) v[i] = 0.1f + i * 0.3f;
    x.Write(v);
    int differ = 0;
    for (unsigned long long seed : {0, 5})
    {
        GuidedMixupEmulationSeed(0, seed);
        Returns(Launch("test_approximate", 1, 64, 0, nullptr, x.p, logs.p, powers.p), 0, "test_approximate");
        std::vector<float> l = logs.Read(), p = powers.Read();
        for (int i = 0; i < 64; i++)
        {
            double log = std::log2(double(v[i])), power = std::exp2(double(v[i])), half = 0x1p-24 * std::fabs(log);
            Expect(std::fabs(l[i] - log) <= (v[i] > .5 && v[i] < 2 ? 0x1p-22 : 0x1p-22 * std::fabs(log)) + half, "Log2 within its bound");
            Expect(std::fabs(p[i] - power) <= 0x1.4p-22 * power, "Exp2 within its bound");
        }
        if (seed == 0) plain = l;
        else for (int i = 0; i < 64; i++) differ += l[i] != plain[i];
    }
    Expect(differ > 20, "Log2's errors are seen");
    GuidedMixupEmulationSeed(0, 0);
}

static void Faults()
{
    struct Plant { int kind, status; const char* says; };
    for (unsigned long long seed : {0, 9})
        for (Plant plant : {Plant{0, 702, "__syncthreads"}, {1, 702, "lanes that never come"}, {2, 716, "misaligned Load4"}, {4, 700, "illegal memory access"}, {5, 700, "illegal memory access"}, {6, 700, "illegal memory access"}, {8, 719, "different operations or masks"}})
        {
            GuidedMixupEmulationSeed(seed, 0);
            Device x, out;
            Returns(cuMemAlloc_v2(&x, 256), 0, "alloc"), Returns(cuMemAlloc_v2(&out, 1024), 0, "alloc");
            Returns(Launch("test_fault", 2, 64, 256, nullptr, plant.kind, x, out), 0, "a fault shows later");
            std::string name = "fault " + std::to_string(plant.kind);
            Returns(cuCtxSynchronize(), plant.status, name);
            Returns(cuMemFree_v2(x), plant.status, name + " is sticky");
            Expect(MessageHas(plant.says) && MessageHas("test_fault") && MessageHas("block ") && MessageHas("thread "), name + " says what and where");
            GuidedMixupEmulationReset();
            Returns(cuMemFree_v2(x), 0, "free"), Returns(cuMemFree_v2(out), 0, "free");
        }
    Buffer x(64), out(64);
    Returns(Launch("test_fault", 1, 64, 256, nullptr, 3, x.p, out.p), 0, "fault 3");
    std::vector<float> read = out.Read();
    Expect(std::isnan(read[0]) && read[7] == 1, "shared memory never written reads as NaN");
    std::vector<float> orders[2];
    for (int k = 0; k < 2; k++)
    {
        GuidedMixupEmulationSeed(k * 3, 0);
        Returns(Launch("test_fault", 1, 64, 256, nullptr, 7, x.p, out.p), 0, "fault 7");
        orders[k] = out.Read();
    }
    Expect(std::memcmp(orders[0].data(), orders[1].data(), 256) != 0, "a race shows in another order");
    // Behind 63 floats lie four bytes of margin before the next page.
    Device odd;
    Returns(cuMemAlloc_v2(&odd, 63 * 4), 0, "alloc");
    *reinterpret_cast<float*>(odd + 63 * 4) = 1;
    Returns(cuCtxSynchronize(), 700, "a damaged margin");
    GuidedMixupEmulationReset();
    Returns(cuMemFree_v2(odd), 700, "a damaged margin at free");
    GuidedMixupEmulationReset();
}

static void Captures()
{
    Handle stream, side, event, graph, executable;
    Returns(cuStreamCreate(&stream, 1), 0, "stream"), Returns(cuStreamCreate(&side, 1), 0, "stream"), Returns(cuEventCreate(&event, 2), 0, "event");
    Buffer x(512), y(512);
    std::vector<float> v(512, 1);
    x.Write(std::vector<float>(512, 3));
    y.Write(v);
    GuidedMixupEmulationResetCounters();
    Returns(cuStreamBeginCapture_v2(stream, 0), 0, "begin");
    int capturing;
    Returns(cuStreamIsCapturing(stream, &capturing), 0, "is capturing"), Expect(capturing == 1, "it is");
    Returns(cuMemcpyHtoDAsync_v2(x.p, v.data(), 2048, stream), 0, "captured copy");
    Returns(Launch("test_plain", 2, 256, 0, stream, x.p, y.p, 512), 0, "captured launch");
    Returns(cuEventRecord(event, stream), 0, "fork"), Returns(cuStreamWaitEvent(side, event, 0), 0, "fork");
    Returns(Launch("test_plain", 2, 256, 0, side, y.p, x.p, 512), 0, "forked launch");
    Returns(cuEventRecord(event, side), 0, "join"), Returns(cuStreamWaitEvent(stream, event, 0), 0, "join");
    Returns(cuStreamEndCapture(stream, &graph), 0, "end");
    Expect(y.Read()[5] == 1 && x.Read()[5] == 3, "nothing ran during capture");
    long long counters[9];
    GuidedMixupEmulationCounters(counters);
    Expect(counters[0] == 2 && counters[1] == 0 && counters[6] == 0, "two launches, none run, no allocation");
    Returns(cuGraphInstantiateWithFlags(&executable, graph, 0), 0, "instantiate"), Returns(cuGraphDestroy(graph), 0, "destroy");
    for (int k = 0; k < 3; k++)
    {
        for (float& f : v) f = k + 1.0f;
        Returns(cuGraphLaunch(executable, stream), 0, "graph launch"), Returns(cuStreamSynchronize(stream), 0, "sync");
        Expect(y.Read()[511] == 2 * (k + 1) && x.Read()[300] == 4 * (k + 1), "replayed");
    }
    Returns(cuGraphExecDestroy(executable), 0, "destroy");

    // What a capture forbids spoils it.
    Device never;
    for (int kind = 0; kind < 4; kind++)
    {
        Returns(cuStreamBeginCapture_v2(stream, 0), 0, "begin");
        Handle other;
        int status = kind == 0 ? cuStreamSynchronize(stream) : kind == 1 ? cuMemAlloc_v2(&never, 64) : kind == 2 ? cuModuleLoadData(&other, Ptx) : cuCtxSynchronize();
        Returns(status, 900, "forbidden in capture " + std::to_string(kind));
        Returns(Launch("test_plain", 2, 256, 0, stream, x.p, y.p, 512), 901, "after it");
        Returns(cuStreamEndCapture(stream, &graph), 901, "its end");
    }
    Returns(cuStreamBeginCapture_v2(stream, 1), 0, "thread-local capture");
    std::thread([&] { Handle c; cuDevicePrimaryCtxRetain(&c, 0); cuCtxPushCurrent_v2(c); Device p; Returns(cuMemAlloc_v2(&p, 64), 0, "another thread may allocate"); cuMemFree_v2(p); cuCtxPopCurrent_v2(&c); cuDevicePrimaryCtxRelease_v2(0);
                      Handle g; Returns(cuStreamEndCapture(stream, &g), 201, "no context here"); }).join();
    Returns(cuStreamEndCapture(stream, &graph), 0, "end"), Returns(cuGraphDestroy(graph), 0, "destroy");
    Returns(cuEventDestroy_v2(event), 0, "event"), Returns(cuStreamDestroy_v2(stream), 0, "stream"), Returns(cuStreamDestroy_v2(side), 0, "stream"), Returns(cuStreamDestroy_v2(side), 400, "twice");
}

static void Rules()
{
    Buffer x(512);
    Returns(Launch("test_plain", 0, 256, 0, nullptr, x.p, x.p, 512), 1, "grid 0"), Returns(Launch("test_plain", 1, 1025, 0, nullptr, x.p, x.p, 512), 1, "block 1025");
    Returns(Launch("test_reverse", 1, 128, 1024, nullptr, x.p, x.p, 512), 701, "more threads than built for"), Returns(Launch("test_reverse", 1, 64, 50000, nullptr, x.p, x.p, 512), 1, "not opted in");
    Handle f, other, primary, refused;
    int value;
    Returns(cuModuleGetFunction(&f, module, "test_fault"), 0, "function"), Returns(cuFuncGetAttribute(&value, 1, f), 0, "shared"), Expect(value == 128, "static shared memory from the PTX");
    Returns(cuFuncSetAttribute(f, 8, 227 << 10), 1, "above the device's"), Returns(cuFuncSetAttribute(f, 8, (227 << 10) - 128), 0, "all of it"), Returns(cuModuleGetFunction(&f, module, "none"), 500, "no such kernel");
    GuidedMixupEmulationConfigure("max_shared_optin", 99 << 10);
    Returns(cuDeviceGetAttribute(&value, 97, 0), 0, "attribute"), Expect(value == 99 << 10, "opt-in as configured");
    GuidedMixupEmulationConfigure("compute_capability", 75), Returns(cuModuleLoadData(&refused, Ptx), 218, "an sm_80 image on sm_75");
    GuidedMixupEmulationReset();
    GuidedMixupEmulationRefuseTargets("sm_90,sm_80"), Returns(cuModuleLoadData(&refused, Ptx), 209, "refused"), GuidedMixupEmulationRefuseTargets(nullptr);
    std::string stale = Ptx;
    stale.replace(stale.find("b[8]"), 4, "b[4]");
    Returns(cuModuleLoadData(&refused, stale.c_str()), 218, "stale PTX"), Expect(MessageHas("test_sum"), "and which kernel"), Returns(cuModuleLoadData(&refused, "nonsense"), 200, "no PTX");

    unsigned long long id1 = 0, id2 = 0;
    Returns(cuCtxGetId(nullptr, &id1), 0, "id"), Returns(cuCtxCreate_v2(&other, 0, 0), 0, "create"), Returns(cuCtxGetId(nullptr, &id2), 0, "id"), Expect(id1 != id2, "ids differ");
    Returns(Launch("test_plain", 2, 256, 0, nullptr, x.p, x.p, 512), 201, "another context's kernel");
    Returns(cuCtxDestroy_v2(other), 0, "destroy"), Returns(cuCtxPushCurrent_v2(other), 709, "push what is destroyed");
    Returns(Launch("test_plain", 2, 256, 0, nullptr, x.p, x.p, 512), 0, "back in its own");

    Handle context = nullptr, pinned;
    Device pool;
    unsigned type = 0;
    Returns(cuPointerGetAttribute(&context, 1, x.p + 100), 0, "inside a buffer"), Expect(context != nullptr, "its context");
    Returns(cuMemAllocAsync(&pool, 100, nullptr), 0, "pool"), Returns(cuPointerGetAttribute(&context, 1, pool), 0, "pool"), Expect(context == nullptr, "no context"), Returns(cuPointerGetAttribute(&value, 9, pool), 0, "ordinal"), Expect(value == 0, "device 0");
    Returns(cuMemHostAlloc(&pinned, 100, 0), 0, "pinned"), Returns(cuPointerGetAttribute(&type, 2, reinterpret_cast<Device>(pinned)), 0, "type"), Expect(type == 1, "host"), Returns(cuPointerGetAttribute(&type, 2, pool), 0, "type"), Expect(type == 2, "device");
    Returns(cuPointerGetAttribute(&type, 2, reinterpret_cast<Device>(&type)), 1, "pageable memory is unknown"), Returns(cuMemFreeAsync(pool, nullptr), 0, "free"), Returns(cuMemFreeHost(pinned), 0, "free"), Returns(cuMemFree_v2(x.p + 4), 1, "free inside"), Returns(cuMemcpyHtoD_v2(x.p, &value, 4096), 1, "copy past the end");
    GuidedMixupEmulationFailCall("cuMemAlloc_v2", 2, 2);
    Device a, b;
    Returns(cuMemAlloc_v2(&a, 64), 0, "first"), Returns(cuMemAlloc_v2(&b, 64), 2, "second is out of memory"), Returns(cuMemAlloc_v2(&b, 64), 0, "third"), cuMemFree_v2(a), cuMemFree_v2(b);
    GuidedMixupEmulationConfigure("memory_bytes", 1 << 20), Returns(cuMemAlloc_v2(&b, 2 << 20), 2, "more than there is"), GuidedMixupEmulationReset();
    (void)primary;
}

static void Speed()
{
    Buffer out(128 * 200);
    for (int rounds : {0, 8, 32})
    {
        double best = 1e9;
        for (int k = 0; k < 3; k++)
        {
            auto start = std::chrono::steady_clock::now();
            Launch("test_barriers", 200, 128, 0, nullptr, out.p, rounds);
            best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / 200);
        }
        std::printf("a block of 128 threads with %2d barriers: %.4f ms\n", 2 * rounds + 1, best);
    }
}

int main()
{
    Handle context;
    Device p;
    Returns(cuMemAlloc_v2(&p, 4), 3, "before cuInit"), Returns(cuInit(0), 0, "cuInit"), Returns(cuMemAlloc_v2(&p, 4), 201, "without a context");
    Returns(cuDevicePrimaryCtxRetain(&context, 0), 0, "retain"), Returns(cuCtxPushCurrent_v2(context), 0, "push"), Returns(cuModuleLoadData(&module, Ptx), 0, "load");
    Results();
    Faults();
    Captures();
    Rules();
    Speed();
    Expect(GuidedMixupEmulationAllocatedBytes() == 0, "everything is freed");
    Returns(cuModuleUnload(module), 0, "unload"), Returns(cuDevicePrimaryCtxRelease_v2(0), 0, "release"), Expect(GuidedMixupEmulationLiveHandles() == 0, "no handle is left");
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
