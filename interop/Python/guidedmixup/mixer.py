"""The mixer: a batch in, a mixed batch out."""
from __future__ import annotations

import sys
from typing import Any, Dict, Mapping, Optional, Sequence

from guidedmixup._batch import Batch, Wanted, collate
from guidedmixup._compiling import outside_of_graph
from guidedmixup._mixer_state import MixerState
from guidedmixup._native.options import integer
from guidedmixup._random import MAX_STEP, RandomState
from guidedmixup.draws import Draws
from guidedmixup.errors import InvalidArgumentError
from guidedmixup.explanation import Explanation


class GuidedMixup(MixerState):
    """Mixes batches so that the salient parts of both partners survive (Kang and Kim, AAAI 2023).

    Used as torchvision's ``MixUp`` and ``CutMix``::

        mix = GuidedMixup(num_classes=100, saliency="sr", pairing="greedy", p=0.5, seed=0)
        images, targets = mix(images, labels)                                # [N,C,H,W], [N,K]
        images, labels_a, labels_b, lam, index = mix(images, labels, return_indices=True)

    y = M·x + (1 − M)·x[π] and t' = λ·t + (1 − λ)·t[π], where M weights the image's *own* pixel and λ = mean M its *own* label; both are per
    image. Nothing is copied: the library reads and writes the tensors' own memory, on the CPU or, on a GPU, in the current stream. Outputs
    are new tensors; labels are never cast. A batch that is not mixed (``p``) comes back as a copy with its plain one-hot targets.

    Randomness is a function of (seed, step, rank) and of nothing else: the step counts this mixer's batches, the rank is
    ``torch.distributed``'s where there is a process group, else torchrun's ``RANK``, else 0. In a DataLoader worker the worker's number and
    torch's base seed of the epoch come in as well, so that workers and epochs differ and ``torch.manual_seed`` fixes them.
    ``state_dict`` and ``load_state_dict`` save and restore (seed, step).

    ``torch.compile``: the mix runs before the model and outside of the graph; in a compiled function it is a graph break (with
    ``fullgraph=True`` an error). ``torch.cuda.graph``: capturable after one call of the same shape outside of a capture, or ``prepare``; where
    numbers are drawn (``p`` < 1, random pairing) with ``capturable=True``.

    Gradients flow through the mix to images that require grad, with the mask held fixed: ∂L/∂x = M·∂L/∂y + Σ over k with π[k] = i of
    (1 − M[k])·∂L/∂y[k].

    A mixer may be called from several threads, pickled, and used in forked children.

    Args:
        num_classes: K; needed for ``targets`` from classes, not from soft labels.
        saliency: "sr" (spectral residual of the images), "ap" (loss gradient, see ``with_gradient``) or "supplied" (see ``with_saliency``).
        pairing: "greedy" (one cycle of the farthest), "random" (a permutation), or ``None`` for the method's own: greedy for guidedmixup.
        p: the probability that a batch is mixed; the paper trains with 0.5 for Guided-SR and 0.8 for Guided-AP.
        seed: of every draw.
        p_mode: "batch" draws ``p`` once a batch, as the paper; "image" draws it for each image: those drawn are paired and mixed, the rest
            stays clean (kinder to BatchNorm's running averages).
        method: "guidedmixup", "mixup", "cutmix", "saliencymix", "snapmix" (see ``with_features``), "puzzlemix" or "comixup" (their authors
            take ``saliency="ap"``; comixup has no partners: only targets, no ``return_indices``).
        alpha: of λ ~ Beta(alpha, alpha); default the method's own, 5 for snapmix and 1 for the others.
        draw_mode: what λ and boxes are drawn for: "batch" (as released), "pair" or "image".
        puzzlemix: constants of puzzlemix that differ from the released ones, by the names of ``guidedmixup.h``: {"blocks": 4, …}.
        comixup: constants of comixup, likewise: {"solver": "quality", …}.
        distance: what greedy pairing maximises: "l2", "l1" or "cosine".
        blur_size: taps of the Gaussian blur on a side, odd.
        blur_sigma: its standard deviation in pixels.
        antialias: antialias the resize to 128×128 of images with H > 128, as newer torchvision does; off as released.
        strict: raise ``DegenerateImageError`` for images without a usable map or with NaN (refused on a GPU).
        gray_weights: a weight a channel; default 0.2989, 0.587, 0.114 for C = 3, the channel itself for C = 1.
        mean: uint8 images: (x/255 − mean)/std is what the saliency, and a float output, is made of; a value a channel; default 0.
        std: see ``mean``; default 1.
        dtype: uint8 images: the type of the mixed images, such as ``torch.float32``; default uint8 (rounded half to even).
        rank: the process among those that train together, 0 to 65535; default discovered, see above.
        threads: CPU threads; default ``torch.get_num_threads()``, without torch one a core. Results do not depend on it.
        capturable: keep the step in device memory, where a captured graph moves it on with each replay.

    Raises:
        InvalidArgumentError: an option is out of its range (a ``ValueError``).
        LibraryNotFoundError, UnsupportedProcessorError: the shared library is missing, or the processor too old (``ImportError``).
    """

    def __init__(
        self,
        num_classes: Optional[int] = None,
        saliency: str = "sr",
        pairing: Optional[str] = None,
        p: float = 1.0,
        seed: int = 0,
        *,
        p_mode: str = "batch",
        method: str = "guidedmixup",
        alpha: Optional[float] = None,
        draw_mode: str = "batch",
        puzzlemix: Optional[Mapping[str, Any]] = None,
        comixup: Optional[Mapping[str, Any]] = None,
        distance: str = "l2",
        blur_size: int = 7,
        blur_sigma: float = 3.0,
        antialias: bool = False,
        strict: bool = False,
        gray_weights: Optional[Sequence[float]] = None,
        mean: Optional[Sequence[float]] = None,
        std: Optional[Sequence[float]] = None,
        dtype: Any = None,
        rank: Optional[int] = None,
        threads: Optional[int] = None,
        capturable: bool = False,
    ) -> None:
        self._set_up(
            {
                "num_classes": None if num_classes is None else integer("num_classes", num_classes, 1, (1 << 31) - 1),
                "dtype": dtype,
                "threads": None if threads is None else integer("threads", threads, 0, 1024),
                "capturable": bool(capturable),
            },
            {
                "method": method, "saliency": saliency, "pairing": pairing, "distance": distance, "blur_size": blur_size,
                "blur_sigma": blur_sigma, "antialias": antialias, "strict": strict, "p": p, "p_mode": p_mode, "seed": seed,
                "gray_weights": gray_weights, "mean": mean, "std": std, "alpha": alpha, "draw_mode": draw_mode, "puzzlemix": puzzlemix,
                "comixup": comixup,
            },
            RandomState(seed, rank),
        )

    def __call__(
        self,
        images: Any,
        labels: Any = None,
        *,
        return_indices: bool = False,
        index: Any = None,
        subset: Any = None,
        step: Optional[int] = None,
        draws: Draws = Draws(),
    ) -> Any:
        """Mixes one batch; or, given a list of samples, collates and mixes it (``DataLoader(…, collate_fn=mix)``).

        Args:
            images: x, [N,C,H,W], float32, float16, bfloat16 (normalised) or uint8; contiguous and channels_last are fastest, any other
                strides are taken; or a list of (image, label) samples.
            labels: classes [N], int32 or int64, or soft labels [N,K], float32; compact. May be ``None`` with ``return_indices``.
            return_indices: give (images, labels_a, labels_b, lam, index).
            index: π, [N], int32 or int64: replays a pairing instead of finding one.
            subset: [N], bool or uint8: images with 0 are left out of the pairing and come back unchanged.
            step: replays the draws of that step; the mixer's own step stays.
            draws: replays λ or boxes instead of drawing them.

        Returns:
            (images [N,C,H,W], targets [N,K] float32), or with ``return_indices`` (images, labels_a, labels_b, lam [N] float32, index [N]
            int64), whose loss is ``(lam * loss(y, labels_a) + (1 - lam) * loss(y, labels_b)).mean()`` with an unreduced loss.
            For snapmix lam is the pair (λa, λb), which need not sum to 1: ``(λa * loss(y, labels_a) + λb * loss(y, labels_b)).mean()``.

        Raises:
            InvalidArgumentError: a wrong type, shape, stride or device; nothing was written.
        """
        return outside_of_graph(GuidedMixup._mix)(self, images, labels, return_indices, None, None, index, subset, step, draws)

    def with_gradient(
        self,
        images: Any,
        labels: Any,
        grad: Any,
        *,
        return_indices: bool = False,
        index: Any = None,
        subset: Any = None,
        step: Optional[int] = None,
        draws: Draws = Draws(),
    ) -> Any:
        """Guided-AP: mixes by the loss gradient at the images (``saliency="ap"``); ``gradient_saliency`` gets it from a model.

        Args:
            images: as for a call.
            labels: as for a call.
            grad: ∂loss/∂x, [N,C,H,W], float32, float16 or bfloat16, any strides. Its scale does not matter.
            return_indices: as for a call.
            index: as for a call.
            subset: as for a call.
            step: as for a call.
            draws: as for a call.
        """
        if grad is None:
            raise InvalidArgumentError("grad is None; it is the loss gradient at the images (did they require grad before the forward pass?).")
        return outside_of_graph(GuidedMixup._mix)(self, images, labels, return_indices, grad, None, index, subset, step, draws)

    def with_saliency(
        self,
        images: Any,
        labels: Any,
        saliency: Any,
        *,
        return_indices: bool = False,
        index: Any = None,
        subset: Any = None,
        step: Optional[int] = None,
        draws: Draws = Draws(),
    ) -> Any:
        """Mixes by maps of the caller's own (``saliency="supplied"``), [N,H,W], a float type; they are blurred and normalised here."""
        if saliency is None:
            raise InvalidArgumentError("saliency is None; it is [N,H,W].")
        return outside_of_graph(GuidedMixup._mix)(self, images, labels, return_indices, None, saliency, index, subset, step, draws)

    def with_features(
        self,
        images: Any,
        labels: Any,
        features: Any,
        class_weights: Any,
        *,
        grad: Any = None,
        saliency: Any = None,
        return_indices: bool = False,
        index: Any = None,
        subset: Any = None,
        step: Optional[int] = None,
        draws: Draws = Draws(),
    ) -> Any:
        """SnapMix (``method="snapmix"``): label weights from class activation maps of the trainer's own classifier.

        Args:
            images: as for a call, like all that is not listed here.
            labels: classes [N], int32 or int64.
            features: what the classifier sees before pooling, [N,F,h,w], a float type, any strides, without a gradient.
            class_weights: the classifier's weights, [K,F], a float type, compact: ``model.fc.weight.detach()``.
            grad: for greedy pairing by ``saliency="ap"``.
            saliency: for greedy pairing by ``saliency="supplied"``.
        """
        return outside_of_graph(GuidedMixup._mix)(
            self, images, labels, return_indices, grad, saliency, index, subset, step, draws, features, class_weights)

    def explain(
        self,
        images: Any,
        labels: Any = None,
        *,
        grad: Any = None,
        saliency: Any = None,
        features: Any = None,
        class_weights: Any = None,
        index: Any = None,
        subset: Any = None,
        step: Optional[int] = None,
        draws: Draws = Draws(),
    ) -> Explanation:
        """The same mix with every intermediate: masks, maps, distances, boxes, flags."""
        batch = Batch(images, labels, grad, saliency, index, subset, *draws, features, class_weights)
        return outside_of_graph(GuidedMixup._run)(self, batch, step, Wanted.ALL)

    def prepare(self, device: Any, shape: Sequence[int]) -> int:
        """Loads on a GPU all that batches of this shape need, so that the first call may be captured in a graph.

        Args:
            device: a ``torch.device``, its name, or an index of a GPU.
            shape: (N, C, H, W).

        Returns:
            The bytes of device workspace that such a batch takes; 0 on the host.
        """
        return self._array_mix.prepare(device, shape)

    def _mix(self, images, labels, return_indices, grad, saliency, index, subset, step, draws, features=None, class_weights=None):
        if labels is None:
            if isinstance(images, (list, tuple)):
                images, labels = collate(images)
            elif not return_indices:
                raise InvalidArgumentError("labels is None; without labels pass return_indices=True.")
        wanted = Wanted.PAIR if return_indices else Wanted.SOFT
        return self._run(Batch(images, labels, grad, saliency, index, subset, *draws, features, class_weights), step, wanted)

    def _run(self, batch: Batch, step: Optional[int], wanted: Wanted):
        self._method.check(batch, wanted)
        if step is not None:
            step = integer("step", step, 0, MAX_STEP)
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(batch.images, torch.Tensor):
            return self._array_mix.run(batch, self._random, step, wanted)
        if self._torch_mix is None:
            from guidedmixup._torch_mix import TorchMix

            self._torch_mix = TorchMix(self._array_mix.handles, self._settings, self._method)
        return self._torch_mix.run(batch, self._random, step, wanted)
