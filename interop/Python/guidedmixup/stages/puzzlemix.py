"""PuzzleMix."""
from __future__ import annotations

import ctypes
from typing import Any, Mapping, NamedTuple, Optional, Sequence

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


class PuzzleMix(NamedTuple):
    """What ``puzzlemix`` gives."""

    mixed: object
    """y, [N,C,H,W]."""
    mask: object
    """m, [N,H,W], float32: the weight of the image's own pixel."""
    ratio: object
    """λ' = mean(m), [N], float32: the weight of the image's own label."""
    flags: object
    """[N], int32: 1 for a map without weight, 2 for NaN or ±Inf pixels."""


def puzzlemix(
    images: object,
    saliency: object,
    ratios: object,
    partners: object,
    constants: Mapping[str, Any],
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    strict: bool = False,
    threads: int = 0,
) -> PuzzleMix:
    """y = m·T(x) + (1 − m)·T'(x[π]): m by a minimum cut over blocks, T and T' move squares to where they are seen.

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H and W multiples of the blocks, at least 4.
        saliency: [N,H,W], a float type, at least 0: ``gradient_saliency`` as released.
        ratios: λ of each image, [N], float32, each 0 to 1: about how much of it is to be seen.
        partners: π, [N], int32 or int64, each in 0..N−1.
        constants: {"blocks": 4, …}: blocks a side, and what else differs from the released constants, by the names of ``guidedmixup.h``.
        out: receives y, of the images' type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given.
        mean: uint8 images into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.
        strict: raise ``DegenerateImageError`` for a data fault.
    """
    options = make_options(mean=mean, std=std, strict=strict, puzzlemix=constants)
    call = Call(images, "images", threads)
    n, _, h, w = call.sizes(images, "images", "N,C,H,W")
    out = call.empty_like(images, dtype) if out is None else out
    mask, ratio, flags = call.empty((n, h, w)), call.empty((n,)), call.empty((n,), "int32")
    execution = call.execution(call.workspace_bytes("puzzlemix", (n, h, w), options))
    call.run(
        "puzzlemix", call.read(images, "images"), call.read(saliency, "saliency"), call.read(ratios, "ratios"), call.read(partners, "partners"),
        call.write(out, "mixed"), call.write(mask, "mask"), call.write(ratio, "ratio"), call.write(flags, "flags"), ctypes.byref(options), execution=execution)
    return PuzzleMix(out, mask, ratio, flags)
