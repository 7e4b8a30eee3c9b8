"""CutMix, and SaliencyMix's boxes for it."""
from __future__ import annotations

import ctypes
from typing import NamedTuple, Optional, Sequence

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


class CutMix(NamedTuple):
    """What ``cutmix`` gives."""

    mixed: object
    """y, [N,C,H,W]."""
    ratio: object
    """λ = 1 − area/(HW), [N], float32: the weight of the image's own label, 1 where it is its own partner."""


def cutmix(
    images: object,
    boxes: object,
    partners: object,
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    threads: int = 0,
) -> CutMix:
    """y = x[π] inside the image's box, x outside: [N,C,H,W] → [N,C,H,W].

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H, W ≥ 4.
        boxes: (top, left, bottom, right), [N,4], int32, within the image.
        partners: π, [N], int32 or int64, each in 0..N−1.
        out: receives y, of the images' type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given.
        mean: uint8 images into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.
    """
    options = make_options(mean=mean, std=std)
    call = Call(images, "images", threads)
    n = call.sizes(images, "images", "N,C,H,W")[0]
    out, ratio = call.empty_like(images, dtype) if out is None else out, call.empty((n,))
    execution = call.execution(call.workspace_bytes("cutmix", (n,)))
    call.run(
        "cutmix", call.read(images, "images"), call.read(boxes, "boxes"), call.read(partners, "partners"), call.write(out, "mixed"),
        call.write(ratio, "ratio"), None, ctypes.byref(options), execution=execution)
    return CutMix(out, ratio)


def saliencymix_boxes(
    saliency: object,
    ratios: object,
    partners: object,
    *,
    draw_mode: str = "batch",
    strict: bool = False,
    threads: int = 0,
):
    """Boxes of area 1 − λ around the first maximum of the partner's map, cut off at the borders: [N,H,W] → [N,4], for ``cutmix``.

    Args:
        saliency: [N,H,W], a float type, any strides; H, W ≥ 4.
        ratios: λ of each draw, [N], float32, each 0 to 1.
        partners: π, [N], int32 or int64, each in 0..N−1.
        draw_mode: "batch" (as released: every image takes draw 0 and the map of image π[0]), "pair" or "image".
        strict: raise ``DegenerateImageError`` for a map without a positive finite maximum (refused on a GPU).

    Returns:
        (top, left, bottom, right), [N,4], int32; empty for an image that is its own partner.
    """
    options = make_options(draw_mode=draw_mode, strict=strict)
    call = Call(saliency, "saliency", threads)
    n = call.sizes(saliency, "saliency", "N,H,W")[0]
    boxes = call.empty((n, 4), "int32")
    execution = call.execution(call.workspace_bytes("saliencymix_boxes", (n,)))
    call.run(
        "saliencymix_boxes", call.read(saliency, "saliency"), call.read(ratios, "ratios"), call.read(partners, "partners"),
        call.write(boxes, "boxes"), None, ctypes.byref(options), execution=execution)
    return boxes
