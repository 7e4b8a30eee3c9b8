// What is passed to kernels by value, as C# lays it out; and the half-width floats in it.
#ifndef GUIDEDMIXUP_VIEWS_H
#define GUIDEDMIXUP_VIEWS_H

#include "Cuda.h"

enum ElementType { Float32, Float16, BFloat16, UInt8, Int32, Int64 };

enum Layout { Planar, Interleaved, Strided };

/// A batch of images, gradients or maps; strides in elements. Planar: strideW == 1. Interleaved: strideC == 1 and strideW == c.
struct Images
{
    void* data;
    long long strideN, strideC, strideH, strideW;
    int type, n, c, h, w, layout;
};

/// One scale and offset a channel. Gray: scale = weight·scale, offset[0] = the sum of weight·offset. Mix: how bytes become floats.
struct Channels
{
    float scale[64];
    float offset[64];
};

/// The taps of a separable blur, odd in number.
struct Taps
{
    float w[256];
    int size;
    int pad[3];
};

static_assert(sizeof(Images) == 64 && sizeof(Channels) == 512 && sizeof(Taps) == 1040, "C# mirrors these");

/// Image flags, = C# ImageFlags.
enum ImageFlag { DegenerateMap = 1, NonFinitePixels = 2, EmptyOverlap = 4, NaNDistance = 8, InvalidLabel = 16, InvalidPartner = 32, InvalidDraw = 64 };

__device__ __forceinline__ int ElementSize(int type) { return type == UInt8 ? 1 : type == Float16 || type == BFloat16 ? 2 : type == Int64 ? 8 : 4; }

/// IEEE binary16 from its bits: shifted into place, then rebiased by 2^112, which normalises subnormals too.
__device__ __forceinline__ float HalfToFloat(unsigned bits)
{
    int magnitude = bits & 0x7FFF;
    float value = __int_as_float(magnitude << 13) * 5.192296858534828e33f;
    // Infinity and NaN keep their exponent of ones.
    int result = magnitude >= 0x7C00 ? (magnitude << 13) | 0x7F800000 : __float_as_int(value);
    return __int_as_float(result | (int)((bits & 0x8000) << 16));
}

__device__ __forceinline__ float BFloatToFloat(unsigned bits) { return __int_as_float((int)(bits << 16)); }

#endif
