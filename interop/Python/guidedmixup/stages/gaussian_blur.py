"""The Gaussian blur, alone and followed by sum-to-1."""
from __future__ import annotations

import ctypes
from typing import Optional, Tuple

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


def gaussian_blur(
    maps: object,
    *,
    out: Optional[object] = None,
    blur_size: int = 7,
    blur_sigma: float = 3.0,
    threads: int = 0,
):
    """b = s * w, w ∝ exp(−(i/σ)²/2), separable, reflect padding (the edge is not repeated): [N,H,W] → [N,H,W].

    Args:
        maps: s, [N,H,W], float32, float16 or bfloat16, any strides; H, W ≥ 4 and above ⌊blur_size/2⌋.
        out: receives [N,H,W], float32, compact.
        blur_size: taps on a side, odd.
        blur_sigma: σ in pixels.

    Returns:
        b, [N,H,W], float32.
    """
    options = make_options(blur_size=blur_size, blur_sigma=blur_sigma)
    call = Call(maps, "maps", threads)
    shape = call.sizes(maps, "maps", "N,H,W")
    out = call.empty(shape) if out is None else out
    execution = call.execution(call.workspace_bytes("gaussian_blur", shape))
    call.run("gaussian_blur", call.read(maps, "maps"), call.write(out, "blurred"), ctypes.byref(options), execution=execution)
    return out


def normalise(
    maps: object,
    *,
    out: Optional[object] = None,
    blur_size: int = 7,
    blur_sigma: float = 3.0,
    strict: bool = False,
    threads: int = 0,
) -> Tuple[object, object]:
    """p = b / Σb with b = blur(s): [N,H,W] → [N,H,W], each map with sum 1.

    Args:
        maps: s, as for ``gaussian_blur``.
        out: receives p, [N,H,W], float32, compact.
        blur_size: taps on a side, odd.
        blur_sigma: σ in pixels.
        strict: raise ``DegenerateImageError`` instead of replacing a map (refused on a GPU).

    Returns:
        (p, flags): [N,H,W], float32, and [N], int32. A map without a positive finite sum becomes 1/(HW), and its flag is 1.
    """
    options = make_options(blur_size=blur_size, blur_sigma=blur_sigma, strict=strict)
    call = Call(maps, "maps", threads)
    shape = call.sizes(maps, "maps", "N,H,W")
    out = call.empty(shape) if out is None else out
    flags = call.empty(shape[:1], "int32")
    execution = call.execution(call.workspace_bytes("normalise", shape))
    call.run(
        "normalise", call.read(maps, "maps"), call.write(out, "normalised"), call.write(flags, "flags"), ctypes.byref(options),
        execution=execution)
    return out, flags
