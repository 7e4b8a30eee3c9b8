"""What can go wrong, by name. Every message names the argument, its value and the rule."""
from __future__ import annotations


class GuidedMixupError(Exception):
    """The base of every error of this package's library."""


class InvalidArgumentError(GuidedMixupError, ValueError):
    """An argument breaks a rule; nothing was written."""


class DegenerateImageError(GuidedMixupError, ValueError):
    """Strict mode met an image without a usable saliency map, or with NaN or ±Inf pixels; nothing was written."""


class NotSupportedError(GuidedMixupError, RuntimeError):
    """This machine, or this build, lacks what the call needs, such as a GPU; the message says why."""


class CudaError(GuidedMixupError, RuntimeError):
    """The CUDA driver refused a call, or kernels are missing while a stream is being captured."""


class OutOfMemoryError(GuidedMixupError, MemoryError):
    """No memory on the host or on the GPU."""


class InternalError(GuidedMixupError, RuntimeError):
    """A fault of the library: please report it."""


class LibraryNotFoundError(GuidedMixupError, ImportError):
    """The shared library is not where it should be, or is not the one this package was written for."""


class UnsupportedProcessorError(GuidedMixupError, ImportError):
    """The processor lacks instructions that every build of the library needs."""
