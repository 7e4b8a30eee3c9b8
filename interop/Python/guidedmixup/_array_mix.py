"""The mix of arrays of any framework with ``__dlpack__``."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Optional, Sequence, Tuple

from guidedmixup._arrays import dlpack_family
from guidedmixup._arrays.call import Call
from guidedmixup._batch import Batch, Wanted, output_shapes, results
from guidedmixup._method import Method
from guidedmixup._native.handles import Handles
from guidedmixup._native.library import library
from guidedmixup._native.options import integer
from guidedmixup._native.status import check
from guidedmixup._native.structures import CPU, CUDA, Device, Inputs, Outputs
from guidedmixup._random import RandomState
from guidedmixup.errors import InvalidArgumentError

_TYPES = {"partners": "int64", "flags": "int32", "boxes": "int32", "partner_boxes": "int32"}


class ArrayMix:
    """Calls the library on arrays, with fresh structs each time."""

    def __init__(self, handles: Handles, settings: Dict[str, Any], method: Method) -> None:
        self.handles, self._settings, self._method = handles, settings, method

    def run(self, batch: Batch, random: RandomState, step: Optional[int], wanted: Wanted) -> Tuple:
        """Borrows the arrays, allocates the outputs, and mixes."""
        call = Call(batch.images, "images", self._settings["threads"] or 0)
        inputs, outputs = Inputs(), Outputs()
        for name, array in zip(batch._fields, batch):
            setattr(inputs, name, call.read(array, name))
        shape = call.sizes(batch.images, "images", "N,C,H,W")
        labels = batch.labels
        tensor = None if labels is None else call.tensor(labels, "labels")
        labels_shape = None if tensor is None else dlpack_family.shape_of(tensor)
        dtype = self._settings["dtype"]
        made = {"images": call.empty_like(batch.images, None if dtype is None else str(dtype).rpartition(".")[2])}
        for name, sizes in output_shapes(shape, labels_shape, wanted, False, self._settings["num_classes"], self._method).items():
            if tensor is not None and name == "labels_b":
                kind = dlpack_family.type_of(tensor, "labels")
            else:
                kind = _TYPES.get(name, "float32")
            made[name] = call.empty(sizes, kind)
        for name, array in made.items():
            setattr(outputs, name, call.write(array, "outputs." + name))
        rank, epoch = random.identity()
        execution = call.execution(self.prepare(call.device[1], shape, rank) if call.is_cuda else 0)
        inputs.step = random.take(epoch) if step is None else step
        is_mixed = ctypes.c_int32()
        structs = (ctypes.addressof(struct) for struct in (inputs, outputs, execution, is_mixed))
        check(library().guidedmixup_mix(self.handles.of(rank), *structs), is_mix=True)
        return results(batch, made, wanted, is_mixed.value != 0)

    def prepare(self, device: Any, shape: Sequence[int], rank: int = 0) -> int:
        """Loads what batches of this shape need on a GPU; the bytes of workspace they take."""
        if len(shape) != 4:
            raise InvalidArgumentError(f"shape is {list(shape)}; it is (N, C, H, W).")
        sizes = [integer("shape", size, 1, (1 << 62)) for size in shape]
        bytes_ = ctypes.c_int64()
        check(library().guidedmixup_prepare(self.handles.of(rank), _device(device), *sizes, ctypes.byref(bytes_)))
        return bytes_.value


def _device(device: Any) -> Device:
    """A torch.device, "cpu", "cuda", "cuda:1", or the index of a GPU."""
    if isinstance(device, int):
        return Device(CUDA, integer("device", device, 0, (1 << 31) - 1))
    kind, _, index = str(device).partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()):
        raise InvalidArgumentError(f"device is {device!r}; it is cpu, cuda, cuda:<index> or an index.")
    return Device(CPU if kind == "cpu" else CUDA, int(index or 0))
