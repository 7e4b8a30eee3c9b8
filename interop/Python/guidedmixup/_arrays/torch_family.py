"""PyTorch's tensors. Imported only once torch is."""
from __future__ import annotations

from typing import Optional, Sequence, Tuple

import torch

from guidedmixup._arrays.slot import Slot
from guidedmixup._native import structures as dl
from guidedmixup.errors import InvalidArgumentError

TYPES = {
    torch.float32: (dl.FLOAT, 32),
    torch.float16: (dl.FLOAT, 16),
    torch.bfloat16: (dl.BFLOAT, 16),
    torch.uint8: (dl.UINT, 8),
    torch.int32: (dl.INT, 32),
    torch.int64: (dl.INT, 64),
    torch.bool: (dl.BOOL, 8),
}
_DEVICES = {"cpu": dl.CPU, "cuda": dl.CUDA}


class BorrowedTensor:
    """A tensor and the DLTensor that describes it."""

    __slots__ = ("_tensor", "slot", "address")

    def __init__(self, tensor: torch.Tensor, name: str) -> None:
        self._tensor = plain(tensor, name)
        if tensor.requires_grad:
            raise InvalidArgumentError(f"{name} requires grad; what is computed from it here would not: pass {name}.detach().")
        self.slot = slot_of(self._tensor, name)
        self.slot.tensor.data = self._tensor.data_ptr()
        self.address = self.slot.address

    @property
    def tensor(self) -> dl.Tensor:
        """The DLTensor."""
        return self.slot.tensor


def is_mine(array: object) -> bool:
    """True for a tensor."""
    return isinstance(array, torch.Tensor)


def plain(tensor: torch.Tensor, name: str) -> torch.Tensor:
    """The same memory as a strided ``torch.Tensor`` of no subclass (``torchvision.tv_tensors.Image``, ``Parameter``).

    Raises:
        InvalidArgumentError: it is sparse, or its values are to be negated or conjugated lazily: its memory does not hold them.
    """
    if type(tensor) is not torch.Tensor:
        tensor = tensor.as_subclass(torch.Tensor)
    if tensor.layout is not torch.strided:
        raise InvalidArgumentError(f"{name} is {tensor.layout}; it is dense: pass {name}.to_dense().")
    if tensor.is_neg() or tensor.is_conj():
        raise InvalidArgumentError(f"{name} is a lazy negative or conjugate; pass {name}.resolve_neg().resolve_conj().")
    return tensor


def slot_of(tensor: torch.Tensor, name: str) -> Slot:
    """Shape, strides, type and device; the data pointer is still to be set."""
    dtype = TYPES.get(tensor.dtype)
    if dtype is None:
        raise InvalidArgumentError(f"{name} is {tensor.dtype}; float32, float16, bfloat16, uint8 are taken, labels int32, int64 or float32.")
    return Slot(tensor.shape, tensor.stride(), dtype, device_pair(tensor.device, name))


def device_pair(device: torch.device, name: str) -> Tuple[int, int]:
    """(DLDeviceType, index)."""
    kind = _DEVICES.get(device.type)
    if kind is None:
        raise InvalidArgumentError(f"{name} is on {device}; host memory (cpu) and CUDA memory (cuda) are taken.")
    return kind, device.index or 0


def device_of(array: torch.Tensor, name: str) -> Tuple[int, int]:
    """(DLDeviceType, index)."""
    return device_pair(array.device, name)


def borrow(array: torch.Tensor, name: str, stream: Optional[int], is_written: bool) -> BorrowedTensor:
    """Describes a tensor; the call's stream is torch's current one, so there is nothing to wait for."""
    if array.is_cuda and stream is not None and stream != current_stream((dl.CUDA, array.device.index or 0)):
        raise InvalidArgumentError(f"{name} is torch's while the call runs in another framework's stream; on a GPU a call takes one framework's arrays.")
    return BorrowedTensor(array, name)


def empty(shape: Sequence[int], dtype: str, device: Tuple[int, int]) -> torch.Tensor:
    """Uninitialised, compact; on a GPU from torch's caching allocator, in the current stream's order."""
    where = torch.device("cuda", device[1]) if device[0] == dl.CUDA else torch.device("cpu")
    return torch.empty(tuple(shape), dtype=getattr(torch, dtype), device=where)


def empty_like(array: torch.Tensor, dtype: Optional[str], device: Tuple[int, int]) -> torch.Tensor:
    """The same shape and memory format."""
    return torch.empty_like(array, dtype=None if dtype is None else getattr(torch, dtype), requires_grad=False)


def current_stream(device: Tuple[int, int]) -> int:
    """The current stream's handle; 0 on the host."""
    return torch.cuda.current_stream(device[1]).cuda_stream if device[0] == dl.CUDA else 0
