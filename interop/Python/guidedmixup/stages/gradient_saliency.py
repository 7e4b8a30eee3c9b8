"""Guided-AP saliency."""
from __future__ import annotations

from typing import Optional

from guidedmixup._arrays.call import Call


def gradient_saliency(gradient: object, *, out: Optional[object] = None, threads: int = 0):
    """s = √(mean over c of g²): [N,C,H,W] → [N,H,W]. (``guidedmixup.gradient_saliency`` gets g by a model's backward pass.)

    Args:
        gradient: g = ∂loss/∂x, [N,C,H,W], float32, float16 or bfloat16, any strides; H, W ≥ 4.
        out: receives [N,H,W], float32, compact.

    Returns:
        s, [N,H,W], float32. NaN and ±Inf stay where they are.
    """
    call = Call(gradient, "gradient", threads)
    n, _, h, w = call.sizes(gradient, "gradient", "N,C,H,W")
    out = call.empty((n, h, w)) if out is None else out
    call.run("gradient_saliency", call.read(gradient, "gradient"), call.write(out, "saliency"))
    return out
