// Pixels in groups of 16 bytes: loaded to floats, stored from floats, rounded to nearest even.
#ifndef GUIDEDMIXUP_PIXELS_CUH
#define GUIDEDMIXUP_PIXELS_CUH

#include "Views.h"

/// Elements of 16 bytes.
template <int Type> struct GroupOf { static const int Count = Type == UInt8 ? 16 : Type == Float32 ? 4 : 8; };

// clang converts halves in one instruction; elsewhere (and in the emulation) the bits are moved, with the same result.
#if defined(__clang__) && !defined(GUIDEDMIXUP_EMULATION)

__device__ __forceinline__ float FromHalf(unsigned bits) { return (float)__builtin_bit_cast(__fp16, (unsigned short)bits); }
__device__ __forceinline__ unsigned ToHalf(float value) { return __builtin_bit_cast(unsigned short, (__fp16)value); }

#else

__device__ __forceinline__ float FromHalf(unsigned bits) { return HalfToFloat(bits); }

__device__ __forceinline__ unsigned ToHalf(float value)
{
    unsigned bits = (unsigned)__float_as_int(value), magnitude = bits & 0x7FFFFFFFu, half;
    if (magnitude > 0x7F800000u) half = 0x7E00u;
    else if (magnitude > 0x477FFFFFu) half = 0x7C00u;
    // Below 2^-14 adding 1/2 puts the subnormal fraction, rounded, into the low bits.
    else if (magnitude < 0x38800000u) half = (unsigned)__float_as_int(__int_as_float((int)magnitude) + 0.5f) - 0x3F000000u;
    else half = (magnitude + 0xC8000FFFu + ((magnitude >> 13) & 1u)) >> 13;
    return half | ((bits ^ magnitude) >> 16);
}

#endif

