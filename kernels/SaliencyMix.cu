// The pixel that each image's box is centred on: the first of the largest of its partner's map, NaN passed over.
//
// One block of 512 threads an image (one block in all where one map serves the batch). Float maps without gaps are read 16 bytes at a time.
// The order of comparison does not matter: a larger value wins, then a lower index. Shared memory: 128 B (static).
#include "Pixels.cuh"

namespace
{
const int Threads = 512;
const int Batch = 8;
const unsigned Full = 0xFFFFFFFFu;
const int None = 0x7FFFFFFF;

struct Peak { float value; int index; };

/// NaN compares false and stays out.
__device__ __forceinline__ Peak Better(Peak a, Peak b)
{
    bool isOther = b.value > a.value || (b.value == a.value && b.index < a.index);
    return {isOther ? b.value : a.value, isOther ? b.index : a.index};
}

/// Four in a row.
__device__ __forceinline__ Peak Better(Peak a, Float4 v, int index)
{
    return Better(Better(Better(Better(a, {v.x, index}), {v.y, index + 1}), {v.z, index + 2}), {v.w, index + 3});
}

template <int Type>
__device__ __forceinline__ Peak Scan(const Images& maps, int image)
{
    int pixels = maps.h * maps.w;
    Peak best = {__int_as_float((int)0xFF800000u), None};
    long long start = image * maps.strideN;
    if (Type == Float32 && maps.layout == Planar && IsJoined(maps) && IsAligned(maps))
    {
        const float* map = static_cast<const float*>(maps.data) + start;
        int wide = pixels / 4, i = (int)threadIdx.x;
        // Several loads on their way at once: one block has one multiprocessor's share of the memory, and waits for each.
        for (; i + (Batch - 1) * Threads < wide; i += Batch * Threads)
        {
            Float4 v[Batch];
#pragma unroll
            for (int k = 0; k < Batch; k++) v[k] = Load4(map + 4 * (i + k * Threads));
#pragma unroll
            for (int k = 0; k < Batch; k++) best = Better(best, v[k], 4 * (i + k * Threads));
        }

        for (; i < wide; i += Threads) best = Better(best, Load4(map + 4 * i), 4 * i);
        for (i = 4 * wide + (int)threadIdx.x; i < pixels; i += Threads) best = Better(best, {map[i], i});
        return best;
    }

    for (int i = (int)threadIdx.x; i < pixels; i += Threads) best = Better(best, {LoadPixel<Type>(maps.data, start + InImage(maps, 0, i)), i});
    return best;
}
}

/// peaks [N], or one for the whole batch (isOne: of image partners[0]'s map). Flags maps whose largest value is no finite number above 0.
extern "C" __global__ void __launch_bounds__(Threads)
saliency_mix_peaks(Images maps, const int* partners, int isOne, int* peaks, int* flags)
{
    __shared__ float values[Threads / 32];
    __shared__ int indices[Threads / 32];
    int t = (int)threadIdx.x, count = isOne ? 1 : maps.n;
    for (int item = (int)blockIdx.x; item < count; item += (int)gridDim.x)
    {
        int image = partners[item];
        Peak best = maps.type == Float32 ? Scan<Float32>(maps, image) : maps.type == Float16 ? Scan<Float16>(maps, image) : Scan<BFloat16>(maps, image);
#pragma unroll
        for (int lane = 16; lane > 0; lane /= 2)
        {
            Peak other = {__shfl_xor_sync(Full, best.value, lane), __shfl_xor_sync(Full, best.index, lane)};
            best = Better(best, other);
        }

        __syncthreads();
        if (t % 32 == 0)
        {
            values[t / 32] = best.value;
            indices[t / 32] = best.index;
        }

        __syncthreads();
        if (t == 0)
        {
            for (int k = 1; k < Threads / 32; k++) best = Better(best, {values[k], indices[k]});
            peaks[item] = best.index == None ? 0 : best.index;
            if (!(best.value > 0 && best.value < __int_as_float(0x7F800000))) atomicOr(flags + image, DegenerateMap);
        }
    }
}
