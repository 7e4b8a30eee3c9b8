"""Mixer handles: one for each rank that a process draws as."""
from __future__ import annotations

import ctypes
import weakref
from typing import Any, Dict

from guidedmixup._native.library import library
from guidedmixup._native.options import make_options
from guidedmixup._native.status import check


class Handles:
    """The library's mixers of one set of options."""

    def __init__(self, options: Dict[str, Any]) -> None:
        self._options = options
        self._handles: Dict[int, int] = {}
        # Made at once, so that a wrong option is told where it was given.
        self.of(0)
        end = weakref.finalize(self, _destroy, library(), self._handles)
        end.atexit = False

    def of(self, rank: int) -> int:
        """The mixer that draws as ``rank``; made at the first call."""
        handle = self._handles.get(rank)
        if handle is None:
            made = ctypes.c_void_p()
            check(library().guidedmixup_mixer_create(ctypes.byref(make_options(rank=rank, **self._options)), ctypes.byref(made)))
            # Two threads may both have made one; the first stays.
            handle = self._handles.setdefault(rank, made.value or 0)
            if handle != made.value:
                check(library().guidedmixup_mixer_destroy(made))
        return handle


def _destroy(loaded: ctypes.CDLL, handles: Dict[int, int]) -> None:
    for handle in handles.values():
        loaded.guidedmixup_mixer_destroy(handle)
    handles.clear()
