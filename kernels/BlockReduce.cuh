// Reductions over the threads of one block, in an order that depends on the block size alone: the same bits in every run.
#ifndef GUIDEDMIXUP_BLOCKREDUCE_CUH
#define GUIDEDMIXUP_BLOCKREDUCE_CUH

#include "Cuda.h"

/// The sum over all threads, valid in every thread. `shared` holds Threads doubles; Threads is a power of two.
template <int Threads>
__device__ __forceinline__ double BlockSum(double value, double* shared)
{
    int thread = threadIdx.x;
    __syncthreads();
    shared[thread] = value;
    __syncthreads();
    for (int half = Threads / 2; half > 0; half /= 2)
    {
        if (thread < half) shared[thread] += shared[thread + half];
        __syncthreads();
    }

    return shared[0];
}

/// The largest of all threads' values, valid in every thread. `shared` holds a value a warp.
template <int Threads>
__device__ __forceinline__ int BlockMax(int value, int* shared)
{
    for (int lane = 16; lane > 0; lane /= 2)
    {
        int other = __shfl_xor_sync(0xFFFFFFFFu, value, lane);
        value = other > value ? other : value;
    }

    __syncthreads();
    if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
    __syncthreads();
    int largest = shared[0];
    for (int warp = 1; warp < Threads / 32; warp++) largest = shared[warp] > largest ? shared[warp] : largest;
    return largest;
}

#endif
