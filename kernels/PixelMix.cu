// Mask, mixed images, label weight and soft labels in one pass over the pixels:
// M = p / (p + p[partner]), 0.5 where that is no ratio; y = M·x + (1 - M)·x[partner]; λ = mean(M).
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. The tile's mask is made once, in shared memory, for
// all channels. Images are read and written 16 bytes at a time where lines and alignment allow it (Pixels.cuh), else one by one.
// λ: every tile's sum goes to partial [N][tiles]; the block that takes an image's last ticket adds them in order and mixes the labels, so
// nothing depends on who is last. Tickets are 0 again at the end. With one tile neither partial nor tickets are touched.
// An image that is its own partner keeps every bit, M = λ = 0.5, and p is not read. y.data null: faults are flagged and nothing else is
// written. Shared memory: 10,276 B (static).
#include "Labels.cuh"
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;
const unsigned Full = 0xFFFFFFFFu;

/// One image's tile: pixels from first on.
struct Work { int image, partner, first, count; };

/// Four values from `at` on, 0 past the end.
__device__ __forceinline__ Float4 Fetch(const float* source, int at, int count, bool isAligned)
{
    if (isAligned && at + 4 <= count) return Load4(source + at);
    Float4 v = {0, 0, 0, 0};
    v.x = source[at];
    if (at + 1 < count) v.y = source[at + 1];
    if (at + 2 < count) v.z = source[at + 2];
    if (at + 3 < count) v.w = source[at + 3];
    return v;
}

__device__ __forceinline__ float Ratio(float p, float q, bool isInside, bool& isEmpty)
{
    float sum = p + q;
    // False for NaN.
    bool isRatio = p >= 0.0f && q >= 0.0f && sum > 0.0f && sum < __int_as_float(0x7F800000);
    isEmpty |= isInside && !isRatio;
    return isRatio ? p / sum : 0.5f;
}

/// The mask of a tile to shared memory, and to `mask` where that is not null; this thread's part of its sum.
__device__ __forceinline__ float TileMask(const Work& w, const float* p, int pixels, float* weights, float* mask, bool& isEmpty)
{
    long long own = (long long)w.image * pixels + w.first, other = (long long)w.partner * pixels + w.first;
    bool isSelf = w.image == w.partner;
    bool isAligned = pixels % 4 == 0 && ((reinterpret_cast<unsigned long long>(p) | reinterpret_cast<unsigned long long>(mask)) & 15) == 0;
    float sum = 0;
    for (int at = 4 * (int)threadIdx.x; at < w.count; at += 4 * Threads)
    {
        Float4 m = {0.5f, 0.5f, 0.5f, 0.5f};
        if (!isSelf)
        {
            Float4 a = Fetch(p + own, at, w.count, isAligned), b = Fetch(p + other, at, w.count, isAligned);
            m.x = Ratio(a.x, b.x, true, isEmpty);
            m.y = Ratio(a.y, b.y, at + 1 < w.count, isEmpty);
            m.z = Ratio(a.z, b.z, at + 2 < w.count, isEmpty);
            m.w = Ratio(a.w, b.w, at + 3 < w.count, isEmpty);
        }

        if (weights) Store4(weights + at, m);
        if (mask && isAligned && at + 4 <= w.count)
        {
            Store4(mask + own + at, m);
        }
        else if (mask)
        {
            mask[own + at] = m.x;
            if (at + 1 < w.count) mask[own + at + 1] = m.y;
            if (at + 2 < w.count) mask[own + at + 2] = m.z;
            if (at + 3 < w.count) mask[own + at + 3] = m.w;
        }

        sum += m.x;
        if (at + 1 < w.count) sum += m.y;
        if (at + 2 < w.count) sum += m.z;
        if (at + 3 < w.count) sum += m.w;
    }

    return sum;
}

/// 0·v is 0 for every finite v and NaN otherwise: probe stays 0 until one is not.
template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

__device__ __forceinline__ float Blend(float a, float b, float m) { return fmaf(m, a, (1.0f - m) * b); }

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const Work& w, const float* weights, const Channels& normalise, bool isNormalised)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, other = w.partner * x.strideN, target = w.image * y.strideN;
    bool isCopy = w.image == w.partner && From == To;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size;
        long long at = line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long to = target + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        int pixel = IsInterleaved ? e / repeat : e, channel = IsInterleaved ? e - pixel * repeat : line;
        if (e + size > count)
        {
            // The end of a plane that is no whole number of groups.
            for (; e < count; e++, at++, to++)
            {
                float a = LoadPixel<From>(x.data, own + at);
                Probe<From>(a, probe);
                float v = Blend(a, LoadPixel<From>(x.data, other + at), weights[pixel]);
                if (isNormalised) v = fmaf(v, normalise.scale[channel], normalise.offset[channel]);
                if (isCopy) CopyPixel<From>(x.data, own + at, y.data, to);
                else StorePixel<To>(y.data, to, v);
                if (!IsInterleaved || ++channel == repeat)
                {
                    pixel++;
                    if (IsInterleaved) channel = 0;
                }
            }

            break;
        }

        Uint4 raw = LoadRaw16(PixelAt<From>(x.data, own + at));
        float a[size], b[size], m[size];
        UnpackGroup<From>(raw, a);
