"""Finds, loads and declares the C library."""
from __future__ import annotations

import ctypes
import os
import threading
from typing import Dict, List, Optional, Tuple

from guidedmixup._native import processor
from guidedmixup._native.structures import Device, Options
from guidedmixup.errors import LibraryNotFoundError

FILE = "libguidedmixup.so"
# Names a file, or a folder of builds as interop/C/build.sh makes it, in place of the library inside the package.
PATH = "GUIDEDMIXUP_LIBRARY"
# Names the build to load, x86-64-v3 or x86-64-v4, in place of the best that runs here.
BUILD = "GUIDEDMIXUP_BUILD"
ABI_VERSION = 1

_TENSOR = _STRUCT = ctypes.c_void_p
_I32, _I64, _U64, _SIZE = ctypes.c_int32, ctypes.c_int64, ctypes.c_uint64, ctypes.c_size_t
_BYTES = ctypes.POINTER(_I64)

# The argument types of every function that returns a status, in the header's order.
FUNCTIONS: Dict[str, Tuple[object, ...]] = {
    "device_count": (_I32, ctypes.POINTER(_I32)),
    "device_name": (Device, ctypes.c_char_p, _SIZE),
    "device_image": (Device, ctypes.c_char_p, _SIZE),
    "trim": (),
    "release": (Device,),
    "options_init": (ctypes.POINTER(Options), _SIZE),
    "mixer_create": (ctypes.POINTER(Options), ctypes.POINTER(ctypes.c_void_p)),
    "mixer_destroy": (ctypes.c_void_p,),
    "mix": (ctypes.c_void_p, _STRUCT, _STRUCT, _STRUCT, ctypes.c_void_p),
    "prepare": (ctypes.c_void_p, Device, _I64, _I64, _I64, _I64, _BYTES),
    "check_flags": (_TENSOR, _STRUCT),
    "spectral_residual": (_TENSOR, _TENSOR, ctypes.POINTER(Options), _STRUCT),
    "gradient_saliency": (_TENSOR, _TENSOR, _STRUCT),
    "gaussian_blur": (_TENSOR, _TENSOR, ctypes.POINTER(Options), _STRUCT),
    "normalise": (_TENSOR, _TENSOR, _TENSOR, ctypes.POINTER(Options), _STRUCT),
    "pair_distance": (_TENSOR, _TENSOR, _I32, _STRUCT),
    "cycle_cover_greedy": (_TENSOR, _TENSOR, _TENSOR, _TENSOR, ctypes.POINTER(Options), _STRUCT),
    "cycle_cover_random": (_TENSOR, _U64, _U64, _I32, _TENSOR, _STRUCT),
    "pixel_mix": (_TENSOR,) * 7 + (ctypes.POINTER(Options), _STRUCT),
    "pixel_mix_backward": (_TENSOR,) * 4 + (_STRUCT,),
    "label_mix_soft": (_TENSOR,) * 4 + (_STRUCT,),
    "label_mix_pair": (_TENSOR,) * 4 + (_STRUCT,),
    "mixup": (_TENSOR,) * 5 + (ctypes.POINTER(Options), _STRUCT),
    "cutmix": (_TENSOR,) * 6 + (ctypes.POINTER(Options), _STRUCT),
    "saliencymix_boxes": (_TENSOR,) * 5 + (ctypes.POINTER(Options), _STRUCT),
    "snapmix": (_TENSOR,) * 11 + (ctypes.POINTER(Options), _STRUCT),
    "augmix": (_TENSOR,) * 5 + (ctypes.POINTER(Options), _STRUCT),
    "puzzlemix": (_TENSOR,) * 8 + (ctypes.POINTER(Options), _STRUCT),
    "comixup_solve": (_TENSOR,) * 6 + (ctypes.POINTER(Options), _STRUCT),
    "comixup_objective": (_TENSOR,) * 4 + (ctypes.POINTER(Options), ctypes.POINTER(ctypes.c_double)),
    "grid_cut": (_TENSOR,) * 6 + (_I32, _STRUCT),
    "draw": (_TENSOR, _TENSOR, _I64, _I64, ctypes.POINTER(Options), _U64),
    "draw_partner_boxes": (_TENSOR, _I64, _I64, ctypes.POINTER(Options), _U64),
    "augmix_draw": (_TENSOR, _TENSOR, _U64, _U64, _I32),
    "workspace_size_mix": (Device, _I64, _I64, _I64, ctypes.POINTER(Options), _BYTES),
    "workspace_size_spectral_residual": (Device, _I64, _I64, _I64, ctypes.POINTER(Options), _BYTES),
    "workspace_size_gaussian_blur": (Device, _I64, _I64, _I64, _BYTES),
    "workspace_size_normalise": (Device, _I64, _I64, _I64, _BYTES),
    "workspace_size_pair_distance": (Device, _I64, _I64, _I64, _BYTES),
    "workspace_size_cycle_cover": (Device, _I64, _BYTES),
    "workspace_size_pixel_mix": (Device, _I64, _I64, _I64, _BYTES),
    "workspace_size_pixel_mix_backward": (Device, _I64, _BYTES),
    "workspace_size_label_mix": (Device, _I64, _BYTES),
    "workspace_size_mixup": (Device, _I64, _BYTES),
    "workspace_size_cutmix": (Device, _I64, _BYTES),
    "workspace_size_saliencymix_boxes": (Device, _I64, _BYTES),
    "workspace_size_snapmix": (Device, _I64, _I64, _I64, _BYTES),
    "workspace_size_puzzlemix": (Device, _I64, _I64, _I64, ctypes.POINTER(Options), _BYTES),
    "workspace_size_comixup_solve": (Device, _I64, _I64, _I64, _I64, ctypes.POINTER(Options), _BYTES),
    "workspace_size_grid_cut": (Device, _I64, _I64, _I64, _I64, _I32, _BYTES),
}

