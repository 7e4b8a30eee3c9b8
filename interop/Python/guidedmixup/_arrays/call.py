"""One call of the library on borrowed arrays."""
from __future__ import annotations

import ctypes
import sys
from typing import List, Optional, Sequence, Tuple

from guidedmixup._arrays import dlpack_family
from guidedmixup._native.library import library
from guidedmixup._native.options import integer
from guidedmixup._native.status import check
from guidedmixup._native.structures import CPU, CUDA, CUDA_HOST, CUDA_MANAGED, Device, Execution, Options, Tensor
from guidedmixup.errors import InvalidArgumentError


def family_of(array: object):
    """The module that knows this kind of array."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        from guidedmixup._arrays import torch_family

        return torch_family
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(array, numpy.ndarray):
        from guidedmixup._arrays import numpy_family

        return numpy_family
    return dlpack_family


class Call:
    """Borrows arrays, allocates results and a workspace, and runs a function where the first array lies."""

    def __init__(self, first: object, name: str, threads: int = 0) -> None:
        self._family = family_of(first)
        self.device = self._family.device_of(first, name)
        if self.device[0] == CUDA_HOST:
            self.device = (CPU, 0)
        self._stream = self._family.current_stream(self.device)
        self._threads = integer("threads", threads, 0, 1024)
        self._borrowed: List[object] = []

    @property
    def is_cuda(self) -> bool:
        """True where the arrays lie on a GPU."""
        return self.device[0] in (CUDA, CUDA_MANAGED)

    def read(self, array: Optional[object], name: str) -> Optional[int]:
        """The address of an input's DLTensor; ``None`` for ``None``."""
        return None if array is None else self._borrow(array, name, False).address

    def write(self, array: Optional[object], name: str) -> Optional[int]:
        """The address of an output's DLTensor; ``None`` for ``None``."""
        return None if array is None else self._borrow(array, name, True).address

    def tensor(self, array: object, name: str) -> Tensor:
        """The array's DLTensor."""
        return self._borrow(array, name, False).tensor

    def shape(self, array: object, name: str) -> Tuple[int, ...]:
        """The shape, of any rank."""
        return dlpack_family.shape_of(self.tensor(array, name))

    def sizes(self, array: object, name: str, axes: str) -> Tuple[int, ...]:
        """The shape, which has as many axes as ``axes`` ("N,C,H,W") names."""
        shape = self.shape(array, name)
        if len(shape) != axes.count(",") + 1:
            raise InvalidArgumentError(f"{name} has shape {list(shape)} where [{axes}] is needed.")
        return shape

    def empty(self, shape: Sequence[int], dtype: str = "float32") -> object:
        """A result of the first array's framework."""
        return self._family.empty(shape, dtype, self.device)

    def empty_like(self, array: object, dtype: Optional[str] = None) -> object:
        """A result with the shape and memory format of ``array``."""
        return self._family.empty_like(array, dtype, self.device)

    def execution(self, workspace_bytes: int = 0) -> Execution:
        """The stream, the threads, and on a GPU a workspace, which lives as long as this call."""
        execution = Execution(stream=self._stream, threads=self._threads)
        if self.is_cuda and workspace_bytes > 0:
            execution.workspace = self.write(self.empty((workspace_bytes,), "uint8"), "workspace")
        return execution

    def workspace_bytes(self, stage: str, sizes: Sequence[int], options: Optional[Options] = None) -> int:
        """What the stage takes on a GPU for these sizes."""
        if not self.is_cuda:
            return 0
        bytes_ = ctypes.c_int64()
        arguments = [Device(*self.device), *sizes] + ([ctypes.byref(options)] if options is not None else []) + [ctypes.byref(bytes_)]
        check(getattr(library(), "guidedmixup_workspace_size_" + stage)(*arguments))
        return bytes_.value

    def run(self, function: str, *arguments: object, execution: Optional[Execution] = None) -> None:
        """Calls ``guidedmixup_<function>(*arguments, execution)``."""
        execution = execution or self.execution()
        check(getattr(library(), "guidedmixup_" + function)(*arguments, ctypes.addressof(execution)))

    def _borrow(self, array: object, name: str, is_written: bool):
        family = family_of(array)
        borrowed = family.borrow(array, name, self._stream, is_written)
        self._borrowed.append(borrowed)
        self._borrowed.append(array)
        return borrowed
