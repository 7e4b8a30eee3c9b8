// libtorch_cuda.so of the tests: the one export of libtorch's stable C ABI that the bridge asks for.
#include <cstdint>

static void* streams[16];

extern "C" __attribute__((visibility("default"))) void ShimSetStream(int32_t device, void* stream) { streams[device] = stream; }

extern "C" __attribute__((visibility("default"))) int32_t aoti_torch_get_current_cuda_stream(int32_t device, void** stream) {
    if (device < 0 || device >= 16) return 1;
    *stream = streams[device];
    return 0;
}
