"""The devices that tests run on, and why some do not."""
import unittest

try:
    import torch

    NO_TORCH = ""
except ImportError as error:
    torch, NO_TORCH = None, str(error)

NO_CUDA = NO_TORCH or ("" if torch.cuda.is_available() else "torch finds no GPU")


def on_every_device(case):
    """A test class with a ``device``, once for the CPU and once for CUDA; the latter is skipped by name where there is none."""
    cpu = type(case.__name__ + "Cpu", (case, unittest.TestCase), {"device": "cpu", "__module__": case.__module__})
    cuda = type(case.__name__ + "Cuda", (case, unittest.TestCase), {"device": "cuda", "__module__": case.__module__})
    cpu = unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)(cpu)
    return cpu, unittest.skipIf(NO_CUDA, "no CUDA: " + NO_CUDA)(cuda)
