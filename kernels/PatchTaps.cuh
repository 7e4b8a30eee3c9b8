// A patch resized to a box: bilinear, corners on corners, where pixels come from in exact integers, as src/GuidedMixup/Cpu/PatchTaps.cs.
#ifndef GUIDEDMIXUP_PATCHTAPS_CUH
#define GUIDEDMIXUP_PATCHTAPS_CUH

#include "Pixels.cuh"

/// Where a pixel of the box comes from along one axis: between two pixels of the patch; a second weight of 0 takes nothing.
struct Tap { int first; float second; };

/// o·(from - 1)/(to - 1), in 32 bits where they do; a single pixel takes the first.
__device__ __forceinline__ Tap TapOf(int o, int from, int to)
{
    if (to == 1) return {0, 0.0f};
    long long at = (long long)o * (from - 1);
    int divisor = to - 1, first = at >> 31 == 0 ? (int)((unsigned)at / (unsigned)divisor) : (int)(at / divisor);
    return {first, (float)(int)(at - (long long)first * divisor) / (float)divisor};
}

__device__ __forceinline__ float Between(float a, float b, float w) { return w == 0.0f ? a : fmaf(w, b, (1.0f - w) * a); }

/// One pixel of the resized patch. `at` is where the patch's first pixel of that channel lies, `step` the way to the pixel beside one.
template <int Type>
__device__ __forceinline__ float Resized(const Images& x, long long at, long long step, Tap row, Tap column)
{
    at += row.first * x.strideH + column.first * step;
    long long down = row.second == 0.0f ? 0 : x.strideH, across = column.second == 0.0f ? 0 : step;
    float a = Between(LoadPixel<Type>(x.data, at), LoadPixel<Type>(x.data, at + down), row.second);
    float b = Between(LoadPixel<Type>(x.data, at + across), LoadPixel<Type>(x.data, at + across + down), row.second);
    return Between(a, b, column.second);
}

#endif
