"""The mix itself, and the gradient through it."""
from __future__ import annotations

import ctypes
from typing import NamedTuple, Optional, Sequence

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


class PixelMix(NamedTuple):
    """What ``pixel_mix`` gives."""

    mixed: object
    """y, [N,C,H,W]."""
    mask: object
    """M, [N,H,W], float32: the weight of the image's own pixel."""
    ratio: object
    """λ = mean M, [N], float32: the weight of the image's own label."""
    flags: object
    """[N], int32: 2 for NaN or ±Inf pixels, 4 where somewhere both maps are 0."""


def pixel_mix(
    images: object,
    normalised: object,
    partners: object,
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    strict: bool = False,
    threads: int = 0,
) -> PixelMix:
    """M = p / (p + p[π]), y = M·x + (1 − M)·x[π], λ = mean M: [N,C,H,W], [N,H,W], [N] → mixed images, masks, label weights.

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H, W ≥ 4.
        normalised: p, [N,H,W], float32, compact.
        partners: π, [N], int32 or int64, each in 0..N−1; an image that is its own partner comes back unchanged.
        out: receives y, [N,C,H,W], of the images' type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given: "float32", "float16", "bfloat16" for uint8 images; default the images' own.
        mean: uint8 images into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.
        strict: raise ``DegenerateImageError`` for a data fault (refused on a GPU).
    """
    options = make_options(mean=mean, std=std, strict=strict)
    call = Call(images, "images", threads)
    n, _, h, w = call.sizes(images, "images", "N,C,H,W")
    out = call.empty_like(images, dtype) if out is None else out
    mask, ratio, flags = call.empty((n, h, w)), call.empty((n,)), call.empty((n,), "int32")
    execution = call.execution(call.workspace_bytes("pixel_mix", (n, h, w)))
    call.run(
        "pixel_mix", call.read(images, "images"), call.read(normalised, "normalised"), call.read(partners, "partners"),
        call.write(out, "mixed"), call.write(mask, "mask"), call.write(ratio, "ratio"), call.write(flags, "flags"),
        ctypes.byref(options), execution=execution)
    return PixelMix(out, mask, ratio, flags)


def pixel_mix_backward(
    mixed_gradient: object,
    mask: object,
    partners: object,
    *,
    out: Optional[object] = None,
    threads: int = 0,
):
    """∂L/∂x[i] = M[i]·∂L/∂y[i] + Σ over k with π[k] = i of (1 − M[k])·∂L/∂y[k], the mask held fixed: [N,C,H,W] → [N,C,H,W].

    Args:
        mixed_gradient: ∂L/∂y, [N,C,H,W], float32, float16 or bfloat16, any strides; H, W ≥ 4.
        mask: M, [N,H,W], float32, compact.
        partners: π, [N], int32 or int64, each in 0..N−1.
        out: receives ∂L/∂x, [N,C,H,W], of the gradient's type, any strides without overlap.

    Returns:
        ∂L/∂x.
    """
    call = Call(mixed_gradient, "mixed_gradient", threads)
    shape = call.sizes(mixed_gradient, "mixed_gradient", "N,C,H,W")
    out = call.empty_like(mixed_gradient) if out is None else out
    execution = call.execution(call.workspace_bytes("pixel_mix_backward", shape[:1]))
    call.run(
        "pixel_mix_backward", call.read(mixed_gradient, "mixed_gradient"), call.read(mask, "mask"), call.read(partners, "partners"),
        call.write(out, "image_gradient"), execution=execution)
    return out
