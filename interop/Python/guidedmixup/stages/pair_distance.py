"""The distances between all pairs of normalised maps."""
from __future__ import annotations

from typing import Optional

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import DISTANCES, choice


def pair_distance(normalised: object, *, out: Optional[object] = None, metric: str = "l2", threads: int = 0):
    """d[i,j] = ‖p[i] − p[j]‖₂ (or L1, or cosine): [N,H,W] → [N,N], bitwise symmetric with a zero diagonal.

    Args:
        normalised: p, [N,H,W], float32, compact; H, W ≥ 4.
        out: receives [N,N], float32, compact.
        metric: "l2", "l1" or "cosine" (1 − cos).

    Returns:
        d, [N,N], float32.
    """
    code = choice("metric", metric, DISTANCES)
    call = Call(normalised, "normalised", threads)
    shape = call.sizes(normalised, "normalised", "N,H,W")
    out = call.empty((shape[0], shape[0])) if out is None else out
    execution = call.execution(call.workspace_bytes("pair_distance", shape))
    call.run("pair_distance", call.read(normalised, "normalised"), call.write(out, "distance"), code, execution=execution)
    return out
