// What the emulated driver allows and forbids: captures and graphs, limits, contexts, memory.
#include "Test.h"

void Captures()
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

void Rules()
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
