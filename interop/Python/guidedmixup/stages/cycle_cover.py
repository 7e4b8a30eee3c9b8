"""The pairing: which image each image is mixed with."""
from __future__ import annotations

import ctypes
from typing import Optional

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import integer, make_options


def cycle_cover_greedy(
    distance: object,
    *,
    subset: Optional[object] = None,
    out: Optional[object] = None,
    strict: bool = False,
):
    """π = the greedy one-cycle cover of the largest distances: [N,N] → [N].

    The first edge r → c is the row-major argmax off the diagonal; then c goes to the farthest image not yet visited, and so on; the last goes
    back to r. The lowest index wins ties; NaN counts as −∞.

    Args:
        distance: d, [N,N], float32, compact; the diagonal is not read.
        subset: [N], uint8 or bool: images with 0 keep themselves.
        out: receives [N], int32 or int64, compact.
        strict: raise ``DegenerateImageError`` for NaN off the diagonal (refused on a GPU).

    Returns:
        π, [N], int64: one cycle through all images of the subset.
    """
    options = make_options(strict=strict)
    call = Call(distance, "distance")
    n = call.sizes(distance, "distance", "N,N")[0]
    out = call.empty((n,), "int64") if out is None else out
    execution = call.execution(call.workspace_bytes("cycle_cover", (n,)))
    call.run(
        "cycle_cover_greedy", call.read(distance, "distance"), call.write(out, "partners"), call.read(subset, "subset"), None,
        ctypes.byref(options), execution=execution)
    return out


def cycle_cover_random(out: object, seed: int, step: int, rank: int = 0, *, subset: Optional[object] = None):
    """π = a uniform permutation: the stable sort of the images by their Philox keys, the same on every backend; fixed points may occur.

    Args:
        out: receives [N], int32 or int64, compact; also says where the work runs.
        seed: 64 bits.
        step: 64 bits.
        rank: 24 bits.
        subset: [N], uint8 or bool: images with 0 keep themselves.

    Returns:
        π: ``out``.
    """
    seed, step = integer("seed", seed, 0, (1 << 64) - 1), integer("step", step, 0, (1 << 64) - 1)
    rank = integer("rank", rank, 0, (1 << 24) - 1)
    call = Call(out, "partners")
    (n,) = call.sizes(out, "partners", "N")
    execution = call.execution(call.workspace_bytes("cycle_cover", (n,)))
    call.run("cycle_cover_random", call.write(out, "partners"), seed, step, rank, call.read(subset, "subset"), execution=execution)
    return out