#pragma unroll
        for (int k = 0; k < size; k++) Probe<From>(a[k], probe);
        if (isCopy)
        {
            StoreRaw16(PixelAt<To>(y.data, to), raw);
            continue;
        }

        UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, other + at)), b);
        if (!IsInterleaved) LoadFloats(weights + e, m);
#pragma unroll
        for (int k = 0; k < size; k++)
        {
            a[k] = Blend(a[k], b[k], IsInterleaved ? weights[pixel] : m[k]);
            if (isNormalised) a[k] = fmaf(a[k], normalise.scale[channel], normalise.offset[channel]);
            if (IsInterleaved && ++channel == repeat)
            {
                channel = 0;
                pixel++;
            }
        }

        StoreGroups<To>(y.data, to, a);
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const Work& w, const float* weights, const Channels& normalise, bool isNormalised)
{
    long long own = w.image * x.strideN, other = w.partner * x.strideN, target = w.image * y.strideN;
    bool isInspection = !y.data, isCopy = w.image == w.partner && From == To;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, at = item - channel * w.count;
        long long from = InImage(x, channel, w.first + at);
        float a = LoadPixel<From>(x.data, own + from);
        Probe<From>(a, probe);
        if (isInspection) continue;
        long long to = target + InImage(y, channel, w.first + at);
        float v = Blend(a, LoadPixel<From>(x.data, other + from), weights[at]);
        if (isNormalised) v = fmaf(v, normalise.scale[channel], normalise.offset[channel]);
        if (isCopy) CopyPixel<From>(x.data, own + from, y.data, to);
        else StorePixel<To>(y.data, to, v);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const float* weights, const Channels& normalise, bool isNormalised)
{
    if (!y.data || !IsGrouped(x, y, GroupOf<From>::Count)) return MixSingly<From, To>(x, y, w, weights, normalise, isNormalised);
    if (x.layout == Interleaved) return MixGroups<From, To, true>(x, y, w, weights, normalise, isNormalised);
    return MixGroups<From, To, false>(x, y, w, weights, normalise, isNormalised);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const float* weights, const Channels& normalise, bool isNormalised)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, w, weights, normalise, isNormalised);
        case Float16: return Mix<Float16, Float16>(x, y, w, weights, normalise, isNormalised);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, w, weights, normalise, isNormalised);
    }

    // Bytes are always finite.
    if (!y.data) return true;
    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, w, weights, normalise, isNormalised);
        case Float16: return Mix<UInt8, Float16>(x, y, w, weights, normalise, isNormalised);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, w, weights, normalise, isNormalised);
        default: return Mix<UInt8, UInt8>(x, y, w, weights, normalise, isNormalised);
    }
}
}

// Four blocks an SM (64 registers): enough loads on their way; without the bound the widest type would set the registers of all.
extern "C" __global__ void __launch_bounds__(Threads, 4)
pixel_mix(Images x, const float* p, const int* partners, Images y, Channels normalise, int isNormalised, float* mask, float* partial,
    int* tickets, float* ratio, int* flags, Labels labels)
{
    __shared__ Float4 tile[Tile / 4];
    __shared__ double sums[Threads];
    __shared__ float warps[Threads / 32];
    __shared__ int isLast;
    float* weights = reinterpret_cast<float*>(tile);
    int t = (int)threadIdx.x, pixels = x.h * x.w, tiles = (int)gridDim.x;
    bool isInspection = !y.data;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        int first = (int)blockIdx.x * Tile;
        Work w = {(int)image, partners[image], first, pixels - first < Tile ? pixels - first : Tile};
        bool isEmpty = false;
        float sum = TileMask(w, p, pixels, weights, isInspection ? nullptr : mask, isEmpty);
#pragma unroll
        for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(Full, sum, lane);
        if (t % 32 == 0) warps[t / 32] = sum;
        __syncthreads();
        float total = warps[0];
        for (int k = 1; k < Threads / 32; k++) total += warps[k];
        if (t == 0)
        {
            isLast = tiles == 1 ? 1 : 0;
            if (!isInspection && tiles > 1)
            {
                // The sum is out before the ticket is taken.
                partial[image * tiles + blockIdx.x] = total;
                __threadfence();
                isLast = atomicAdd(tickets + image, 1) == tiles - 1 ? 1 : 0;
                __threadfence();
            }
        }

        bool isFinite = Mix(x, y, w, weights, normalise, isNormalised != 0);
        int found = (isFinite ? 0 : NonFinitePixels) | (isEmpty ? EmptyOverlap : 0);
        if (found != 0 && flags) atomicOr(flags + image, found);

        // The mask and the warps' sums have been read by all; isLast is seen by all.
        __syncthreads();
        if (isInspection || !isLast) continue;
        double mine = tiles == 1 && t == 0 ? (double)total : 0;
        const volatile float* all = partial + image * tiles;
        for (int k = t; k < tiles && tiles > 1; k += Threads) mine += (double)all[k];
        sums[t] = mine;
        __syncthreads();
#pragma unroll 1
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            if (t < half) sums[t] += sums[t + half];
            __syncthreads();
        }

        float own = (float)(sums[0] / (double)pixels);
        if (t == 0 && ratio) ratio[image] = own;
        if (t == 0 && tiles > 1) tickets[image] = 0;
        MixLabels(labels, (int)image, w.partner, own, flags, t, Threads);
        __syncthreads();
    }
}
