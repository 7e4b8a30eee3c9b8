// CUDA tensors for a libtorch without CUDA: real TensorImpls that say cuda:k over memory of the emulated driver. No torch kernel runs on them.
#include "Shim.h"
#include <functional>

static void* (*allocate)(int64_t) = nullptr;
static void (*release)(void*) = nullptr;

SHIM void ShimCudaMemory(void* (*allocator)(int64_t), void (*deleter)(void*)) {
    allocate = allocator;
    release = deleter;
}

void* allocate_cuda(int64_t bytes) {
    TORCH_CHECK(allocate != nullptr, "no CUDA memory: call ShimCudaMemory first");
    void* data = allocate(bytes < 16 ? 16 : bytes);
    TORCH_CHECK(data != nullptr, "no CUDA memory for ", bytes, " bytes");
    return data;
}

static void free_cuda(void* data) { release(data); }

static void keep(void*) {}

at::Tensor on_cuda(void* data, at::IntArrayRef sizes, at::IntArrayRef strides, at::ScalarType type, int index, bool owns) {
    c10::Device device(c10::kCUDA, (c10::DeviceIndex)(index < 0 ? 0 : index));
    int64_t bytes = c10::multiply_integers(sizes) * (int64_t)c10::elementSize(type);
    c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, c10::DataPtr(data, data, owns ? free_cuda : keep, device), nullptr, false);
    at::Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(
        std::move(storage), c10::DispatchKeySet({c10::DispatchKey::CUDA, c10::DispatchKey::AutogradCUDA, c10::DispatchKey::ADInplaceOrView}),
        c10::scalarTypeToTypeMeta(type));
    if (strides.empty()) tensor.unsafeGetTensorImpl()->set_sizes_contiguous(sizes);
    else tensor.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides);
    return tensor;
}

// A tensor that says cuda:index over the caller's memory.
SHIM Handle ShimCudaTensor(void* data, const int64_t* sizes, int length, int8_t type, int index) {
    return guarded_tensor([&] { return on_cuda(data, at::IntArrayRef(sizes, length), {}, (at::ScalarType)type, index, false); });
}
