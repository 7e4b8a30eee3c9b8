"""Everything that a mix computes on its way."""
from __future__ import annotations

from typing import Any, NamedTuple, Optional


class Explanation(NamedTuple):
    """What ``GuidedMixup.explain`` gives: the mix and every intermediate, in the batch's own framework."""

    images: Any
    """y = M·x + (1 − M)·x[π], [N,C,H,W]."""
    soft_labels: Optional[Any]
    """t' = λ·t + (1 − λ)·t[π], [N,K], float32 (snapmix: λ·t + λb·t[π]); ``None`` without labels, or without ``num_classes`` for classes."""
    labels_a: Optional[Any]
    """The labels as they were handed in; ``None`` without labels."""
    labels_b: Optional[Any]
    """The partners' labels, of the same type and shape; ``None`` without labels, and for comixup."""
    lam: Optional[Any]
    """λ, [N], float32: the weight of the image's own label; ``None`` for comixup."""
    index: Optional[Any]
    """π, [N], int64: each image's partner; ``None`` for comixup."""
    mask: Optional[Any]
    """M, [N,H,W], float32: the weight of the image's own pixel; of guidedmixup and puzzlemix."""
    saliency: Optional[Any]
    """s, [N,H,W], float32: the maps before the last blur; ``None`` for methods without maps."""
    normalised: Optional[Any]
    """p, [N,H,W], float32: the blurred maps with sum 1; likewise."""
    distance: Optional[Any]
    """D, [N,N], float32: the distances between the maps; likewise."""
    flags: Any
    """[N], int32: 1 no usable map, 2 NaN or ±Inf pixels, 4 both maps 0 somewhere; on a GPU also 16 a class, 32 a partner, 64 a draw out of range."""
    is_mixed: bool
    """False where the draws for ``p`` left every image as it was (on a GPU: as far as the host can tell)."""
    lam_b: Optional[Any] = None
    """λb, [N], float32: the weight of the partner's label, of snapmix; elsewhere that is 1 − ``lam``."""
    weights: Optional[Any] = None
    """W, [N,N], float32: how much of image j the mixed image i shows, of comixup."""
    boxes: Optional[Any] = None
    """(top, left, bottom, right), [N,4], int32: what was taken from the partner, of cutmix, saliencymix and snapmix."""
    partner_boxes: Optional[Any] = None
    """The partner's patch that filled it, likewise, of snapmix."""
