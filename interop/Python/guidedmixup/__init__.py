"""GuidedMixup (Kang and Kim, AAAI 2023) for PyTorch, and for any array with ``__dlpack__``: zero copies, CPU and NVIDIA GPUs.

``GuidedMixup`` mixes batches, ``gradient_saliency`` gets Guided-AP's gradient from a model, ``stages`` holds the stages one by one,
``library_info`` says what runs here. torch is optional.
"""
from __future__ import annotations

from guidedmixup import stages
from guidedmixup.draws import Draws
from guidedmixup.errors import (
    CudaError,
    DegenerateImageError,
    GuidedMixupError,
    InternalError,
    InvalidArgumentError,
    LibraryNotFoundError,
    NotSupportedError,
    OutOfMemoryError,
    UnsupportedProcessorError,
)
from guidedmixup.explanation import Explanation
from guidedmixup.gradient import gradient_saliency
from guidedmixup.info import LibraryInfo, library_info
from guidedmixup.mixer import GuidedMixup
from guidedmixup.stages.augmix import augmix

__version__ = "0.1.0"
__all__ = [
    "CudaError",
    "DegenerateImageError",
    "Draws",
    "Explanation",
    "GuidedMixup",
    "GuidedMixupError",
    "InternalError",
    "InvalidArgumentError",
    "LibraryInfo",
    "LibraryNotFoundError",
    "NotSupportedError",
    "OutOfMemoryError",
    "UnsupportedProcessorError",
    "augmix",
    "gradient_saliency",
    "library_info",
    "stages",
]
