"""DLPack capsules, of both versions."""
from __future__ import annotations

import ctypes
from typing import Optional, Tuple

from guidedmixup._native.structures import CPU, ManagedTensor, Tensor, VersionedTensor
from guidedmixup.errors import InvalidArgumentError

# The newest version understood here; producers may answer with an older one.
_MAX_VERSION = (1, 0)
_READ_ONLY = 1

_get_name = ctypes.pythonapi.PyCapsule_GetName
_get_name.restype, _get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.restype, _get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class Capsule:
    """A borrowed capsule: its tensor's address, valid while this object lives.

    The capsule keeps its name, and so stays the producer's: whoever drops it last calls the deleter, once.
    """

    __slots__ = ("_capsule", "address")

    def __init__(self, array: object, name: str, stream: Optional[int] = None, is_written: bool = False) -> None:
        self._capsule = _export(array, name, stream)
        kind = _get_name(self._capsule)
        if kind == b"dltensor_versioned":
            managed = VersionedTensor.from_address(_get_pointer(self._capsule, kind))
            if managed.major > _MAX_VERSION[0]:
                raise InvalidArgumentError(f"{name}: DLPack version {managed.major}.{managed.minor}; 1.x is understood.")
            if is_written and managed.flags & _READ_ONLY:
                raise InvalidArgumentError(f"{name}: the array is read-only.")
            self.address = ctypes.addressof(managed) + VersionedTensor.tensor.offset
        elif kind == b"dltensor":
            self.address = _get_pointer(self._capsule, kind) + ManagedTensor.tensor.offset
        else:
            raise InvalidArgumentError(f"{name}: __dlpack__ gave a capsule named {kind!r}, which is no DLPack tensor or was taken before.")

    @property
    def tensor(self) -> Tensor:
        """The tensor itself."""
        return Tensor.from_address(self.address)


def device_of(array: object, name: str) -> Tuple[int, int]:
    """(DLDeviceType, index)."""
    try:
        kind, index = array.__dlpack_device__()  # type: ignore[attr-defined]
        return int(kind), int(index)
    except AttributeError:
        raise TypeError(f"{name} is {type(array).__name__}; it is a tensor or array with __dlpack__.") from None


def _export(array: object, name: str, stream: Optional[int]) -> object:
    arguments = {}
    if device_of(array, name)[0] != CPU:
        # DLPack's name of the legacy default stream is 1; 0 is forbidden.
        arguments["stream"] = stream or 1
    try:
        try:
            return array.__dlpack__(max_version=_MAX_VERSION, **arguments)  # type: ignore[attr-defined]
        except TypeError:  # a producer older than versions
            return array.__dlpack__(**arguments)  # type: ignore[attr-defined]
    except (BufferError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise InvalidArgumentError(f"{name}: __dlpack__ refuses: {error}") from error
