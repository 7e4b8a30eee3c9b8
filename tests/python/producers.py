"""DLPack producers of our own: memory of NumPy's or of anybody's, in capsules of both versions, with every deletion counted."""
import ctypes

import numpy as np

from guidedmixup._native.structures import CPU, DataType, Device, ManagedTensor, Tensor, VersionedTensor

_CODES = {"f": 2, "i": 0, "u": 1, "b": 6}
_NAMES = {False: b"dltensor", True: b"dltensor_versioned"}
_api = ctypes.pythonapi
_new = _api.PyCapsule_New
_new.restype, _new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
# A capsule that is being destroyed must not be touched as an object: its address only.
_name_of = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(("PyCapsule_GetName", _api))
_pointer_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(("PyCapsule_GetPointer", _api))
_alive = {}


class Producer:
    """An array with ``__dlpack__``. ``deleted`` counts the deleter's calls, ``streams`` holds what consumers asked for."""

    def __init__(self, array, versioned=True, device=(CPU, 0), data=None, major=1, flags=0, null_strides=False, offset=0, knows_versions=True):
        self.array, self.device, self.versioned = array, device, versioned
        self.deleted, self.streams, self.capsules = 0, [], 0
        self._data = array.ctypes.data if data is None else data
        self._major, self._flags, self._null_strides, self._offset, self._knows = major, flags, null_strides, offset, knows_versions

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, stream=None, **options):
        if options and not self._knows:
            raise TypeError("__dlpack__() got an unexpected keyword argument 'max_version'")
        self.streams.append(stream)
        return self._capsule()

    def _capsule(self):
        array = self.array
        shape = (ctypes.c_int64 * max(1, array.ndim))(*array.shape)
        strides = (ctypes.c_int64 * max(1, array.ndim))(*[s // array.itemsize for s in array.strides])
        tensor = Tensor(
            data=self._data - self._offset, device=Device(*self.device), ndim=array.ndim, dtype=DataType(_CODES[array.dtype.kind], array.itemsize * 8, 1),
            shape=ctypes.addressof(shape), strides=None if self._null_strides else ctypes.addressof(strides), byte_offset=self._offset)
        managed = VersionedTensor(major=self._major, minor=0, flags=self._flags, tensor=tensor) if self.versioned else ManagedTensor(tensor=tensor)
        address, name = ctypes.addressof(managed), _NAMES[self.versioned]

        def destroy(capsule):
            # As the specification has it: the deleter runs here, unless a consumer renamed the capsule and owns it now.
            if _name_of(capsule) == name:
                self.deleted += 1
                del _alive[_pointer_of(capsule, name)]

        destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(destroy)
        _alive[address] = (managed, shape, strides, destructor, array)
        self.capsules += 1
        return _new(address, name, ctypes.cast(destructor, ctypes.c_void_p))


def random_batch(n=6, size=16, seed=0):
    return np.random.default_rng(seed).standard_normal((n, 3, size, size), dtype=np.float32)
