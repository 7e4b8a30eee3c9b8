"""Arrays in the memory of the emulated CUDA driver (kernels/emulation), and stand-ins for CuPy and for torch's CUDA half on top of them.

They prove what this package does with device memory: nothing but the pointers is real, everything else is the package's own code and the
library's launches. PyTorch on a GPU is test_cuda.py's.
"""
import ctypes
import os
import types

import numpy as np

from producers import Producer

driver = ctypes.CDLL(os.environ["GUIDEDMIXUP_CUDA_DRIVER"])
CUDA = 2


def call(name, *arguments):
    status = getattr(driver, name)(*arguments)
    assert status == 0, f"{name}: {status}"


def start():
    """The primary context of device 0, current in this thread."""
    context = ctypes.c_void_p()
    call("cuInit", 0)
    call("cuDevicePrimaryCtxRetain", ctypes.byref(context), 0)
    call("cuCtxSetCurrent", context)


class DeviceMemory:
    """Freed with the object."""

    live = 0

    def __init__(self, size):
        self.pointer = ctypes.c_uint64()
        call("cuMemAlloc_v2", ctypes.byref(self.pointer), ctypes.c_size_t(max(size, 1)))
        DeviceMemory.live += 1

    def __del__(self):
        driver.cuMemFree_v2(self.pointer)
        DeviceMemory.live -= 1


class DeviceArray:
    """An array of the emulated device, with ``__dlpack__``."""

    made = 0

    def __init__(self, host):
        self._shape_of = host  # shape, strides and type; the values lie on the device
        self.memory = DeviceMemory(host.nbytes)
        span = np.lib.stride_tricks.as_strided(host, (host.size,), (host.itemsize,)) if host.size else host
        call("cuMemcpyHtoD_v2", self.memory.pointer, ctypes.c_void_p(span.ctypes.data), ctypes.c_size_t(host.nbytes))
        self.streams = []
        DeviceArray.made += 1

    @property
    def shape(self):
        return self._shape_of.shape

    def __dlpack_device__(self):
        return CUDA, 0

    def __dlpack__(self, stream=None, **options):
        self.streams.append(stream)
        return Producer(self._shape_of, device=(CUDA, 0), data=self.memory.pointer.value).__dlpack__(stream)

    def numpy(self):
        """The values, waited for."""
        call("cuCtxSynchronize")
        out = np.empty_like(self._shape_of)
        call("cuMemcpyDtoH_v2", ctypes.c_void_p(out.ctypes.data), self.memory.pointer, ctypes.c_size_t(out.nbytes))
        return out


def fake_cupy(stream):
    """The members of CuPy that the package uses."""
    cupy = types.ModuleType("cupy")

    class Device:
        def __init__(self, index):
            assert index == 0

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

    cupy.empty = lambda shape, dtype: DeviceArray(np.full(shape, 77, dtype))
    cupy.cuda = types.SimpleNamespace(Device=Device, get_current_stream=lambda: types.SimpleNamespace(ptr=stream))
    return cupy


class FakeTensor:
    """The members of ``torch.Tensor`` that the fast path uses, over a DeviceArray."""

    requires_grad = False

    def __init__(self, array, dtype):
        self.array, self.dtype = array, dtype
        self.shape, self.layout = array.shape, "strided"
        self.device, self.is_cuda = FakeDevice("cuda", 0), True

    def stride(self):
        host = self.array._shape_of
        return tuple(s // host.itemsize for s in host.strides)

    def data_ptr(self):
        return self.array.memory.pointer.value

    def is_neg(self):
        return False

    is_conj = is_neg

    def numel(self):
        return int(np.prod(self.shape))

    def numpy(self):
        return self.array.numpy()

    def item(self):
        return self.numpy().item()

    def _set(self, values):
        call("cuMemcpyHtoD_v2", self.array.memory.pointer, ctypes.c_void_p(values.ctypes.data), ctypes.c_size_t(values.nbytes))

    def fill_(self, value):
        self._set(np.full(self.shape, value, self.dtype))

    def add_(self, value):
        self._set(self.numpy() + np.asarray(value, self.dtype))


class FakeDevice(types.SimpleNamespace):
    """torch.device."""

    def __init__(self, type, index):  # noqa: A002 - torch's name
        super().__init__(type=type, index=index)

    def __hash__(self):
        return hash((self.type, self.index))


def fake_torch(stream):
    """The members of torch that the fast path uses."""
    torch = types.ModuleType("torch")
    torch.Tensor, torch.strided = FakeTensor, "strided"
    torch.dtype = np.dtype
    for name in ("float32", "float16", "uint8", "int32", "int64"):
        setattr(torch, name, np.dtype(name))
    torch.bool, torch.bfloat16 = np.dtype(np.bool_), np.dtype("V2")
    torch.device = FakeDevice
    torch.is_capturing = False
    torch.cuda = types.SimpleNamespace(
        current_stream=lambda device: types.SimpleNamespace(cuda_stream=stream), is_current_stream_capturing=lambda: torch.is_capturing)
    torch.is_grad_enabled, torch.get_num_threads = (lambda: True), (lambda: 2)
    torch.utils = types.SimpleNamespace(data=types.SimpleNamespace(get_worker_info=lambda: None))
    torch.autograd = types.SimpleNamespace(Function=object, function=types.SimpleNamespace(once_differentiable=lambda f: f))
    torch.empty = lambda shape, dtype, device: FakeTensor(DeviceArray(np.full(shape, 77, dtype)), dtype)
    torch.empty_like = lambda t, dtype=None, requires_grad=False: FakeTensor(
        DeviceArray(np.full_like(t.array._shape_of, 77, dtype=dtype or t.dtype)), dtype or t.dtype)
    torch.tensor = lambda values, dtype, device: FakeTensor(DeviceArray(np.array(values, dtype)), dtype)
    return torch
