"""Mixup on images, Manifold Mixup on features."""
from __future__ import annotations

import ctypes
from typing import Optional, Sequence

from guidedmixup._arrays import dlpack_family
from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


def mixup(
    tensors: object,
    ratio: object,
    partners: object,
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    threads: int = 0,
):
    """y = λ·x + (1 − λ)·x[π]: [N, …] → [N, …], of rank 1 to 8.

    Args:
        tensors: x, float32, float16, bfloat16 or uint8, any strides.
        ratio: λ, [N], float32, each 0 to 1.
        partners: π, [N], int32 or int64, each in 0..N−1.
        out: receives y, of the tensors' shape and type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given: "float32", "float16", "bfloat16" for uint8; default the tensors' own.
        mean: uint8 images [N,C,H,W] into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.

    Returns:
        y.
    """
    options = make_options(mean=mean, std=std)
    call = Call(tensors, "tensors", threads)
    shape = dlpack_family.shape_of(call.tensor(tensors, "tensors"))
    out = call.empty_like(tensors, dtype) if out is None else out
    execution = call.execution(call.workspace_bytes("mixup", shape[:1]))
    call.run(
        "mixup", call.read(tensors, "tensors"), call.read(ratio, "ratio"), call.read(partners, "partners"), call.write(out, "mixed"), None,
        ctypes.byref(options), execution=execution)
    return out
