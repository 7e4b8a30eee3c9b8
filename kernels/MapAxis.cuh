// One axis of a map's bilinear upsampling (half-pixel centres) from `from` nodes to `to` pixels, in exact integers, as src/GuidedMixup/Cpu/MapAxis.cs:
// pixel o lies between nodes i and i + 1 and gives the second the weight ((2o + 1)·from - to)/(2to) - i, none below node 0 or beyond the last.
#ifndef GUIDEDMIXUP_MAPAXIS_CUH
#define GUIDEDMIXUP_MAPAXIS_CUH

#include "Cuda.h"

struct MapAxis
{
    int from, to;

    /// ceil(a / b), 0 for a below 0; 32 bits where they do.
    __device__ __forceinline__ static int Ceiling(long long a, long long b)
    {
        if (a <= 0) return 0;
        a += b - 1;
        return a >> 31 == 0 ? (int)((unsigned)a / (unsigned)b) : (int)(a / b);
    }

    /// The first pixel at or beyond node i; a pixel before node 0 counts as on it.
    __device__ __forceinline__ int Start(int i) const
    {
        if (i == 0) return 0;
        int start = i >= from ? to : Ceiling(2ll * to * i + to - from, 2ll * from);
        return start < to ? start : to;
    }

    /// The second weights of pixels low … end - 1 of node i's cell, summed: an arithmetic progression.
    __device__ __forceinline__ double Seconds(int i, int low, int end) const
    {
        // Pixels before node 0 have none.
        int positive = i == 0 ? Ceiling(to - from, 2ll * from) : 0;
        if (low < positive) low = positive;
        if (low >= end || i >= from - 1) return 0;
        long long count = end - low, smallest = (2ll * low + 1) * from - to - 2ll * to * i;
        return (double)(count * smallest + from * count * (count - 1)) / (2.0 * to);
    }

    /// The summed weights that pixels start … end - 1 give to node i.
    __device__ __forceinline__ double Weight(int i, int start, int end) const
    {
        int own = Start(i), next = Start(i + 1), before = i > 0 ? Start(i - 1) : 0;
        int low = start > own ? start : own, high = end < next ? end : next;
        double weight = low < high ? (double)(high - low) - Seconds(i, low, high) : 0;
        if (i == 0) return weight;
        low = start > before ? start : before;
        high = end < own ? end : own;
        return low < high ? weight + Seconds(i - 1, low, high) : weight;
    }

    /// The second weights of the first and the last pixel of node i's cell; false where it has no pixel.
    __device__ __forceinline__ bool Ends(int i, double& first, double& last) const
    {
        int own = Start(i), next = Start(i + 1);
        first = 0;
        last = 0;
        if (own >= next) return false;
        if (i == from - 1) return true;
        first = Second(i, own);
        last = Second(i, next - 1);
        return true;
    }

    __device__ __forceinline__ double Second(int i, int pixel) const
    {
        long long numerator = (2ll * pixel + 1) * from - to - 2ll * to * i;
        return numerator <= 0 ? 0.0 : (double)numerator / (2.0 * to);
    }
};

#endif
