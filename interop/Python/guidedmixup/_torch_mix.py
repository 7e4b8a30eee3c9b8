"""The mix of torch tensors: the fast path. Imported only once torch is."""
from __future__ import annotations

import ctypes
import threading
from typing import Any, Dict, List, Optional, Tuple

import torch

from guidedmixup._arrays.torch_family import device_pair, plain
from guidedmixup._batch import Batch, Wanted, results
from guidedmixup._method import Method
from guidedmixup._mix_function import MixFunction, mask_of
from guidedmixup._native.handles import Handles
from guidedmixup._native.library import library
from guidedmixup._native.status import check
from guidedmixup._native.structures import Device
from guidedmixup._random import RandomState
from guidedmixup._torch_frame import TorchFrame
from guidedmixup.errors import InvalidArgumentError

# As the batch's fields, and as the caller knows them.
_NAMES = ("images", "labels", "grad", "saliency", "index", "subset", "ratios", "boxes", "partner_boxes", "features", "class_weights")


class ThreadFrames(threading.local):
    """Each thread has its own."""

    def __init__(self) -> None:
        self.frames: Dict[Any, TorchFrame] = {}


class TorchMix:
    """Calls the library on tensors: one frame of structs for each signature seen and thread, so that a call only sets pointers."""

    # Batches of ever new shapes must not collect frames for ever.
    MAX_FRAMES = 32

    def __init__(self, handles: Handles, settings: Dict[str, Any], method: Method) -> None:
        self.handles, self._method = handles, method
        self._num_classes: Optional[int] = settings["num_classes"]
        self._threads: Optional[int] = settings["threads"]
        self._dtype = _type(settings["dtype"])
        self._is_capturable: bool = settings["capturable"]
        self._local = ThreadFrames()
        self._workspaces: Dict[Tuple, int] = {}
        self._step: Optional[torch.Tensor] = None
        self._mix = library().guidedmixup_mix

    def run(self, batch: Batch, random: RandomState, step: Optional[int], wanted: Wanted) -> Tuple:
        """Checks what the library cannot see, and mixes."""
        is_recording = torch.is_grad_enabled()
        given: List[Any] = []
        for name, tensor in zip(_NAMES, batch):
            if tensor is not None:
                if not isinstance(tensor, torch.Tensor):
                    raise TypeError(f"{name} is {type(tensor).__name__}; it is a torch.Tensor, as the images are.")
                tensor = plain(tensor, name)
                if is_recording and tensor.requires_grad and name != "images":
                    raise InvalidArgumentError(f"{name} requires grad; gradients flow to the images only: pass {name}.detach().")
            given.append(tensor)

        if not (is_recording and given[0].requires_grad) or wanted == Wanted.ALL:
            outputs, is_mixed = self._call(given, random, step, wanted, False)
            return results(batch, outputs, wanted, is_mixed)

        self._method.check_gradient()

        def call(images: torch.Tensor):
            given[0] = images
            outputs, is_mixed = self._call(given, random, step, wanted, True)
            return results(batch, outputs, wanted, is_mixed), mask_of(outputs, images), outputs["partners"]

        return MixFunction.run(given[0], call)

    def kept_step(self) -> Optional[int]:
        """The step in device memory; ``None`` where it is not kept there."""
        return None if self._step is None else int(self._step.item())

    def set_kept_step(self, step: int) -> None:
        """Goes on from another step; captured graphs do so too."""
        if self._step is not None:
            self._step.fill_(step)

    def _call(self, given, random: RandomState, step: Optional[int], wanted: Wanted, is_differentiated: bool):
        images = given[0]
        frames = self._local.frames
        key = (wanted, is_differentiated, *[None if t is None else (t.shape, t.stride(), t.dtype, t.device) for t in given])
        frame = frames.get(key)
        if frame is None:
            frame = TorchFrame(given, wanted, is_differentiated, self._num_classes, self._dtype, self._method)
            if len(frames) >= self.MAX_FRAMES:
                frames.clear()
            frames[key] = frame
        outputs = frame.bind(given)
        rank, epoch = random.identity()
        kept = workspace = None
        if frame.device is None:
            frame.execution.threads = min(torch.get_num_threads(), 1024) if self._threads is None else self._threads
        else:
            stream = torch.cuda.current_stream(frame.device).cuda_stream
            workspace = self._workspace(rank, frame.device, images.shape)
            kept = self._step_on(frame.device, random, step)
            frame.bind_device(stream, workspace, kept)
        frame.inputs.step = 0 if kept is not None else random.take(epoch) if step is None else step
        status = self._mix(
            self.handles.of(rank), frame.inputs_address, frame.outputs_address, frame.execution_address, frame.is_mixed_address)
        if status:
            check(status, is_mix=True)
        if kept is not None:
            kept.add_(1)
        return outputs, frame.is_mixed.value != 0

    def _workspace(self, rank: int, device: torch.device, shape: torch.Size) -> Optional[torch.Tensor]:
        """From torch's caching allocator, in the stream's order: it may be used again as soon as this call's kernels are queued."""
        size = self._workspaces.get((device, shape))
        if size is None:
            found = ctypes.c_int64()
            check(library().guidedmixup_prepare(self.handles.of(rank), Device(*device_pair(device, "images")), *shape, ctypes.byref(found)))
            if len(self._workspaces) >= 4 * self.MAX_FRAMES:
                self._workspaces.clear()
            size = self._workspaces[device, shape] = found.value
        return torch.empty(size, dtype=torch.uint8, device=device) if size else None

    def _step_on(self, device: torch.device, random: RandomState, step: Optional[int]) -> Optional[torch.Tensor]:
        """The step in device memory, where it is kept there and not given."""
        if step is not None:
            return None
        if not self._is_capturable:
            if self._method.draws and torch.cuda.is_current_stream_capturing():
                raise InvalidArgumentError("capturable is False while a stream is captured: each replay would draw the same numbers.")
            return None
        if self._step is None:
            if torch.cuda.is_current_stream_capturing():
                raise InvalidArgumentError("the first call of a capturable mixer is captured; call it once before.")
            self._step = torch.tensor([random.step], dtype=torch.int64, device=device)
        if self._step.device != device:
            raise InvalidArgumentError(f"images is on {device}; this capturable mixer keeps its step on {self._step.device}.")
        return self._step


def _type(dtype: Any) -> Optional[torch.dtype]:
    found = getattr(torch, dtype, dtype) if isinstance(dtype, str) else dtype
    if found is not None and not isinstance(found, torch.dtype):
        raise InvalidArgumentError(f"dtype is {dtype!r}; it is a torch.dtype.")
    return found
