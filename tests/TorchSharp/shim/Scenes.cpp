// What the tests need beyond LibTorchSharp's exports: a small network, odd tensors, and a look behind the handles.
#include "Shim.h"
#include <functional>

SHIM int64_t ShimLiveHandles() { return live_handles.load(); }

// Owners of the tensor's memory: handles, autograd and views together.
SHIM int64_t ShimStorageUses(Handle tensor) { return (int64_t)tensor->storage().use_count(); }

// A rank-4 tensor of the same values in channels-last memory.
SHIM Handle ShimChannelsLast(Handle tensor) {
    return guarded_tensor([&] { return tensor->contiguous(at::MemoryFormat::ChannelsLast); });
}

SHIM Handle ShimNarrow(Handle tensor, int64_t dim, int64_t start, int64_t length) {
    return guarded_tensor([&] { return tensor->narrow(dim, start, length); });
}

SHIM Handle ShimTo(Handle tensor, int8_t type) {
    return guarded_tensor([&] { return tensor->to((at::ScalarType)type); });
}

SHIM Handle ShimExpand(Handle tensor, const int64_t* sizes, int length) {
    return guarded_tensor([&] { return tensor->expand(at::IntArrayRef(sizes, length)); });
}

// A handle of a tensor that is not there: at::Tensor(). LibTorchSharp gives none, other libraries may.
SHIM Handle ShimUndefined() {
    live_handles++;
    return new at::Tensor();
}

SHIM Handle ShimSparse(Handle tensor) {
    return guarded_tensor([&] { return tensor->to_sparse(); });
}

SHIM Handle ShimSparseCsr(Handle tensor) {
    return guarded_tensor([&] { return tensor->to_sparse_csr(); });
}

SHIM Handle ShimQuantised(Handle tensor) {
    return guarded_tensor([&] { return at::quantize_per_tensor(*tensor, 0.1, 0, at::kQUInt8); });
}

SHIM Handle ShimNested(Handle tensor) {
    return guarded_tensor([&] { return at::_nested_tensor_from_tensor_list({tensor->select(0, 0), tensor->select(0, 1)}); });
}

// A float tensor whose values are the negatives of its memory: torch negates it when it is read.
SHIM Handle ShimLazilyNegated(Handle tensor) {
    return guarded_tensor([&] { return at::_neg_view(*tensor); });
}

// weights: conv1 w, b, conv2 w, b, fc w, b. Mean cross entropy of conv3×3 – relu – conv3×3, stride 2 – relu – mean – linear.
SHIM Handle ShimConvNetLoss(Handle images, Handle targets, Handle const* weights) {
    return guarded_tensor([&] {
        at::Tensor hidden = at::relu(at::conv2d(*images, *weights[0], *weights[1], 1, 1));
        hidden = at::relu(at::conv2d(hidden, *weights[2], *weights[3], 2, 1));
        at::Tensor logits = at::linear(hidden.mean(at::IntArrayRef{2, 3}), *weights[4], *weights[5]);
        return at::cross_entropy_loss(logits, *targets);
    });
}

SHIM Handle ShimConvNetLogits(Handle images, Handle const* weights) {
    return guarded_tensor([&] {
        at::Tensor hidden = at::relu(at::conv2d(*images, *weights[0], *weights[1], 1, 1));
        hidden = at::relu(at::conv2d(hidden, *weights[2], *weights[3], 2, 1));
        return at::linear(hidden.mean(at::IntArrayRef{2, 3}), *weights[4], *weights[5]);
    });
}

// Targets are classes [N] or rows [N,K], as torch takes both.
SHIM Handle ShimCrossEntropy(Handle logits, Handle targets) {
    return guarded_tensor([&] { return at::cross_entropy_loss(*logits, *targets); });
}

// parameter −= rate · gradient, and the gradient is gone.
SHIM void ShimDescend(Handle parameter, double rate) {
    guarded<std::function<int()>>(0, [&] {
        if (parameter->grad().defined()) {
            parameter->data().sub_(parameter->grad(), rate);
            parameter->mutable_grad() = at::Tensor();
        }

        return 0;
    });
}