_lock = threading.Lock()
_loaded: Optional[ctypes.CDLL] = None


def library() -> ctypes.CDLL:
    """The library, loaded at the first call.

    Raises:
        LibraryNotFoundError: it is not there, or not the one this package was written for.
        UnsupportedProcessorError: no build runs on this processor.
    """
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def candidates() -> List[str]:
    """The files that are tried, the best first.

    Raises:
        UnsupportedProcessorError: no build runs on this processor.
    """
    given = os.environ.get(PATH, "")
    if given and not os.path.isdir(given):
        return [given]
    folder = given or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib")
    build = os.environ.get(BUILD, "")
    possible = processor.builds()
    if build and build not in possible:
        raise LibraryNotFoundError(f"{BUILD} is {build}; this processor runs {' and '.join(possible)}.")
    return [os.path.join(folder, name, FILE) for name in ([build] if build else possible)]


def _load() -> ctypes.CDLL:
    tried = candidates()
    for file in tried:
        if os.path.isfile(file):
            return _declare(file)
    raise LibraryNotFoundError(
        f"guidedmixup's library is not there: looked for {' and '.join(tried)}. An installed wheel holds it; in a source tree, "
        f"interop/C/build.sh FOLDER builds it, and {PATH}=FOLDER names it.")


def _declare(file: str) -> ctypes.CDLL:
    try:
        loaded = ctypes.CDLL(file)
        loaded.guidedmixup_last_error.restype = ctypes.c_char_p
        loaded.guidedmixup_version.restype = ctypes.c_char_p
        for name in ("abi_version", "simd_bits"):
            getattr(loaded, "guidedmixup_" + name).restype = _I32
        abi = loaded.guidedmixup_abi_version()
        if abi < ABI_VERSION:
            raise LibraryNotFoundError(f"{file} has ABI version {abi}; this package needs at least {ABI_VERSION}.")
        for name, arguments in FUNCTIONS.items():
            function = getattr(loaded, "guidedmixup_" + name)
            function.argtypes, function.restype = arguments, _I32
    except (OSError, AttributeError) as error:
        raise LibraryNotFoundError(f"{file} does not load as guidedmixup's library: {error}") from error
    return loaded
