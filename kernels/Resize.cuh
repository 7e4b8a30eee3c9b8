// Bilinear resampling along one axis, half-pixel centres, in exact integers: out[o] = Σ_k weight[k]·in[first + k].
#ifndef GUIDEDMIXUP_RESIZE_CUH
#define GUIDEDMIXUP_RESIZE_CUH

#include "Cuda.h"

struct Axis
{
    int from, to, antialias;

    __device__ __forceinline__ int Larger() const { return from > to ? from : to; }

    /// Inputs of an output: 2, or as many as a support of max(from/to, 1) on both sides can touch.
    __device__ __forceinline__ int TapCount() const
    {
        if (!antialias) return 2;
        int taps = (2 * Larger() + to - 1) / to + 1;
        return taps < from ? taps : from;
    }

    /// Plain: first and the weight of the second tap. src = max((o + ½)·from/to − ½, 0) = numerator / 2to.
    __device__ __forceinline__ int FirstOfTwo(int o, float& second) const
    {
        int numerator = (2 * o + 1) * from - to;
        if (numerator < 0) numerator = 0;
        int first = numerator / (2 * to);
        // The last pair serves both its pixels, so that the second tap is always inside.
        if (first > from - 2) first = from - 2;
        second = fminf((float)(numerator - first * 2 * to) / (float)(2 * to), 1.0f);
        return first;
    }

    /// Antialiased: the first of TapCount() inputs.
    __device__ __forceinline__ int First(int o) const
    {
        // ceil(centre − support − ½), centre = (o + ½)·from/to, over a denominator of 2to.
        int numerator = (2 * o + 1) * from - 2 * Larger() - to, last = from - TapCount();
        int first = numerator <= 0 ? 0 : (numerator + 2 * to - 1) / (2 * to);
        return first < last ? first : last;
    }

    /// Antialiased, not yet normalised: max(0, 1 − |i + ½ − centre| / support) · 2·Larger().
    __device__ __forceinline__ int Weight(int o, int i) const
    {
        int distance = (2 * i + 1) * to - (2 * o + 1) * from;
        int weight = 2 * Larger() - (distance < 0 ? -distance : distance);
        return weight > 0 ? weight : 0;
    }

    /// Writes first and the TapCount() weights of output o, either way.
    __device__ __forceinline__ int Write(int o, float* weights) const
    {
        if (!antialias)
        {
            float second;
            int pair = FirstOfTwo(o, second);
            weights[0] = 1 - second;
            weights[1] = second;
            return pair;
        }

        int taps = TapCount(), first = First(o), sum = 0;
        for (int k = 0; k < taps; k++) sum += Weight(o, first + k);
        for (int k = 0; k < taps; k++) weights[k] = (float)Weight(o, first + k) / (float)sum;
        return first;
    }
};

#endif