__device__ __forceinline__ unsigned ToBFloat(float value)
{
    unsigned bits = (unsigned)__float_as_int(value);
    // Rounding could carry a NaN into infinity or zero; a quiet bit keeps it one.
    return value == value ? (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16 : (bits >> 16) | 0x40u;
}

/// Adding 1.5·2^23 rounds half to even and leaves the integer in the low bits.
__device__ __forceinline__ unsigned ToByte(float value)
{
    return (unsigned)__float_as_int(fminf(fmaxf(value, 0.0f), 255.0f) + 12582912.0f) & 0xFFu;
}

template <int Type>
__device__ __forceinline__ float LoadPixel(const void* data, long long i)
{
    if (Type == Float32) return static_cast<const float*>(data)[i];
    if (Type == Float16) return FromHalf(static_cast<const unsigned short*>(data)[i]);
    if (Type == BFloat16) return BFloatToFloat(static_cast<const unsigned short*>(data)[i]);
    return (float)static_cast<const unsigned char*>(data)[i];
}

template <int Type>
__device__ __forceinline__ void StorePixel(void* data, long long i, float value)
{
    if (Type == Float32) static_cast<float*>(data)[i] = value;
    else if (Type == Float16) static_cast<unsigned short*>(data)[i] = (unsigned short)ToHalf(value);
    else if (Type == BFloat16) static_cast<unsigned short*>(data)[i] = (unsigned short)ToBFloat(value);
    else static_cast<unsigned char*>(data)[i] = (unsigned char)ToByte(value);
}

/// Moves one element with all its bits.
template <int Type>
__device__ __forceinline__ void CopyPixel(const void* source, long long from, void* target, long long to)
{
    if (Type == Float32) static_cast<int*>(target)[to] = static_cast<const int*>(source)[from];
    else if (Type == UInt8) static_cast<unsigned char*>(target)[to] = static_cast<const unsigned char*>(source)[from];
    else static_cast<unsigned short*>(target)[to] = static_cast<const unsigned short*>(source)[from];
}

template <int Type>
__device__ __forceinline__ void* PixelAt(const void* data, long long i)
{
    return const_cast<char*>(static_cast<const char*>(data)) + i * (16 / GroupOf<Type>::Count);
}

template <int Type>
__device__ __forceinline__ void UnpackWord(unsigned word, float* v)
{
    if (Type == Float32)
    {
        v[0] = __int_as_float((int)word);
    }
    else if (Type == UInt8)
    {
        v[0] = (float)(word & 0xFFu);
        v[1] = (float)((word >> 8) & 0xFFu);
        v[2] = (float)((word >> 16) & 0xFFu);
        v[3] = (float)(word >> 24);
    }
    else
    {
        v[0] = Type == Float16 ? FromHalf(word & 0xFFFFu) : BFloatToFloat(word & 0xFFFFu);
        v[1] = Type == Float16 ? FromHalf(word >> 16) : BFloatToFloat(word >> 16);
    }
}

template <int Type>
__device__ __forceinline__ unsigned PackWord(const float* v)
{
    if (Type == Float32) return (unsigned)__float_as_int(v[0]);
    if (Type == UInt8) return ToByte(v[0]) | ToByte(v[1]) << 8 | ToByte(v[2]) << 16 | ToByte(v[3]) << 24;
    if (Type == Float16) return ToHalf(v[0]) | ToHalf(v[1]) << 16;
    return ToBFloat(v[0]) | ToBFloat(v[1]) << 16;
}

/// The floats of one 16-byte word group.
template <int Type>
__device__ __forceinline__ void UnpackGroup(Uint4 raw, float (&v)[GroupOf<Type>::Count])
{
    const int step = GroupOf<Type>::Count / 4;
    UnpackWord<Type>(raw.x, v);
    UnpackWord<Type>(raw.y, v + step);
    UnpackWord<Type>(raw.z, v + 2 * step);
    UnpackWord<Type>(raw.w, v + 3 * step);
}

/// Count floats, a multiple of a group, from an aligned element on.
template <int Type, int Count>
__device__ __forceinline__ void StoreGroups(void* data, long long i, const float (&v)[Count])
{
    const int group = GroupOf<Type>::Count, step = group / 4;
    static_assert(Count % group == 0, "whole groups");
#pragma unroll
    for (int k = 0; k < Count; k += group)
    {
        Uint4 raw = {PackWord<Type>(v + k), PackWord<Type>(v + k + step), PackWord<Type>(v + k + 2 * step), PackWord<Type>(v + k + 3 * step)};
        StoreRaw16(PixelAt<Type>(data, i + k), raw);
    }
}

/// Count floats, a multiple of 4, from aligned memory.
template <int Count>
__device__ __forceinline__ void LoadFloats(const float* source, float (&v)[Count])
{
#pragma unroll
    for (int k = 0; k < Count; k += 4)
    {
        Float4 four = Load4(source + k);
        v[k] = four.x;
        v[k + 1] = four.y;
        v[k + 2] = four.z;
        v[k + 3] = four.w;
    }
}

/// The pixels of a channel, or all elements of an interleaved image, follow each other without a gap.
__device__ __forceinline__ bool IsJoined(const Images& a)
{
    return a.strideH == (long long)a.w * (a.layout == Interleaved ? a.c : 1);
}

__device__ __forceinline__ bool IsAligned(const Images& a)
{
    long long size = ElementSize(a.type), bits = (long long)a.data | a.strideN * size;
    if (a.layout == Planar) bits |= a.strideC * size;
    if (!IsJoined(a)) bits |= a.strideH * size;
    return (bits & 15) == 0;
}

/// Whether two batches of one shape can be walked in groups of that many elements, none crossing a row's end, all on 16 bytes.
__device__ __forceinline__ bool IsGrouped(const Images& a, const Images& b, int group)
{
    if (a.layout != b.layout || a.layout == Strided || !IsAligned(a) || !IsAligned(b)) return false;
    return (IsJoined(a) && IsJoined(b)) || (long long)a.w * (a.layout == Interleaved ? a.c : 1) % group == 0;
}

/// Where element e of a line (a channel, or an interleaved image) is, counted from the line's first; rowLength in elements.
__device__ __forceinline__ long long InLine(const Images& a, long long e, int rowLength)
{
    return IsJoined(a) ? e : e / rowLength * a.strideH + e % rowLength;
}

/// Where a pixel of a channel is, counted from the image's first element.
__device__ __forceinline__ long long InImage(const Images& a, int channel, int pixel)
{
    return channel * a.strideC + pixel / a.w * a.strideH + pixel % a.w * a.strideW;
}

#endif
