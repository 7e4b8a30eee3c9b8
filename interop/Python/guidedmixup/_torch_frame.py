"""The structs of one kind of call, filled once for a signature and thread."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, List, Optional, Sequence, Tuple

import torch

from guidedmixup._arrays.slot import Slot
from guidedmixup._arrays.torch_family import TYPES, device_pair, slot_of
from guidedmixup._batch import Batch, Wanted, output_shapes
from guidedmixup._method import Method
from guidedmixup._native.structures import INT, UINT, Execution, Inputs, Outputs

_TYPES = {"partners": torch.int64, "flags": torch.int32, "boxes": torch.int32, "partner_boxes": torch.int32}


class TorchFrame:
    """Inputs, outputs and execution for tensors of given shapes, strides, types and device; each call sets the data pointers."""

    def __init__(
        self,
        given: Sequence[Any],
        wanted: Wanted,
        is_differentiated: bool,
        num_classes: Optional[int],
        dtype: Optional[torch.dtype],
        method: Method,
    ) -> None:
        images, labels = given[0], given[1]
        self.inputs, self.outputs, self.execution = Inputs(), Outputs(), Execution()
        self.is_mixed = ctypes.c_int32()
        self.inputs_address, self.outputs_address = ctypes.addressof(self.inputs), ctypes.addressof(self.outputs)
        self.execution_address, self.is_mixed_address = ctypes.addressof(self.execution), ctypes.addressof(self.is_mixed)
        self.device = images.device if images.is_cuda else None
        self._slots: List[Slot] = []
        self._reads: List[Tuple[int, Any]] = []
        for i, (name, tensor) in enumerate(zip(Batch._fields, given)):
            if tensor is not None:
                slot = slot_of(tensor, name)
                self._keep(self.inputs, name, slot)
                self._reads.append((i, slot.tensor))

        self._images_type = images.dtype if dtype is None else dtype
        self._device, device = images.device, device_pair(images.device, "images")
        # The strides that torch gives a new tensor depend on nothing but what this frame is kept for.
        slot = slot_of(torch.empty_like(images, dtype=self._images_type), "images")
        self._keep(self.outputs, "images", slot)
        self._mixed = slot.tensor
        types = dict(_TYPES)
        if labels is not None:
            types["labels_b"] = labels.dtype
        self._writes: List[Tuple[str, Tuple[int, ...], torch.dtype, Any]] = []
        shapes = output_shapes(images.shape, None if labels is None else labels.shape, wanted, is_differentiated, num_classes, method)
        for name, shape in shapes.items():
            kind = types.get(name, torch.float32)
            slot = Slot(shape, _compact(shape), TYPES[kind], device)
            self._keep(self.outputs, name, slot)
            self._writes.append((name, shape, kind, slot.tensor))
        if self.device is not None:
            self._workspace = Slot((1,), (1,), (UINT, 8), device)
            self._step_buffer = Slot((1,), (1,), (INT, 64), device)

    def bind(self, given: Sequence[Any]) -> Dict[str, torch.Tensor]:
        """Points the inputs at these tensors and the outputs at new ones, which it gives by name."""
        for i, tensor in self._reads:
            tensor.data = given[i].data_ptr()
        mixed = torch.empty_like(given[0], dtype=self._images_type)
        self._mixed.data = mixed.data_ptr()
        results = {"images": mixed}
        for name, shape, dtype, tensor in self._writes:
            result = results[name] = torch.empty(shape, dtype=dtype, device=self._device)
            tensor.data = result.data_ptr()
        return results

    def bind_device(self, stream: int, workspace: Optional[torch.Tensor], step: Optional[torch.Tensor]) -> None:
        """On a GPU: the stream, the workspace, and the step where it lies in device memory."""
        execution = self.execution
        execution.stream = stream
        execution.workspace = self._bound(self._workspace, workspace)
        self.inputs.step_buffer = self._bound(self._step_buffer, step)

    def _keep(self, struct: ctypes.Structure, name: str, slot: Slot) -> None:
        setattr(struct, name, slot.address)
        self._slots.append(slot)

    @staticmethod
    def _bound(slot: Slot, tensor: Optional[torch.Tensor]) -> Optional[int]:
        if tensor is None:
            return None
        slot.resize(tensor.numel())
        slot.tensor.data = tensor.data_ptr()
        return slot.address


def _compact(shape: Sequence[int]) -> List[int]:
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return strides[::-1]
