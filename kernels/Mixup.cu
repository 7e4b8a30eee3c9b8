// y = λ·x + (1 - λ)·x[partner] and the labels, in one pass over the elements of tensors of any shape (the host folds them to [N,C,H,W]).
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. Read and written 16 bytes at a time where lines and
// alignment allow it (Pixels.cuh), else one by one. Where λ is 1 or 0 the image, or its partner, keeps every bit. λ is read from device
// memory. No shared memory.
#include "Labels.cuh"
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;

/// One image's tile: pixels from first on. With a copy, `other` is what is copied.
struct Work { int image, other, first, count; float ratio; bool isCopy; };

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

__device__ __forceinline__ float Blend(float a, float b, const Work& w) { return w.isCopy ? b : fmaf(w.ratio, a, (1.0f - w.ratio) * b); }

/// One element; the image's own value for the scan.
template <int From, int To>
__device__ __forceinline__ float MixOne(
    const Images& x, const Images& y, const Work& w, long long own, long long other, long long to, const Channels& normalise, int channel)
{
    float a = LoadPixel<From>(x.data, own);
    if (w.isCopy && From == To)
    {
        CopyPixel<From>(x.data, other, y.data, to);
        return a;
    }

    float v = Blend(a, LoadPixel<From>(x.data, other), w);
    if (From != To) v = fmaf(v, normalise.scale[channel], normalise.offset[channel]);
    StorePixel<To>(y.data, to, v);
    return a;
}

/// A tile in groups of 16 bytes of the tensors' type; false where the image itself holds NaN or ±Inf.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const Work& w, const Channels& normalise)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, other = w.other * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size, channel = IsInterleaved ? e % repeat : line;
        long long at = line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long to = target + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        if (e + size > count)
        {
            // The end of a plane that is no whole number of groups.
            for (; e < count; e++, at++, to++)
            {
                Probe<From>(MixOne<From, To>(x, y, w, own + at, other + at, to, normalise, channel), probe);
                if (IsInterleaved && ++channel == repeat) channel = 0;
            }

            break;
        }

        Uint4 rawOwn = LoadRaw16(PixelAt<From>(x.data, own + at)), rawOther = LoadRaw16(PixelAt<From>(x.data, other + at));
        float a[size], b[size];
        UnpackGroup<From>(rawOwn, a);
#pragma unroll
        for (int k = 0; k < size; k++) Probe<From>(a[k], probe);
        if (w.isCopy && From == To)
        {
            StoreRaw16(PixelAt<To>(y.data, to), rawOther);
            continue;
        }

        UnpackGroup<From>(rawOther, b);
#pragma unroll
        for (int k = 0; k < size; k++)
        {
            a[k] = Blend(a[k], b[k], w);
            if (From == To) continue;
            a[k] = fmaf(a[k], normalise.scale[channel], normalise.offset[channel]);
            if (IsInterleaved && ++channel == repeat) channel = 0;
        }

        StoreGroups<To>(y.data, to, a);
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const Work& w, const Channels& normalise)
{
    long long own = w.image * x.strideN, other = w.other * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (long long item = threadIdx.x; item < (long long)x.c * w.count; item += Threads)
    {
        int channel = (int)(item / w.count), pixel = w.first + (int)(item - (long long)channel * w.count);
        long long from = InImage(x, channel, pixel);
        Probe<From>(MixOne<From, To>(x, y, w, own + from, other + from, target + InImage(y, channel, pixel), normalise, channel), probe);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise)
{
    if (!IsGrouped(x, y, GroupOf<From>::Count)) return MixSingly<From, To>(x, y, w, normalise);
    if (x.layout == Interleaved) return MixGroups<From, To, true>(x, y, w, normalise);
    return MixGroups<From, To, false>(x, y, w, normalise);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, w, normalise);
        case Float16: return Mix<Float16, Float16>(x, y, w, normalise);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, w, normalise);
    }

    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, w, normalise);
        case Float16: return Mix<UInt8, Float16>(x, y, w, normalise);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, w, normalise);
        default: return Mix<UInt8, UInt8>(x, y, w, normalise);
    }
}
}

/// ratio [N] is 0 to 1, and 1 where nothing is mixed: mix_draws sees to that.
extern "C" __global__ void __launch_bounds__(Threads, 4)
mixup(Images x, const int* partners, Images y, Channels normalise, const float* ratio, int* flags, Labels labels)
{
    int pixels = x.h * x.w, first = (int)blockIdx.x * Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        int partner = partners[image];
        float own = ratio[image];
        bool isOwn = own == 1.0f || partner == (int)image;
        Work w = {(int)image, isOwn ? (int)image : partner, first, pixels - first < Tile ? pixels - first : Tile, own, isOwn || own == 0.0f};
        if (!Mix(x, y, w, normalise)) atomicOr(flags + image, NonFinitePixels);
        if (blockIdx.x == 0) MixLabels(labels, (int)image, partner, own, flags, (int)threadIdx.x, Threads);
    }
}
