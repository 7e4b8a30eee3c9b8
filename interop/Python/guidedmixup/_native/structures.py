"""The structs of guidedmixup.h and DLPack, field by field. A test holds their layout against the header."""
from __future__ import annotations

import ctypes

# DLPack's device types and type codes.
CPU, CUDA, CUDA_HOST, CUDA_MANAGED = 1, 2, 3, 13
INT, UINT, FLOAT, BFLOAT, BOOL = 0, 1, 2, 4, 6


class Device(ctypes.Structure):
    """DLDevice."""

    _fields_ = [("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32)]


class DataType(ctypes.Structure):
    """DLDataType."""

    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(ctypes.Structure):
    """DLTensor. Shape and strides are addresses of int64 arrays that someone else keeps."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", Device),
        ("ndim", ctypes.c_int32),
        ("dtype", DataType),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("byte_offset", ctypes.c_uint64),
    ]


class ManagedTensor(ctypes.Structure):
    """DLManagedTensor: what a capsule named "dltensor" holds."""

    _fields_ = [("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


class VersionedTensor(ctypes.Structure):
    """DLManagedTensorVersioned: what a capsule named "dltensor_versioned" holds."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    ]


class Sized(ctypes.Structure):
    """A struct whose first field is its size, so that it can grow."""

    def __init__(self, **fields: object) -> None:
        super().__init__(size=ctypes.sizeof(self), **fields)


class Options(Sized):
    """guidedmixup_options."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("method", ctypes.c_int32),
        ("saliency", ctypes.c_int32),
        ("pairing", ctypes.c_int32),
        ("distance", ctypes.c_int32),
        ("blur_sigma", ctypes.c_double),
        ("blur_size", ctypes.c_int32),
        ("antialias", ctypes.c_int32),
        ("strict", ctypes.c_int32),
        ("probability_mode", ctypes.c_int32),
        ("probability", ctypes.c_double),
        ("seed", ctypes.c_uint64),
        ("rank", ctypes.c_int32),
        ("gray_weights_count", ctypes.c_int32),
        ("pixel_scale_count", ctypes.c_int32),
        ("pixel_offset_count", ctypes.c_int32),
        ("gray_weights", ctypes.POINTER(ctypes.c_float)),
        ("pixel_scale", ctypes.POINTER(ctypes.c_float)),
        ("pixel_offset", ctypes.POINTER(ctypes.c_float)),
        ("alpha", ctypes.c_double),
        ("draw_mode", ctypes.c_int32),
        ("puzzlemix_blocks", ctypes.c_int32),
        ("puzzlemix_labels", ctypes.c_int32),
        ("puzzlemix_neighbour_size", ctypes.c_int32),
        ("puzzlemix_transport_size", ctypes.c_int32),
        ("puzzlemix_solver", ctypes.c_int32),
        ("puzzlemix_beta", ctypes.c_double),
        ("puzzlemix_gamma", ctypes.c_double),
        ("puzzlemix_eta", ctypes.c_double),
        ("puzzlemix_transport_cost", ctypes.c_double),
        ("puzzlemix_pixel_std", ctypes.POINTER(ctypes.c_float)),
        ("puzzlemix_pixel_std_count", ctypes.c_int32),
        ("comixup_blocks", ctypes.c_int32),
        ("comixup_part_size", ctypes.c_int32),
        ("comixup_iterations", ctypes.c_int32),
        ("comixup_alpha", ctypes.c_int32),
        ("comixup_starts", ctypes.c_int32),
        ("comixup_solver", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("comixup_beta", ctypes.c_double),
        ("comixup_gamma", ctypes.c_double),
        ("comixup_tau", ctypes.c_double),
        ("comixup_eta", ctypes.c_double),
        ("comixup_omega", ctypes.c_double),
    ]


class Execution(Sized):
    """guidedmixup_execution. Tensors in the structs from here on are addresses of ``Tensor``."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("stream", ctypes.c_void_p),
        ("workspace", ctypes.c_void_p),
        ("device", Device),
        ("threads", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
    ]


class Inputs(Sized):
    """guidedmixup_inputs."""

    TENSORS = ("images", "labels", "gradient", "saliency", "partners", "subset", "step_buffer")
    MORE = ("ratios", "boxes", "partner_boxes", "features", "class_weights")
    _fields_ = [("size", ctypes.c_size_t)] + [(name, ctypes.c_void_p) for name in TENSORS] + [("step", ctypes.c_uint64)] + [
        (name, ctypes.c_void_p) for name in MORE]


class Outputs(Sized):
    """guidedmixup_outputs."""

    TENSORS = (
        "images", "soft_labels", "labels_a", "labels_b", "ratio", "partners", "mask", "saliency", "normalised", "distance", "flags",
        "partner_ratio", "weights", "boxes", "partner_boxes")
    _fields_ = [("size", ctypes.c_size_t)] + [(name, ctypes.c_void_p) for name in TENSORS]
