"""One batch as the trainer holds it, and what is wanted of it."""
from __future__ import annotations

import enum
from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple

from guidedmixup.errors import InvalidArgumentError


class Wanted(enum.IntEnum):
    """The results of a call."""

    SOFT = 0
    """(images, targets)."""
    PAIR = 1
    """(images, labels_a, labels_b, lam, index)."""
    ALL = 2
    """An ``Explanation``."""


class Batch(NamedTuple):
    """The inputs of a call; what is ``None`` was not given."""

    images: Any
    labels: Any
    gradient: Any
    saliency: Any
    partners: Any
    subset: Any


def output_shapes(
    images: Sequence[int], labels: Optional[Sequence[int]], wanted: Wanted, is_differentiated: bool, num_classes: Optional[int]
) -> Dict[str, Tuple[int, ...]]:
    """The compact outputs that a call needs beside the mixed images, by their names in the library, in a fixed order."""
    if len(images) != 4:
        raise InvalidArgumentError(f"images has shape {list(images)} where [N,C,H,W] is needed.")
    if min(images) < 1 or (labels is not None and min(labels, default=1) < 1):
        raise InvalidArgumentError(f"images has shape {list(images)}, labels {None if labels is None else list(labels)}; each size is at least 1.")
    n, _, h, w = images
    shapes: Dict[str, Tuple[int, ...]] = {}
    if labels is not None:
        if len(labels) not in (1, 2):
            raise InvalidArgumentError(f"labels has shape {list(labels)} where [N] or [N,K] is needed.")
        classes = labels[1] if len(labels) == 2 else num_classes
        if num_classes is not None and classes != num_classes:
            raise InvalidArgumentError(f"labels has {classes} classes while num_classes is {num_classes}.")
        if wanted == Wanted.SOFT and classes is None:
            raise InvalidArgumentError("num_classes is None; targets from classes need it: GuidedMixup(num_classes=…).")
        if wanted != Wanted.PAIR and classes is not None:
            shapes["soft_labels"] = (n, classes)
        if wanted != Wanted.SOFT:
            shapes["labels_b"] = tuple(labels)
    if wanted != Wanted.SOFT:
        shapes.update(ratio=(n,), partners=(n,))
    if wanted == Wanted.ALL:
        shapes.update(mask=(n, h, w), saliency=(n, h, w), normalised=(n, h, w), distance=(n, n), flags=(n,))
    elif is_differentiated:
        shapes.update(partners=(n,), mask=(n, h, w))
    return shapes


def results(batch: Batch, outputs: Dict[str, Any], wanted: Wanted, is_mixed: bool) -> Tuple:
    """What the caller gets, from the outputs by name."""
    if wanted == Wanted.SOFT:
        return outputs["images"], outputs["soft_labels"]
    if wanted == Wanted.PAIR:
        return outputs["images"], batch.labels, outputs.get("labels_b"), outputs["ratio"], outputs["partners"]
    from guidedmixup.explanation import Explanation

    return Explanation(
        outputs["images"], outputs.get("soft_labels"), batch.labels, outputs.get("labels_b"), outputs["ratio"], outputs["partners"],
        outputs["mask"], outputs["saliency"], outputs["normalised"], outputs["distance"], outputs["flags"], is_mixed)
