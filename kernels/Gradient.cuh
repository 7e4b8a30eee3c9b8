// s = √(mean over c of g²) of one pixel, in one pass over its channels.
#ifndef GUIDEDMIXUP_GRADIENT_CUH
#define GUIDEDMIXUP_GRADIENT_CUH

#include "ImageRows.cuh"

/// Loss gradients are small enough for their squares to vanish in float32. The sum is kept at three scales, powers of two, which change
/// no bit; the one that fits the pixel is taken. So the image is read once (the CPU backend looks for its largest magnitude first).
struct ScaledSum { float low, middle, high; };

/// Row y of the map goes to saliency[y·w].
struct GradientRows
{
    using Sum = ScaledSum;

    float* saliency;
    int w;
    float mean;
    bool isAligned;

    __device__ __forceinline__ GradientRows(const Images& g, float* map) : saliency(map), w(g.w), mean(1.0f / g.c), isAligned(IsAligned(map, g.w)) { }

    __device__ __forceinline__ ScaledSum Start() const { return {0, 0, 0}; }

    __device__ __forceinline__ ScaledSum Step(int, float g, const ScaledSum& sum) const
    {
        const float up = 7.9228162514264338e28f, down = 1.2621774483536189e-29f;
        float large = g * up, small = g * down;
        return {fmaf(large, large, sum.low), fmaf(g, g, sum.middle), fmaf(small, small, sum.high)};
    }

    /// Scales of 2⁹⁶, 1 and 2⁻⁹⁶. NaN fails both tests and stays.
    __device__ __forceinline__ float Value(const ScaledSum& sum) const
    {
        const float up = 7.9228162514264338e28f, down = 1.2621774483536189e-29f;
        if (sum.middle < 8.2718061255302767e-25f) return sqrtf(sum.low * mean) * down;
        if (sum.middle > 1.2676506002282294e30f) return sqrtf(sum.high * mean) * up;
        return sqrtf(sum.middle * mean);
    }

    __device__ __forceinline__ void Finish(int y, int x, float s) const { saliency[(long long)y * w + x] = s; }

    __device__ __forceinline__ void Finish4(int y, int x, Float4 s) const { StoreFour(saliency + (long long)y * w + x, s, isAligned); }
};

#endif
