"""Status codes become exceptions, in this one place."""
from __future__ import annotations

from typing import Dict, Type

from guidedmixup import errors
from guidedmixup._native.library import library

# guidedmixup_status.
_ERRORS: Dict[int, Type[errors.GuidedMixupError]] = {
    1: errors.InvalidArgumentError,
    2: errors.DegenerateImageError,
    3: errors.NotSupportedError,
    4: errors.CudaError,
    5: errors.OutOfMemoryError,
    6: errors.InternalError,
}


# What Python calls otherwise.
_NAMES = {"partners": "index", "gradient": "grad"}


def check(status: int, is_mix: bool = False) -> None:
    """Raises what a function that did not answer 0 reports, in the same thread; a mix's arguments by their names in ``GuidedMixup``."""
    if status:
        message = (library().guidedmixup_last_error() or b"").decode("utf-8", "replace")
        name, colon, rest = message.partition(":")
        if is_mix and name in _NAMES:
            message = _NAMES[name] + colon + rest.replace(name + "[", _NAMES[name] + "[")
        raise _ERRORS.get(status, errors.InternalError)(message or f"status {status}")
