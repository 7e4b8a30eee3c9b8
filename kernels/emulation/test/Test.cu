// Kernels of the emulation's own test: what kernels may do, and faults planted on purpose.
#include "../../Cuda.h"

__device__ __forceinline__ float WarpSum(float v)
{
    for (int lane = 16; lane > 0; lane >>= 1) v += __shfl_xor_sync(0xFFFFFFFFu, v, lane);
    return v;
}

template <int Threads>
__device__ float BlockSum(float v)
{
    __shared__ float sums[Threads / 32];
    v = WarpSum(v);
    if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = v;
    __syncthreads();
    float total = 0;
    for (int i = 0; i < Threads / 32; i++) total += sums[i];
    __syncthreads();
    return total;
}

struct Range { int n; float scale; };

/// out[block] = scale·Σ x, every thread over a stride; the last block to finish counts the blocks.
extern "C" __global__ void __launch_bounds__(128) test_sum(const float* x, Range range, float* out, int* ticket, int* last)
{
    float v = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < range.n; i += gridDim.x * blockDim.x) v += x[i];
    v = BlockSum<128>(v);
    if (threadIdx.x == 0)
    {
        out[blockIdx.x] = v * range.scale;
        __threadfence();
        if (atomicAdd(ticket, 1) == (int)gridDim.x - 1) { *last = gridDim.x; *ticket = 0; }
    }
}

/// Reverses each block's part through dynamic shared memory, four at a time where it can.
extern "C" __global__ void __launch_bounds__(64)
test_reverse(const float* x, float* y, int n)
{
    DYNAMIC_SHARED(float, part);
    int start = blockIdx.x * 256, count = n - start < 256 ? n - start : 256;
    for (int i = threadIdx.x * 4; i < count; i += blockDim.x * 4)
    {
        if (i + 4 <= count) Store4(part + i, Load4(x + start + i));
        else for (int j = i; j < count; j++) part[j] = x[start + j];
    }
    __syncthreads();
    for (int i = threadIdx.x; i < count; i += blockDim.x) y[start + i] = part[count - 1 - i];
}

/// Each lane's ballot, shuffle-down and broadcast; a partial warp included.
extern "C" __global__ void __launch_bounds__(64) test_warp(unsigned* out)
{
    unsigned odd = __ballot_sync(0xFFFFFFFFu, threadIdx.x % 2 == 1);
    int down = __shfl_down_sync(0xFFFFFFFFu, (int)threadIdx.x, 3);
    float first = __shfl_sync(0xFFFFFFFFu, (float)threadIdx.x, 0);
    out[threadIdx.x * 3] = odd;
    out[threadIdx.x * 3 + 1] = (unsigned)down;
    out[threadIdx.x * 3 + 2] = (unsigned)first;
}

/// Like the 128-point transform of a row: barriers around work on shared memory.
extern "C" __global__ void __launch_bounds__(128) test_barriers(float* out, int rounds)
{
    __shared__ float plane[256];
    plane[threadIdx.x] = threadIdx.x;
    __syncthreads();
    for (int r = 0; r < rounds; r++)
    {
        float v = fmaf(plane[(threadIdx.x + 1) % 128], 0.5f, plane[threadIdx.x]);
        __syncthreads();
        plane[threadIdx.x] = v;
        __syncthreads();
    }
    out[blockIdx.x * 128 + threadIdx.x] = plane[threadIdx.x];
}

extern "C" __global__ void __launch_bounds__(256) test_plain(const float* x, float* y, int n)
{
    int i = blockIdx.x * 256 + threadIdx.x;
    if (i < n) y[i] = x[i] * 2;
}

extern "C" __global__ void test_approximate(const float* x, float* logs, float* powers)
{
    logs[threadIdx.x] = Log2(x[threadIdx.x]);
    powers[threadIdx.x] = Exp2(x[threadIdx.x]);
}

/// Planted: 0 a barrier not all reach, 1 a missing lane, 2 a misaligned load, 3 shared memory never written, 4 far out of bounds,
/// 5 just behind a device buffer, 6 past the dynamic shared memory, 7 a race: the barrier is missing, 8 lanes that do different things.
extern "C" __global__ void test_fault(int kind, float* x, float* out)
{
    __shared__ float uninitialised[32];
    DYNAMIC_SHARED(float, dynamic);
    int i = threadIdx.x;
    if (kind == 0 && i != 5) __syncthreads();
    if (kind == 1 && i != 37) __syncwarp();
    if (kind == 2) out[i] = Load4(x + 1 + 4 * i).x;
    if (kind == 3) { if (i == 0) uninitialised[7] = 1; __syncthreads(); if (i < 32) out[i] = uninitialised[i]; }
    if (kind == 4 && i == 3) x[1LL << 40] = 1;
    if (kind == 5 && i == 3) x[64] = 1;
    if (kind == 6) dynamic[64 + i] = 1;
    if (kind == 7) { dynamic[i] = i; out[i] = dynamic[(i + 33) % 64]; }
    if (kind == 8) { if (i % 2 == 0) __shfl_xor_sync(0xFFFFFFFFu, i, 1); else __ballot_sync(0xFFFFFFFFu, true); }
}
