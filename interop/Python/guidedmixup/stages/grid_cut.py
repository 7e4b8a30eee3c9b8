"""Labels for the nodes of small grids by graph cuts."""
from __future__ import annotations

from typing import NamedTuple, Optional

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import SOLVERS, choice


class GridCut(NamedTuple):
    """What ``grid_cut`` gives."""

    labels: object
    """x, [N,h,w], int32."""
    energies: object
    """E(x), [N], int64."""


def grid_cut(
    unary: object,
    smooth: object,
    vertical: Optional[object],
    horizontal: Optional[object],
    *,
    solver: str = "parity",
    out: Optional[object] = None,
    threads: int = 0,
) -> GridCut:
    """x = about argmin of E(x) = Σ_s U[s,x_s] + Σ over neighbours s, t of e_st·V[x_s,x_t], for N grids of h×w nodes and L labels.

    Args:
        unary: U, [N,h,w,L], int32, compact, each at most 2^28 in magnitude; h and w up to 32, L up to 255.
        smooth: V, [L,L], int32, symmetric, at least 0 and 0 on the diagonal.
        vertical: e of (y,x)–(y+1,x), [N,h−1,w], int32, at least 0; ``None`` for h = 1. e·V is at most 2^26.
        horizontal: e of (y,x)–(y,x+1), [N,h,w−1], int32, at least 0; ``None`` for w = 1.
        solver: "parity" is α-β swap as in the programs of PuzzleMix and Co-Mixup; "quality" the optimum where it can be had.
        out: receives x.
    """
    code = choice("solver", solver, SOLVERS)
    call = Call(unary, "unary", threads)
    n, h, w, labels = call.sizes(unary, "unary", "N,h,w,L")
    x, energies = call.empty((n, h, w), "int32") if out is None else out, call.empty((n,), "int64")
    execution = call.execution(call.workspace_bytes("grid_cut", (n, h, w, labels, code)))
    call.run(
        "grid_cut", call.read(unary, "unary"), call.read(smooth, "smooth"), call.read(vertical, "vertical"), call.read(horizontal, "horizontal"),
        call.write(x, "labels"), call.write(energies, "energies"), code, execution=execution)
    return GridCut(x, energies)
