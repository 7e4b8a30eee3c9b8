// The separable blur of a square plane in shared memory by one block, reflect padding; and the seven taps in their order.
#ifndef GUIDEDMIXUP_BLOCKBLUR_CUH
#define GUIDEDMIXUP_BLOCKBLUR_CUH

#include "Reflect.cuh"
#include "Views.h"

/// First tap first, as everywhere: one order of rounding.
__device__ __forceinline__ float Sum7(const Taps& taps, float a, float b, float c, float d, float e, float f, float g)
{
    float sum = fmaf(c, taps.w[2], fmaf(b, taps.w[1], a * taps.w[0]));
    return fmaf(g, taps.w[6], fmaf(f, taps.w[5], fmaf(e, taps.w[4], fmaf(d, taps.w[3], sum))));
}

template <int S, int Threads>
struct BlockBlur
{
    static constexpr int MarginPitch = S + 8;

    /// plane [S][MarginPitch], from its fourth float on, with margins; then [S][S] floats of scratch. map [S][S] in global memory.
    static __device__ __forceinline__ void Apply(float* plane, const Taps& taps, float* map)
    {
        float* blurred = plane + S * MarginPitch;
        if (taps.size != 7 || (reinterpret_cast<unsigned long long>(map) & 15) != 0)
        {
            Any(plane, taps, blurred, map);
            return;
        }

        for (int i = threadIdx.x; i < S * S / 4; i += Threads)
        {
            const float* row = plane + i / (S / 4) * MarginPitch + i % (S / 4) * 4;
            Float4 a = Load4(row), b = Load4(row + 4), c = Load4(row + 8);
            Store4(blurred + 4 * i, {Sum7(taps, a.y, a.z, a.w, b.x, b.y, b.z, b.w), Sum7(taps, a.z, a.w, b.x, b.y, b.z, b.w, c.x),
                                     Sum7(taps, a.w, b.x, b.y, b.z, b.w, c.x, c.y), Sum7(taps, b.x, b.y, b.z, b.w, c.x, c.y, c.z)});
        }

        __syncthreads();
        // A thread makes a strip of rows, four columns wide, and reads each of its rows once.
        const int rows = S * S / 4 / Threads;
        int x = threadIdx.x % (S / 4) * 4, first = threadIdx.x / (S / 4) * rows;
        Float4 v[rows + 6];
#pragma unroll
        for (int k = 0; k < rows + 6; k++) v[k] = Load4(blurred + Reflect(first + k - 3, S) * S + x);
#pragma unroll
        for (int k = 0; k < rows; k++)
        {
            Store4(map + (first + k) * S + x, {
                Sum7(taps, v[k].x, v[k + 1].x, v[k + 2].x, v[k + 3].x, v[k + 4].x, v[k + 5].x, v[k + 6].x),
                Sum7(taps, v[k].y, v[k + 1].y, v[k + 2].y, v[k + 3].y, v[k + 4].y, v[k + 5].y, v[k + 6].y),
                Sum7(taps, v[k].z, v[k + 1].z, v[k + 2].z, v[k + 3].z, v[k + 4].z, v[k + 5].z, v[k + 6].z),
                Sum7(taps, v[k].w, v[k + 1].w, v[k + 2].w, v[k + 3].w, v[k + 4].w, v[k + 5].w, v[k + 6].w)});
        }
    }

    static __device__ __forceinline__ void Any(const float* plane, const Taps& taps, float* blurred, float* map)
    {
        int reach = taps.size / 2;
        for (int i = threadIdx.x; i < S * S; i += Threads)
        {
            const float* row = plane + i / S * MarginPitch + 4;
            float sum = 0;
            for (int k = 0; k < taps.size; k++) sum = fmaf(row[Reflect(i % S + k - reach, S)], taps.w[k], sum);
            blurred[i] = sum;
        }

        __syncthreads();
        for (int i = threadIdx.x; i < S * S; i += Threads)
        {
            float sum = 0;
            for (int k = 0; k < taps.size; k++) sum = fmaf(blurred[Reflect(i / S + k - reach, S) * S + i % S], taps.w[k], sum);
            map[i] = sum;
        }
    }
};

#endif
