"""Every other array with ``__dlpack__``: CuPy's, JAX's, TensorFlow's. Results are NumPy's, or CuPy's or torch's on a GPU: all of them can import those."""
from __future__ import annotations

import sys
from typing import Optional, Sequence, Tuple

from guidedmixup._arrays.capsule import Capsule
from guidedmixup._arrays import capsule
from guidedmixup._native import structures as dl
from guidedmixup.errors import InvalidArgumentError

_TYPES = {
    (dl.FLOAT, 32): "float32",
    (dl.FLOAT, 16): "float16",
    (dl.BFLOAT, 16): "bfloat16",
    (dl.UINT, 8): "uint8",
    (dl.INT, 32): "int32",
    (dl.INT, 64): "int64",
}


def device_of(array: object, name: str) -> Tuple[int, int]:
    """(DLDeviceType, index)."""
    return capsule.device_of(array, name)


def borrow(array: object, name: str, stream: Optional[int], is_written: bool) -> Capsule:
    """Asks for a capsule; the producer makes ``stream`` wait for its own work."""
    return Capsule(array, name, stream, is_written)


def empty(shape: Sequence[int], dtype: str, device: Tuple[int, int]) -> object:
    """Uninitialised, compact: NumPy's on the host; on a GPU CuPy's or torch's, whichever is imported."""
    if device[0] == dl.CPU:
        import numpy

        if dtype == "bfloat16":
            raise InvalidArgumentError("out: NumPy has no bfloat16; pass an array that has.")
        return numpy.empty(tuple(shape), dtype=dtype)
    if "cupy" in sys.modules:
        cupy = sys.modules["cupy"]
        if dtype == "bfloat16":
            raise InvalidArgumentError("out: CuPy has no bfloat16; pass an array that has.")
        with cupy.cuda.Device(device[1]):
            return cupy.empty(tuple(shape), dtype=dtype)
    if "torch" in sys.modules:
        from guidedmixup._arrays import torch_family

        return torch_family.empty(shape, dtype, device)
    raise InvalidArgumentError("out: import torch or cupy, or pass an array on the GPU that receives the result.")


def empty_like(array: object, dtype: Optional[str], device: Tuple[int, int]) -> object:
    """The same shape, compact."""
    borrowed = Capsule(array, "images", -1 if device[0] != dl.CPU else None)  # -1: no synchronisation, nothing is read
    return empty(shape_of(borrowed.tensor), dtype or type_of(borrowed.tensor, "images"), device)


def current_stream(device: Tuple[int, int]) -> int:
    """The current stream of whichever framework ``empty`` allocates with: its memory is safe in no other stream's order."""
    if device[0] == dl.CPU:
        return 0
    if "cupy" in sys.modules:
        with sys.modules["cupy"].cuda.Device(device[1]):
            return sys.modules["cupy"].cuda.get_current_stream().ptr
    if "torch" in sys.modules:
        from guidedmixup._arrays import torch_family

        return torch_family.current_stream(device)
    return 0


def shape_of(tensor: dl.Tensor) -> Tuple[int, ...]:
    """The sizes."""
    import ctypes

    return tuple((ctypes.c_int64 * tensor.ndim).from_address(tensor.shape)) if tensor.ndim else ()


def type_of(tensor: dl.Tensor, name: str) -> str:
    """The element type by name."""
    key = (tensor.dtype.code, tensor.dtype.bits)
    if key not in _TYPES:
        raise InvalidArgumentError(f"{name} has DLPack type {key}; float32, float16, bfloat16 and uint8 are taken.")
    return _TYPES[key]
