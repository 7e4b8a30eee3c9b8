"""Where the numbers of a mixer come from: (seed, step, rank), and nothing else."""
from __future__ import annotations

import os
import sys
import threading
import weakref
from typing import Optional, Tuple

from guidedmixup._native.options import integer
from guidedmixup.errors import InvalidArgumentError

MAX_STEP = (1 << 64) - 1
# The library's rank has 24 bits: the process's in the low 16, the DataLoader worker's above (0 outside of one, its number + 1 inside).
_MAX_PROCESS = (1 << 16) - 1
_MAX_WORKER = (1 << 8) - 2


class RandomState:
    """A seed, and a step that moves on by one with each batch. Threads may share it; a forked child has its own."""

    def __init__(self, seed: int, rank: Optional[int]) -> None:
        self.seed = integer("seed", seed, 0, MAX_STEP)
        self.step = 0
        self._rank = None if rank is None else integer("rank", rank, 0, _MAX_PROCESS)
        self._inherited: Optional[int] = None
        self._lock = threading.Lock()
        _states.add(self)

    def take(self, epoch: Optional[int]) -> int:
        """This batch's step; the next call's is one more. ``epoch`` is a worker's, see ``identity``."""
        with self._lock:
            step = self.step
            self.step = (step + 1) & MAX_STEP
        return step if epoch is None else (epoch << 32) | (step & 0xFFFFFFFF)

    def identity(self) -> Tuple[int, Optional[int]]:
        """The library's rank of this process, and, in a DataLoader worker, 32 bits that differ from epoch to epoch.

        A worker starts each epoch as a fresh copy of the parent's mixer, at the parent's step: without the second, every epoch would
        repeat the first. They come from torch's base seed of the epoch, drawn in the parent, so ``torch.manual_seed`` fixes them.
        """
        torch = sys.modules.get("torch")
        worker = torch.utils.data.get_worker_info() if torch is not None else None
        process = self._rank
        if process is None:
            process = _group_rank(torch)
            if process is None:
                process = self._inherited if worker is not None and self._inherited is not None else _environment_rank()
            if process > _MAX_PROCESS:
                raise InvalidArgumentError(f"rank is {process}; it is at least 0 and at most {_MAX_PROCESS}.")
        if worker is None:
            return process, None
        if worker.id > _MAX_WORKER:
            raise InvalidArgumentError(f"DataLoader worker {worker.id}; at most {_MAX_WORKER + 1} workers draw distinct numbers.")
        base = worker.seed - worker.id
        return process | (worker.id + 1) << 16, (base ^ base >> 32) & 0xFFFFFFFF

    def __getstate__(self) -> dict:
        # A spawned worker has no process group of its own: what the pickling process knows is kept for it, and for nobody else.
        inherited = _group_rank(sys.modules.get("torch"))
        return {"seed": self.seed, "step": self.step, "rank": self._rank, "inherited": inherited}

    def __setstate__(self, state: dict) -> None:
        self.seed, self.step, self._rank, self._inherited = state["seed"], state["step"], state["rank"], state["inherited"]
        self._lock = threading.Lock()
        _states.add(self)


_states: "weakref.WeakSet[RandomState]" = weakref.WeakSet()


def _renew_locks() -> None:
    # Another thread of the parent may have held one when this child was forked.
    for state in _states:
        state._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


def _group_rank(torch) -> Optional[int]:
    """The process's rank in torch.distributed's default group; ``None`` without one."""
    distributed = getattr(torch, "distributed", None)
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return None
    return distributed.get_rank()


def _environment_rank() -> int:
    """torchrun's RANK, else 0."""
    given = os.environ.get("RANK", "")
    return int(given) if given.isdigit() else 0
