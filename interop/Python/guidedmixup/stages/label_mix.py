"""The labels of a mixed batch."""
from __future__ import annotations

from typing import Optional, Tuple

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import integer
from guidedmixup.errors import InvalidArgumentError


def label_mix_soft(
    labels: object,
    partners: object,
    ratio: object,
    num_classes: Optional[int] = None,
    *,
    out: Optional[object] = None,
):
    """t' = λ·t + (1 − λ)·t[π]: classes [N] or soft rows [N,K] → soft rows [N,K], no smoothing.

    Args:
        labels: t, classes [N], int32 or int64, each in 0..K−1, or soft rows [N,K], float32; compact.
        partners: π, [N], int32 or int64, each in 0..N−1.
        ratio: λ, [N], float32, compact: the weight of the image's own label.
        num_classes: K; needed for classes where ``out`` is not given.
        out: receives [N,K], float32, compact.

    Returns:
        t', [N,K], float32.
    """
    call = Call(labels, "labels")
    (n,) = call.sizes(ratio, "ratio", "N")
    if out is None:
        if num_classes is None:
            raise InvalidArgumentError("num_classes is None; it is the number of classes where out is not given.")
        out = call.empty((n, integer("num_classes", num_classes, 1, (1 << 31) - 1)))
    execution = call.execution(call.workspace_bytes("label_mix", (n,)))
    call.run(
        "label_mix_soft", call.read(labels, "labels"), call.read(partners, "partners"), call.read(ratio, "ratio"), call.write(out, "soft"),
        execution=execution)
    return out


def label_mix_pair(labels: object, partners: object) -> Tuple[object, object]:
    """a = t, b = t[π], of the labels' own type, to be weighted λ and 1 − λ.

    Args:
        labels: t, classes [N], int32 or int64, or soft rows [N,K], float32; compact.
        partners: π, [N], int32 or int64, each in 0..N−1.

    Returns:
        (a, b): the labels as they were handed in, and the partners'.
    """
    call = Call(labels, "labels")
    out = call.empty_like(labels)
    (n,) = call.sizes(partners, "partners", "N")
    execution = call.execution(call.workspace_bytes("label_mix", (n,)))
    call.run(
        "label_mix_pair", call.read(labels, "labels"), call.read(partners, "partners"), None, call.write(out, "labels_b"),
        execution=execution)
    return labels, out
