"""What runs here."""
from __future__ import annotations

import ctypes
from typing import List, NamedTuple

from guidedmixup._native.library import library
from guidedmixup._native.structures import CUDA, Device


class LibraryInfo(NamedTuple):
    """The library that is loaded, and the devices it finds."""

    version: str
    """Such as "0.1.0"."""
    file: str
    """The shared library."""
    simd_bits: int
    """Width of the CPU backend's vectors: 512, 256 or 128. Results do not depend on it."""
    gpus: List[str]
    """The GPUs' names."""
    no_cuda_because: str
    """Why there is no CUDA; empty where there is."""


def library_info() -> LibraryInfo:
    """Loads the library and asks it.

    Raises:
        LibraryNotFoundError, UnsupportedProcessorError: there is none for this machine (``ImportError``).
    """
    loaded = library()
    count, why = ctypes.c_int32(), ""
    if loaded.guidedmixup_device_count(CUDA, ctypes.byref(count)):
        why = loaded.guidedmixup_last_error().decode("utf-8", "replace")
    name, gpus = ctypes.create_string_buffer(256), []
    for index in range(count.value):
        status = loaded.guidedmixup_device_name(Device(CUDA, index), name, len(name))
        gpus.append(name.value.decode("utf-8", "replace") if status == 0 else "unknown")
    return LibraryInfo(loaded.guidedmixup_version().decode(), loaded._name, loaded.guidedmixup_simd_bits(), gpus, why)
