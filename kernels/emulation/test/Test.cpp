// What the emulation must do and must find; speaks to it as the C# side does, through the driver API.
#include "Test.h"

const char* const Ptx = R"(
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

int passed, failed;

void Expect(bool holds, const std::string& what)
{
    (holds ? passed : failed)++;
    if (holds) return;
    char message[600];
    GuidedMixupEmulationMessage(message, sizeof message);
    std::printf("FAILED %s [%s]\n", what.c_str(), message);
}

void Returns(int status, int expected, const std::string& what) { Expect(status == expected, what + ": " + std::to_string(status) + ", not " + std::to_string(expected)); }

bool MessageHas(const char* part)
{
    char message[600];
    GuidedMixupEmulationMessage(message, sizeof message);
    return std::strstr(message, part) != nullptr;
}

Handle module;

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
