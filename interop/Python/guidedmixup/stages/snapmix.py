"""SnapMix."""
from __future__ import annotations

import ctypes
from typing import NamedTuple, Optional, Sequence

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


class SnapMix(NamedTuple):
    """What ``snapmix`` gives."""

    mixed: object
    """y, [N,C,H,W]."""
    ratio: object
    """λa, [N], float32: the weight of the image's own label."""
    partner_ratio: object
    """λb, [N], float32: the weight of the partner's label; λa + λb need not be 1."""
    flags: object
    """[N], int32: 1 where the image's class map is flat or not finite (area then weighs), 2 for NaN or ±Inf pixels."""


def snapmix(
    images: object,
    boxes: object,
    partner_boxes: object,
    partners: object,
    features: object,
    class_weights: object,
    labels: object,
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    strict: bool = False,
    threads: int = 0,
) -> SnapMix:
    """y = x with the partner's patch, resized, in its box; λa, λb by the shares of the class maps Σ_f relu(features)·W[class].

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H, W ≥ 4.
        boxes: what of the image is covered: (top, left, bottom, right), [N,4], int32.
        partner_boxes: the patch of the partner that covers it, likewise.
        partners: π, [N], int32 or int64, each in 0..N−1.
        features: what the classifier sees before pooling, [N,F,h,w], a float type, any strides; h ≤ H, w ≤ W.
        class_weights: the classifier's weights W, [K,F], a float type, compact.
        labels: classes [N], int32 or int64, each in 0..K−1.
        out: receives y, of the images' type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given.
        mean: uint8 images into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.
        strict: raise ``DegenerateImageError`` for a data fault (refused on a GPU).
    """
    options = make_options(mean=mean, std=std, strict=strict)
    call = Call(images, "images", threads)
    n = call.sizes(images, "images", "N,C,H,W")[0]
    _, _, h, w = call.sizes(features, "features", "N,F,h,w")
    out = call.empty_like(images, dtype) if out is None else out
    ratio, partner_ratio, flags = call.empty((n,)), call.empty((n,)), call.empty((n,), "int32")
    execution = call.execution(call.workspace_bytes("snapmix", (n, h, w)))
    call.run(
        "snapmix", call.read(images, "images"), call.read(boxes, "boxes"), call.read(partner_boxes, "partner_boxes"),
        call.read(partners, "partners"), call.read(features, "features"), call.read(class_weights, "class_weights"), call.read(labels, "labels"),
        call.write(out, "mixed"), call.write(ratio, "ratio"), call.write(partner_ratio, "partner_ratio"), call.write(flags, "flags"),
        ctypes.byref(options), execution=execution)
    return SnapMix(out, ratio, partner_ratio, flags)
