"""A DLTensor that is filled again and again."""
from __future__ import annotations

import ctypes
from typing import Sequence, Tuple

from guidedmixup._native.structures import DataType, Device, Tensor


class Slot:
    """One DLTensor with the arrays its shape and strides point to. ``tensor.data`` is set for each call."""

    __slots__ = ("tensor", "address", "_shape", "_strides")

    def __init__(self, shape: Sequence[int], strides: Sequence[int], dtype: Tuple[int, int], device: Tuple[int, int]) -> None:
        sizes = ctypes.c_int64 * max(1, len(shape))
        self._shape, self._strides = sizes(*shape), sizes(*strides)
        self.tensor = Tensor(
            device=Device(*device),
            ndim=len(shape),
            dtype=DataType(dtype[0], dtype[1], 1),
            shape=ctypes.addressof(self._shape),
            strides=ctypes.addressof(self._strides),
        )
        self.address = ctypes.addressof(self.tensor)

    def resize(self, length: int) -> None:
        """Another size for a tensor of one axis."""
        self._shape[0] = length
