"""The random draws of a method."""
from __future__ import annotations

from typing import Any, NamedTuple, Optional


class Draws(NamedTuple):
    """What a mixer draws for a batch; supplied as ``draws=`` it is replayed. Image i reads entry 0, min(i, π[i]) or i, by ``draw_mode``."""

    ratios: Optional[Any] = None
    """λ, [N], float32, each 0 to 1: for methods that draw it. Boxes that are supplied as well take its place."""
    boxes: Optional[Any] = None
    """(top, left, bottom, right), [N,4], int32: for cutmix, saliencymix and snapmix."""
    partner_boxes: Optional[Any] = None
    """The partner's patch that fills the box, likewise: for snapmix."""
