// The exports of LibTorchSharp that the bridge calls, over real at::Tensors: same names, same signatures, text of our own.
#include "Shim.h"
#include <cstring>
#include <functional>

std::atomic<int64_t> live_handles{0};
thread_local const char* last_error = nullptr;

// Never freed, like the original's: the reader may hold it as long as it likes.
void remember(const char* message) { last_error = strdup(message); }

void* allocate_cuda(int64_t bytes);
at::Tensor on_cuda(void* data, at::IntArrayRef sizes, at::IntArrayRef strides, at::ScalarType type, int index, bool owns);

SHIM const char* THSTorch_get_and_reset_last_err() {
    const char* error = last_error;
    last_error = nullptr;
    return error;
}

SHIM void* THSTensor_data(Handle tensor) {
    return guarded<std::function<void*()>>(nullptr, [&] { return tensor->data_ptr(); });
}

SHIM int64_t THSTensor_ndimension(Handle tensor) {
    return guarded<std::function<int64_t()>>(0, [&] { return tensor->dim(); });
}

SHIM int64_t THSTensor_numel(Handle tensor) {
    return guarded<std::function<int64_t()>>(0, [&] { return tensor->numel(); });
}

SHIM int64_t THSTensor_element_size(Handle tensor) {
    return guarded<std::function<int64_t()>>(0, [&] { return (int64_t)tensor->element_size(); });
}

SHIM int64_t THSTensor_size(Handle tensor, int64_t dim) {
    return guarded<std::function<int64_t()>>(0, [&] { return tensor->size(dim); });
}

SHIM int64_t THSTensor_stride(Handle tensor, int64_t dim) {
    return guarded<std::function<int64_t()>>(0, [&] { return tensor->stride(dim); });
}

SHIM int8_t THSTensor_type(Handle tensor) {
    return guarded<std::function<int8_t()>>(0, [&] { return (int8_t)tensor->scalar_type(); });
}

// Not guarded, as in the original: asking an undefined tensor ends the process.
SHIM int THSTensor_device_type(Handle tensor) { return (int)tensor->device().type(); }

SHIM int THSTensor_device_index(Handle tensor) { return tensor->device().index(); }

// int up to TorchSharp 0.106, bool after: only the low byte means something, so the others hold rubbish here.
SHIM int THSTensor_is_sparse(Handle tensor) {
    return guarded<std::function<int()>>(0, [&] { return 0x5a5a5a00 | (int)tensor->is_sparse(); });
}

SHIM int THSTensor_requires_grad(Handle tensor) {
    return guarded<std::function<int()>>(0, [&] { return 0x5a5a5a00 | (int)tensor->requires_grad(); });
}

SHIM void THSTensor_set_requires_grad(Handle tensor, bool value) {
    guarded<std::function<int()>>(0, [&] { tensor->requires_grad_(value); return 0; });
}

SHIM Handle THSTensor_grad(Handle tensor) {
    return guarded_tensor([&] { return tensor->grad(); });
}

SHIM void THSTensor_set_grad(Handle tensor, Handle grad) {
    guarded<std::function<int()>>(0, [&] { tensor->mutable_grad() = grad ? *grad : at::Tensor(); return 0; });
}

SHIM Handle THSTensor_detach(Handle tensor) {
    return guarded_tensor([&] { return tensor->detach(); });
}

SHIM void THSTensor_backward(Handle tensor) {
    guarded<std::function<int()>>(0, [&] { tensor->backward(); return 0; });
}

SHIM void THSTensor_dispose(Handle tensor) {
    live_handles--;
    delete tensor;
}

SHIM Handle THSTensor_empty(const int64_t* sizes, int length, int8_t type, int device_type, int device_index, bool requires_grad) {
    return guarded_tensor([&] {
        at::IntArrayRef shape(sizes, length);
        if (device_type == (int)at::kCUDA) {
            int64_t bytes = c10::multiply_integers(shape) * (int64_t)c10::elementSize((at::ScalarType)type);
            return on_cuda(allocate_cuda(bytes), shape, {}, (at::ScalarType)type, device_index, true);
        }

        auto options = at::TensorOptions().dtype((at::ScalarType)type).device(c10::Device((c10::DeviceType)device_type, -1));
        return at::empty(shape, options).requires_grad_(requires_grad);
    });
}

SHIM Handle THSTensor_empty_strided(
    const int64_t* sizes, int length, const int64_t* strides, int stride_length, int8_t type, int device_type, int device_index, bool requires_grad) {
    return guarded_tensor([&] {
        at::IntArrayRef shape(sizes, length), steps(strides, stride_length);
        if (device_type == (int)at::kCUDA) {
            int64_t bytes = (int64_t)c10::elementSize((at::ScalarType)type);
            for (int i = 0; i < length; i++) bytes += (sizes[i] - 1) * strides[i] * (int64_t)c10::elementSize((at::ScalarType)type);
            return on_cuda(allocate_cuda(bytes), shape, steps, (at::ScalarType)type, device_index, true);
        }

        auto options = at::TensorOptions().dtype((at::ScalarType)type).device(c10::Device((c10::DeviceType)device_type, -1));
        return at::empty_strided(shape, steps, options).requires_grad_(requires_grad);
    });
}

SHIM Handle THSTensor_empty_like(Handle input, int8_t type, int device_type, int device_index, bool requires_grad) {
    return guarded_tensor([&] {
        if (device_type == (int)at::kCUDA) {
            int64_t bytes = input->numel() * (int64_t)c10::elementSize((at::ScalarType)type);
            return on_cuda(allocate_cuda(bytes), input->sizes(), input->strides(), (at::ScalarType)type, device_index, true);
        }

        auto options = at::TensorOptions().dtype((at::ScalarType)type).device(c10::Device((c10::DeviceType)device_type, -1));
        return at::empty_like(*input, options).requires_grad_(requires_grad);
    });
}

SHIM int64_t THSTensor_is_neg(Handle tensor) {
    return guarded<std::function<int64_t()>>(-1, [&] { return (int64_t)tensor->is_neg(); });
}
