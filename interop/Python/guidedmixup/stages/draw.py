"""The draws that a mixer makes, made ahead."""
from __future__ import annotations

import ctypes
from typing import Optional

from guidedmixup._arrays.call import Call, family_of
from guidedmixup._native.library import library
from guidedmixup._native.options import integer, make_options
from guidedmixup._native.status import check
from guidedmixup._native.structures import CPU
from guidedmixup.draws import Draws


def draw(
    like: object, n: int, height: int, width: int, method: str, seed: int, step: int, rank: int = 0, *, alpha: Optional[float] = None
) -> Draws:
    """λ and boxes, draws 0 … N−1 of a step, in memory of the host: what a mixer of these options draws itself.

    For CUDA graphs: copy them to the tensors that a captured call was handed as ``draws=``, and replay.

    Args:
        like: an array of the framework that the results are to come in, such as the images.
        n: N.
        height: H.
        width: W.
        method: as of ``GuidedMixup``.
        seed: 64 bits.
        step: 64 bits.
        rank: 24 bits.
        alpha: of λ ~ Beta(alpha, alpha); default the method's own.

    Returns:
        λ [N]; boxes [N,4] of cutmix and snapmix; the partner's boxes of snapmix.
    """
    options = make_options(method=method, seed=seed, rank=rank, alpha=alpha)
    n, step = integer("n", n, 1, (1 << 31) - 1), integer("step", step, 0, (1 << 64) - 1)
    height, width = integer("height", height, 1, (1 << 31) - 1), integer("width", width, 1, (1 << 31) - 1)
    family = family_of(like)
    drawn = Draws(
        family.empty((n,), "float32", (CPU, 0)),
        family.empty((n, 4), "int32", (CPU, 0)) if method in ("cutmix", "snapmix") else None,
        family.empty((n, 4), "int32", (CPU, 0)) if method == "snapmix" else None)
    call = Call(drawn.ratios, "ratios")
    ratios, boxes = call.write(drawn.ratios, "ratios"), call.write(drawn.boxes, "boxes")
    check(library().guidedmixup_draw(ratios, boxes, height, width, ctypes.byref(options), step))
    if drawn.partner_boxes is not None:
        partner_boxes = call.write(drawn.partner_boxes, "partner_boxes")
        check(library().guidedmixup_draw_partner_boxes(partner_boxes, height, width, ctypes.byref(options), step))
    return drawn
