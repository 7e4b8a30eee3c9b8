// What every file of the shim shares: handles are at::Tensor* made by `own`, and no exception leaves a guarded export.
#pragma once
#include <ATen/ATen.h>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <utility>

#define SHIM extern "C" __attribute__((visibility("default")))

using Handle = at::Tensor*;

extern std::atomic<int64_t> live_handles;
extern thread_local const char* last_error;

void remember(const char* message);

// A new handle; none for an undefined tensor, as LibTorchSharp answers.
inline Handle own(at::Tensor tensor) {
    if (!tensor.defined()) return nullptr;
    live_handles++;
    return new at::Tensor(std::move(tensor));
}

// The last error is that of the last guarded call on this thread, none where it succeeded.
template <class Body>
auto guarded(decltype(std::declval<Body>()()) otherwise, Body body) -> decltype(body()) {
    last_error = nullptr;
    try {
        return body();
    } catch (const std::exception& error) {
        remember(error.what());
        return otherwise;
    }
}

template <class Body>
Handle guarded_tensor(Body body) {
    return guarded<std::function<Handle()>>(nullptr, [&] { return own(body()); });
}
