"""One batch as the trainer holds it, and what is wanted of it."""
from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Optional, Sequence, Tuple

from guidedmixup.errors import InvalidArgumentError

if TYPE_CHECKING:
    from guidedmixup._method import Method


class Wanted(enum.IntEnum):
    """The results of a call."""

    SOFT = 0
    """(images, targets)."""
    PAIR = 1
    """(images, labels_a, labels_b, lam, index); for SnapMix lam is (λa, λb)."""
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
    ratios: Any = None
    boxes: Any = None
    partner_boxes: Any = None
    features: Any = None
    class_weights: Any = None


def output_shapes(
    images: Sequence[int],
    labels: Optional[Sequence[int]],
    wanted: Wanted,
    is_differentiated: bool,
    num_classes: Optional[int],
    method: "Method",
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
        if wanted != Wanted.SOFT and method.has_partners:
            shapes["labels_b"] = tuple(labels)
    shapes.update(method.shapes(wanted, is_differentiated, n, h, w))
    return shapes


def results(batch: Batch, outputs: Dict[str, Any], wanted: Wanted, is_mixed: bool) -> Tuple:
    """What the caller gets, from the outputs by name."""
    if wanted == Wanted.SOFT:
        return outputs["images"], outputs["soft_labels"]
    lam = outputs.get("ratio")
    if wanted == Wanted.PAIR:
        lam = (lam, outputs["partner_ratio"]) if "partner_ratio" in outputs else lam
        return outputs["images"], batch.labels, outputs.get("labels_b"), lam, outputs["partners"]
    from guidedmixup.explanation import Explanation

    given = {name: outputs.get(name) for name in ("mask", "saliency", "normalised", "distance", "flags", "weights", "boxes", "partner_boxes")}
    return Explanation(
        images=outputs["images"], soft_labels=outputs.get("soft_labels"), labels_a=batch.labels, labels_b=outputs.get("labels_b"), lam=lam,
        lam_b=outputs.get("partner_ratio"), index=outputs.get("partners"), is_mixed=is_mixed, **given)


def collate(samples: Sequence[Any]) -> Tuple[Any, Any]:
    """A DataLoader's samples as (images, labels)."""
    from torch.utils.data.dataloader import default_collate

    batch = default_collate(list(samples))
    if not isinstance(batch, (list, tuple)) or len(batch) != 2:
        raise InvalidArgumentError("samples: each is (image, label); collate others yourself and call mix(images, labels).")
    return batch[0], batch[1]
