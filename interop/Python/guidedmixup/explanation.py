"""Everything that a mix computes on its way."""
from __future__ import annotations

from typing import Any, NamedTuple, Optional


class Explanation(NamedTuple):
    """What ``GuidedMixup.explain`` gives: the mix and every intermediate, in the batch's own framework."""

    images: Any
    """y = M·x + (1 − M)·x[π], [N,C,H,W]."""
    soft_labels: Optional[Any]
    """t' = λ·t + (1 − λ)·t[π], [N,K], float32; ``None`` without labels, or without ``num_classes`` for classes."""
    labels_a: Optional[Any]
    """The labels as they were handed in; ``None`` without labels."""
    labels_b: Optional[Any]
    """The partners' labels, of the same type and shape; ``None`` without labels."""
    lam: Any
    """λ = mean M, [N], float32: the weight of the image's own label."""
    index: Any
    """π, [N], int64: each image's partner."""
    mask: Any
    """M, [N,H,W], float32: the weight of the image's own pixel."""
    saliency: Any
    """s, [N,H,W], float32: the maps before the last blur."""
    normalised: Any
    """p, [N,H,W], float32: the blurred maps with sum 1."""
    distance: Any
    """D, [N,N], float32: the distances between the maps."""
    flags: Any
    """[N], int32: 1 no usable map, 2 NaN or ±Inf pixels, 4 both maps 0 somewhere; on a GPU also 16 a class and 32 a partner out of range."""
    is_mixed: bool
    """False where the draws for ``p`` left every image as it was (on a GPU: as far as the host can tell)."""
