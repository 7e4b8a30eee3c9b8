"""NumPy's arrays. Read by their own interface, so that read-only ones (``np.load(…, mmap_mode="r")``) may be inputs."""
from __future__ import annotations

from typing import Optional, Sequence, Tuple

import numpy

from guidedmixup._arrays.slot import Slot
from guidedmixup._native import structures as dl
from guidedmixup.errors import InvalidArgumentError

_TYPES = {
    numpy.dtype(numpy.float32): (dl.FLOAT, 32),
    numpy.dtype(numpy.float16): (dl.FLOAT, 16),
    numpy.dtype(numpy.uint8): (dl.UINT, 8),
    numpy.dtype(numpy.int32): (dl.INT, 32),
    numpy.dtype(numpy.int64): (dl.INT, 64),
    numpy.dtype(numpy.bool_): (dl.BOOL, 8),
}


class BorrowedArray:
    """An array and the DLTensor that describes it."""

    __slots__ = ("_array", "slot", "address")

    def __init__(self, array: numpy.ndarray, name: str, is_written: bool) -> None:
        self._array = array
        dtype, item = _TYPES.get(array.dtype), array.dtype.itemsize
        if dtype is None:
            raise InvalidArgumentError(f"{name} is {array.dtype}; float32, float16, uint8 are taken, labels int32, int64 or float32.")
        if is_written and not array.flags.writeable:
            raise InvalidArgumentError(f"{name}: the array is read-only.")
        if any(stride % item for stride in array.strides):
            raise InvalidArgumentError(f"{name} has byte strides {array.strides}; each is a multiple of the {item} bytes of an element.")
        strides = [stride // item for stride in array.strides]
        self.slot = Slot(array.shape, strides, dtype, (dl.CPU, 0))
        self.slot.tensor.data = array.ctypes.data
        self.address = self.slot.address

    @property
    def tensor(self) -> dl.Tensor:
        """The DLTensor."""
        return self.slot.tensor


def is_mine(array: object) -> bool:
    """True for an array."""
    return isinstance(array, numpy.ndarray)


def device_of(array: numpy.ndarray, name: str) -> Tuple[int, int]:
    """(DLDeviceType, index): the host."""
    return dl.CPU, 0


def borrow(array: numpy.ndarray, name: str, stream: Optional[int], is_written: bool) -> BorrowedArray:
    """Describes an array."""
    return BorrowedArray(array, name, is_written)


def empty(shape: Sequence[int], dtype: str, device: Tuple[int, int]) -> numpy.ndarray:
    """Uninitialised, compact."""
    return numpy.empty(tuple(shape), dtype=dtype)


def empty_like(array: numpy.ndarray, dtype: Optional[str], device: Tuple[int, int]) -> numpy.ndarray:
    """The same shape and order of axes in memory."""
    return numpy.empty_like(array, dtype=dtype)


def current_stream(device: Tuple[int, int]) -> int:
    """There is none on the host."""
    return 0
