"""What each method takes and gives."""
from __future__ import annotations

from typing import Any, Dict, Tuple

from guidedmixup._batch import Batch, Wanted
from guidedmixup.errors import InvalidArgumentError


class Method:
    """The rules of one set of options that are Python's to check; all others are the library's."""

    def __init__(self, options: Dict[str, Any]) -> None:
        self.name: str = options["method"]
        self._saliency: str = options["saliency"]
        pairing = options["pairing"] or ("greedy" if self.name == "guidedmixup" else "random")
        self.has_partners = self.name != "comixup"
        self.has_boxes = self.name in ("cutmix", "saliencymix", "snapmix")
        self.has_maps = self.name in ("guidedmixup", "saliencymix", "puzzlemix", "comixup") or pairing == "greedy"
        # What each replay of a captured graph would draw again.
        self.draws = options["p"] < 1 or pairing == "random" or self.name != "guidedmixup"

    def check(self, batch: Batch, wanted: Wanted) -> None:
        """The inputs that the options ask for, and only those."""
        saliency = self._saliency
        if (batch.gradient is None) != (saliency != "ap"):
            raise InvalidArgumentError(
                f"saliency is {saliency!r}: with 'ap', and only there, call with_gradient(images, labels, grad); gradient_saliency gives grad.")
        if (batch.saliency is None) != (saliency != "supplied"):
            raise InvalidArgumentError(
                f"saliency is {saliency!r}: with 'supplied', and only there, call with_saliency(images, labels, saliency).")
        if (batch.features is None or batch.class_weights is None) == (self.name == "snapmix"):
            raise InvalidArgumentError(
                f"method is {self.name!r}: with 'snapmix', and only there, call with_features(images, labels, features, class_weights).")
        if wanted == Wanted.PAIR and not self.has_partners:
            raise InvalidArgumentError("return_indices is True; comixup's images have no one partner: take (images, targets).")

    def check_gradient(self) -> None:
        """Whether gradients flow through the mix."""
        if self.name in ("snapmix", "puzzlemix", "comixup"):
            raise InvalidArgumentError(f"images requires grad, and no gradient flows through {self.name}: pass images.detach().")

    def shapes(self, wanted: Wanted, is_differentiated: bool, n: int, h: int, w: int) -> Dict[str, Tuple[int, ...]]:
        """The outputs beside images and labels, by their names in the library."""
        names = []
        if wanted != Wanted.SOFT and self.has_partners:
            names += ["ratio", "partners"]
            if self.name == "snapmix":
                names.append("partner_ratio")
        if wanted == Wanted.ALL:
            names += ["saliency", "normalised", "distance"] if self.has_maps else []
            names += ["mask"] if self.name in ("guidedmixup", "puzzlemix") else []
            names += ["boxes"] if self.has_boxes else []
            names += ["partner_boxes"] if self.name == "snapmix" else []
            names += [] if self.has_partners else ["weights"]
            names.append("flags")
        elif is_differentiated:
            names += ["partners", {"guidedmixup": "mask", "mixup": "ratio"}.get(self.name, "boxes")]
        shapes = {"distance": (n, n), "weights": (n, n), "boxes": (n, 4), "partner_boxes": (n, 4)}
        shapes.update({name: (n, h, w) for name in ("mask", "saliency", "normalised")})
        return {name: shapes.get(name, (n,)) for name in names}
