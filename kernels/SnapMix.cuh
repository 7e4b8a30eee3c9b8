// What SnapMix's two kernels share: boxes, classes, and sums over a class map as if it were upsampled to the images' size.
#ifndef GUIDEDMIXUP_SNAPMIX_CUH
#define GUIDEDMIXUP_SNAPMIX_CUH

#include "MapAxis.cuh"
#include "Pixels.cuh"

struct Box { int top, left, bottom, right; };

/// Adds (or finds the smallest of) all threads' values in one fixed order; valid in every thread.
template <int Count, bool IsMinimum>
__device__ __forceinline__ double Reduce(double value, double* shared)
{
    int t = (int)threadIdx.x;
    __syncthreads();
    shared[t] = value;
    __syncthreads();
#pragma unroll 1
    for (int half = Count / 2; half > 0; half /= 2)
    {
        if (t < half)
        {
            double a = shared[t], b = shared[t + half];
            shared[t] = IsMinimum ? (b < a ? b : a) : a + b;
        }

        __syncthreads();
    }

    return shared[0];
}

/// This thread's part of the sum of a box over the upsampled map.
template <int Count>
__device__ __forceinline__ double BoxPart(const MapAxis& rows, const MapAxis& columns, const double* map, const Box& box)
{
    double sum = 0;
    for (int node = (int)threadIdx.x; node < rows.from * columns.from; node += Count)
    {
        int y = node / columns.from, x = node - y * columns.from;
        sum = fma(map[node], rows.Weight(y, box.top, box.bottom) * columns.Weight(x, box.left, box.right), sum);
    }

    return sum;
}

__device__ __forceinline__ long long ClassAt(const void* labels, int type, int i)
{
    return type == Int64 ? static_cast<const long long*>(labels)[i] : (long long)static_cast<const int*>(labels)[i];
}

#endif
