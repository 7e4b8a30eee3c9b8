"""The stages of the methods, each by itself, over anything with ``__dlpack__``: tensors of torch, arrays of NumPy, CuPy, JAX, ….

Nothing is copied. Results come in the framework of the first array (other frameworks than torch, NumPy and CuPy get NumPy's on the host, and on a
GPU CuPy's or torch's, whichever is imported), or are written to ``out``. On a GPU a stage runs in the current stream of the framework that its
results come from, with a workspace of that framework, and returns at once; other producers make that stream wait for their own work.
``threads`` is the number of CPU threads, 0 for one a core; results do not depend on it. Arrays that require grad are refused:
``guidedmixup.GuidedMixup`` carries gradients, the stages alone do not.

Every stage raises ``guidedmixup.InvalidArgumentError`` (a ``ValueError``) for a wrong type, shape, stride or device before anything is written.
"""
from __future__ import annotations

from guidedmixup.stages.augmix import augmix, augmix_draw
from guidedmixup.stages.comixup import CoMixup, comixup_objective, comixup_solve
from guidedmixup.stages.cutmix import CutMix, cutmix, saliencymix_boxes
from guidedmixup.stages.cycle_cover import cycle_cover_greedy, cycle_cover_random
from guidedmixup.stages.draw import draw
from guidedmixup.stages.gaussian_blur import gaussian_blur, normalise
from guidedmixup.stages.gradient_saliency import gradient_saliency
from guidedmixup.stages.grid_cut import GridCut, grid_cut
from guidedmixup.stages.label_mix import label_mix_pair, label_mix_soft
from guidedmixup.stages.mixup import mixup
from guidedmixup.stages.pair_distance import pair_distance
from guidedmixup.stages.pixel_mix import PixelMix, pixel_mix, pixel_mix_backward
from guidedmixup.stages.puzzlemix import PuzzleMix, puzzlemix
from guidedmixup.stages.snapmix import SnapMix, snapmix
from guidedmixup.stages.spectral_residual import spectral_residual

__all__ = [
    "CoMixup",
    "CutMix",
    "GridCut",
    "PixelMix",
    "PuzzleMix",
    "SnapMix",
    "augmix",
    "augmix_draw",
    "comixup_objective",
    "comixup_solve",
    "cutmix",
    "cycle_cover_greedy",
    "cycle_cover_random",
    "draw",
    "gaussian_blur",
    "gradient_saliency",
    "grid_cut",
    "label_mix_pair",
    "label_mix_soft",
    "mixup",
    "normalise",
    "pair_distance",
    "pixel_mix",
    "pixel_mix_backward",
    "puzzlemix",
    "saliencymix_boxes",
    "snapmix",
    "spectral_residual",
]
