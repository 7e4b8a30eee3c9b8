// y = x[partner] inside the image's box, x outside, and the labels, in one pass over the pixels.
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. Images are read and written 16 bytes at a time where
// lines and alignment allow it (Pixels.cuh); a group that a box's edge cuts is moved element by element, so that every element comes from
// one image with all its bits. λ and boxes are read from device memory. No shared memory.
#include "Labels.cuh"
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;

struct Box { int top, left, bottom, right; };

/// One image's tile: pixels from first on.
struct Work { int image, partner, first, count; Box box; };

__device__ __forceinline__ bool IsInside(const Box& b, int y, int x) { return y >= b.top && y < b.bottom && x >= b.left && x < b.right; }

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

/// One element, moved or normalised.
template <int From, int To>
__device__ __forceinline__ void Move(const Images& x, long long from, const Images& y, long long to, const Channels& normalise, int channel)
{
    if (From == To) CopyPixel<From>(x.data, from, y.data, to);
    else StorePixel<To>(y.data, to, fmaf(LoadPixel<From>(x.data, from), normalise.scale[channel], normalise.offset[channel]));
}

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf and that is asked for.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ bool CutGroups(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, other = w.partner * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size, end = e + size < count ? e + size : count;
        long long at = line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long to = target + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        int pixel = w.first + e / repeat, last = w.first + (end - 1) / repeat;
        int row = pixel / x.w, column = pixel - row * x.w, lastColumn = last - row * x.w;
        // Columns past the row's end belong to the next row, which only an empty box may leave unlooked at.
        bool isOutside = w.box.right == 0 || (lastColumn < x.w
            && (row < w.box.top || row >= w.box.bottom || lastColumn < w.box.left || column >= w.box.right));
        bool isInside = IsInside(w.box, row, column) && lastColumn < w.box.right;
        if (e + size <= count && (isOutside || isInside))
        {
            Uint4 raw = LoadRaw16(PixelAt<From>(x.data, (isInside ? other : own) + at));
            float v[size];
            if (From != UInt8 && isScanned)
            {
                UnpackGroup<From>(isInside ? LoadRaw16(PixelAt<From>(x.data, own + at)) : raw, v);
#pragma unroll
                for (int k = 0; k < size; k++) Probe<From>(v[k], probe);
            }

            if (From == To)
            {
                StoreRaw16(PixelAt<To>(y.data, to), raw);
                continue;
            }

            UnpackGroup<From>(raw, v);
            int channel = IsInterleaved ? e % repeat : line;
#pragma unroll
            for (int k = 0; k < size; k++)
            {
                v[k] = fmaf(v[k], normalise.scale[channel], normalise.offset[channel]);
                if (IsInterleaved && ++channel == repeat) channel = 0;
            }

            StoreGroups<To>(y.data, to, v);
            continue;
        }

        int channel = IsInterleaved ? e % repeat : line;
        for (; e < end; e++, at++, to++)
        {
            if (isScanned) Probe<From>(LoadPixel<From>(x.data, own + at), probe);
            Move<From, To>(x, (IsInside(w.box, row, column) ? other : own) + at, y, to, normalise, channel);
            if (IsInterleaved && ++channel < repeat) continue;
            if (IsInterleaved) channel = 0;
            if (++column < x.w) continue;
            column = 0;
            row++;
        }
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool CutSingly(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    long long own = w.image * x.strideN, other = w.partner * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, pixel = w.first + item - channel * w.count, row = pixel / x.w;
        long long from = InImage(x, channel, pixel);
        if (isScanned) Probe<From>(LoadPixel<From>(x.data, own + from), probe);
        bool isInside = IsInside(w.box, row, pixel - row * x.w);
        Move<From, To>(x, (isInside ? other : own) + from, y, target + InImage(y, channel, pixel), normalise, channel);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Cut(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    if (!IsGrouped(x, y, GroupOf<From>::Count)) return CutSingly<From, To>(x, y, w, normalise, isScanned);
    if (x.layout == Interleaved) return CutGroups<From, To, true>(x, y, w, normalise, isScanned);
    return CutGroups<From, To, false>(x, y, w, normalise, isScanned);
}

__device__ __forceinline__ bool Cut(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    switch (x.type)
    {
        case Float32: return Cut<Float32, Float32>(x, y, w, normalise, isScanned);
        // Halves are moved alike; only the scan tells them apart.
        case Float16: return Cut<Float16, Float16>(x, y, w, normalise, isScanned);
        case BFloat16: return Cut<BFloat16, BFloat16>(x, y, w, normalise, isScanned);
    }

    switch (y.type)
    {
        case Float32: return Cut<UInt8, Float32>(x, y, w, normalise, false);
        case Float16: return Cut<UInt8, Float16>(x, y, w, normalise, false);
        case BFloat16: return Cut<UInt8, BFloat16>(x, y, w, normalise, false);
        default: return Cut<UInt8, UInt8>(x, y, w, normalise, false);
    }
}
}

/// boxes [N][4] lie within the image and are empty (all 0) where nothing is cut: mix_draws sees to that.
extern "C" __global__ void __launch_bounds__(Threads, 4) cut_mix(
    Images x, const int* partners, Images y, Channels normalise, const int* boxes, const float* ratio, int isScanned, int* flags, Labels labels)
{
    int pixels = x.h * x.w, first = (int)blockIdx.x * Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        const int* edges = boxes + 4 * image;
        Box box = {edges[0], edges[1], edges[2], edges[3]};
        Work w = {(int)image, partners[image], first, pixels - first < Tile ? pixels - first : Tile, box};
        if (!Cut(x, y, w, normalise, isScanned != 0)) atomicOr(flags + image, NonFinitePixels);
        if (blockIdx.x == 0) MixLabels(labels, (int)image, w.partner, ratio[image], flags, (int)threadIdx.x, Threads);
    }
}
