"""Co-Mixup's layout of one part."""
from __future__ import annotations

import ctypes
from typing import Any, Mapping, NamedTuple, Optional, Tuple

from guidedmixup._arrays.call import Call
from guidedmixup._native.library import library
from guidedmixup._native.options import make_options
from guidedmixup._native.status import check
from guidedmixup.errors import InvalidArgumentError


class CoMixup(NamedTuple):
    """What ``comixup_solve`` gives."""

    layout: object
    """z, [m,h,w,n], float32: each block of one input, or of two by halves."""
    energies: object
    """The integer energy of every cut of parity's run in call order, [iterations·m], int64; −2^63 for cuts that an early stop has spared."""


def comixup_solve(
    saliency: object,
    alpha: object,
    start: object,
    constants: Optional[Mapping[str, Any]] = None,
    *,
    compatibility: Optional[object] = None,
    out: Optional[object] = None,
) -> CoMixup:
    """z = a layout of low objective for one part of n inputs and m outputs, each a grid of h·w blocks.

    Args:
        saliency: [n,h,w], float32, compact, finite: each block's share of its image's saliency; n up to 250, h and w up to 32.
        alpha: [n], float32, at least 0: how much of an input is to be seen.
        start: labels [m,h,w], or several starts, [k,m,h,w], int32, each in 0..n−1. Parity takes the first.
        constants: what differs from the released constants, by the names of ``guidedmixup.h``: {"iterations": 3, "solver": "quality"}.
        compatibility: A, [n,n], float32; the identity where it is not given.
        out: receives z.
    """
    options = make_options(comixup=constants)
    call = Call(saliency, "saliency")
    n, h, w = call.sizes(saliency, "saliency", "n,h,w")
    outputs, options.comixup_starts = _outputs(call, start)
    layout = call.empty((outputs, h, w, n)) if out is None else out
    energies = call.empty((options.comixup_iterations * outputs,), "int64")
    execution = call.execution(call.workspace_bytes("comixup_solve", (n, outputs, h, w), options))
    call.run(
        "comixup_solve", call.read(saliency, "saliency"), call.read(alpha, "alpha"), call.read(compatibility, "compatibility"),
        call.read(start, "start"), call.write(layout, "layout"), call.write(energies, "energies"), ctypes.byref(options), execution=execution)
    return CoMixup(layout, energies)


def comixup_objective(
    saliency: object,
    alpha: object,
    layout: object,
    constants: Optional[Mapping[str, Any]] = None,
    *,
    compatibility: Optional[object] = None,
) -> float:
    """F of a layout, in double; lower is better. Arguments as for ``comixup_solve``, in memory of the host.

    F = Σ_j Σ_s c·z + (β/2)·Σ_edges ‖z_s − z_t‖² + γ·Σ_jm n_jm·[q_jm > th]·q_jm, c = −saliency − (η/N)·ln(α + 1e-8), q_jm = (A·Σ_{i≠j} n_i)_m,
    th = τ·N; β and γ divided by N = h·w.
    """
    options = make_options(comixup=constants)
    call = Call(saliency, "saliency")
    objective = ctypes.c_double()
    check(library().guidedmixup_comixup_objective(
        call.read(saliency, "saliency"), call.read(alpha, "alpha"), call.read(compatibility, "compatibility"), call.read(layout, "layout"),
        ctypes.byref(options), ctypes.byref(objective)))
    return objective.value


def _outputs(call: Call, start: object) -> Tuple[int, int]:
    """m, and as many starts as the option may name (that a call gives more is the library's to say)."""
    axes = call.shape(start, "start")
    if len(axes) not in (3, 4):
        raise InvalidArgumentError(f"start has shape {list(axes)} where [m,h,w] or [k,m,h,w] is needed.")
    return axes[-3], min(max(axes[0], 1), 64) if len(axes) == 4 else 1
