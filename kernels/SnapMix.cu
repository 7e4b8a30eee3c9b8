// SnapMix: the partner's patch resized into the image's box, label weights, and the labels, in one pass over the pixels.
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block; images are read and written 16 bytes at a time
// where lines and alignment allow it (Pixels.cuh) and the box lets them. Where its columns and rows come from is worked out once for a tile, in
// exact integers. An image's first block takes the label weights from the class maps of snap_mix_maps (separable sums) and mixes the
// labels. Boxes lie within the image and are empty where nothing is mixed: mix_draws sees to that. Shared memory 22,544 B.
#include "Labels.cuh"
#include "PatchTaps.cuh"
#include "SnapMix.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;
const int MostRows = Tile / 4 + 2;

/// One image's tile: pixels from first on.
struct Work { int image, partner, first, count; Box box, patch; const Tap* columns; const Tap* rows; };

__device__ __forceinline__ long long Area(const Box& b) { return (long long)(b.bottom - b.top) * (b.right - b.left); }

/// The share of a box in a settled map, 0 to 1; NaN where its total is. Valid in every thread.
__device__ __forceinline__ double Share(const MapAxis& rows, const MapAxis& columns, const double* map, const double* settled, const Box& box, double* sums)
{
    double share = (Reduce<Threads, false>(BoxPart<Threads>(rows, columns, map, box), sums) - settled[0] * (double)Area(box)) / settled[1];
    return (share < 0 ? 0.0 : share > 1 ? 1.0 : share) / (1 + 1e-8);
}

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

/// Four elements, at once; `to` is a multiple of four from where groups begin.
template <int Type>
__device__ __forceinline__ void StoreFour(void* data, long long to, const float (&v)[4])
{
    if (Type == Float32) StoreGroups<Float32>(data, to, v);
    else if (Type == UInt8) *static_cast<unsigned*>(PixelAt<Type>(data, to)) = PackWord<UInt8>(v);
    else *static_cast<unsigned long long*>(PixelAt<Type>(data, to)) = PackWord<Type>(v) | (unsigned long long)PackWord<Type>(v + 2) << 32;
}

/// Row and column of a tile's pixel, and what the tables know of them. Tiles hold whole rows, or (above 2048 columns) parts of one or two.
struct Place
{
    int row, column, firstRow, slot;

    __device__ __forceinline__ Place(const Images& x, const Work& w, int at)
    {
        row = (w.first + at) / x.w;
        column = w.first + at - row * x.w;
        firstRow = w.first / x.w;
        slot = x.w <= Tile ? column : at;
    }

    __device__ __forceinline__ void Next(int width)
    {
        slot++;
        if (++column < width) return;
        column = 0;
        row++;
        if (width <= Tile) slot = 0;
    }

    __device__ __forceinline__ bool IsInside(const Box& b) const { return row >= b.top && row < b.bottom && column >= b.left && column < b.right; }
};

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf and that is asked for.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, target = w.image * y.strideN;
    long long patch = w.partner * x.strideN + w.patch.top * x.strideH + w.patch.left * x.strideW;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size, end = e + size < count ? e + size : count;
        long long at = own + line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long to = target + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        int channel = IsInterleaved ? e % repeat : line;
        Place place(x, w, e / repeat);
        // Columns past the row's end belong to the next row, which only an empty box may leave unlooked at.
        int lastColumn = place.column + (end - 1) / repeat - e / repeat;
        bool isOutside = w.box.right == 0 || (lastColumn < x.w
            && (place.row < w.box.top || place.row >= w.box.bottom || lastColumn < w.box.left || place.column >= w.box.right));
        bool isInside = place.IsInside(w.box) && lastColumn < w.box.right, isWhole = e + size <= count;
        float v[size];
        if (isWhole && (isOutside || isScanned))
        {
            Uint4 raw = LoadRaw16(PixelAt<From>(x.data, at));
            UnpackGroup<From>(raw, v);
            if (isScanned)
            {
#pragma unroll
                for (int k = 0; k < size; k++) Probe<From>(v[k], probe);
            }

            if (isOutside && From == To)
            {
                StoreRaw16(PixelAt<To>(y.data, to), raw);
                continue;
            }
        }

        if (isWhole && isOutside)
        {
#pragma unroll
            for (int k = 0; k < size; k++)
            {
                v[k] = fmaf(v[k], normalise.scale[channel], normalise.offset[channel]);
                if (IsInterleaved && ++channel == repeat) channel = 0;
            }

            StoreGroups<To>(y.data, to, v);
            continue;
        }

        if (isWhole && isInside)
        {
            // Four at a time: a group of bytes at once would hold 64 pixels on their way.
#pragma unroll 1
            for (int k = 0; k < size; k += 4)
            {
                float four[4];
#pragma unroll
                for (int i = 0; i < 4; i++)
                {
                    four[i] = Resized<From>(x, patch + channel * x.strideC, repeat, w.rows[place.row - place.firstRow], w.columns[place.slot]);
                    if (From != To) four[i] = fmaf(four[i], normalise.scale[channel], normalise.offset[channel]);
                    if (IsInterleaved && ++channel < repeat) continue;
                    if (IsInterleaved) channel = 0;
                    place.Next(x.w);
                }

                StoreFour<To>(y.data, to + k, four);
            }

            continue;
        }

        for (; e < end; e++, at++, to++)
        {
            if (isScanned && !isWhole) Probe<From>(LoadPixel<From>(x.data, at), probe);
            bool isPatch = place.IsInside(w.box);
            if (!isPatch && From == To)
            {
                CopyPixel<From>(x.data, at, y.data, to);
            }
            else
            {
                float one = isPatch
                    ? Resized<From>(x, patch + channel * x.strideC, repeat, w.rows[place.row - place.firstRow], w.columns[place.slot])
                    : LoadPixel<From>(x.data, at);
                if (From != To) one = fmaf(one, normalise.scale[channel], normalise.offset[channel]);
                StorePixel<To>(y.data, to, one);
            }

            if (IsInterleaved && ++channel < repeat) continue;
            if (IsInterleaved) channel = 0;
            place.Next(x.w);
        }
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    long long patch = w.partner * x.strideN + w.patch.top * x.strideH + w.patch.left * x.strideW;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, at = item - channel * w.count;
        long long from = w.image * x.strideN + InImage(x, channel, w.first + at), to = w.image * y.strideN + InImage(y, channel, w.first + at);
        Place place(x, w, at);
        if (isScanned) Probe<From>(LoadPixel<From>(x.data, from), probe);
        bool isPatch = place.IsInside(w.box);
        if (!isPatch && From == To)
        {
            CopyPixel<From>(x.data, from, y.data, to);
            continue;
        }

        float one = isPatch
            ? Resized<From>(x, patch + channel * x.strideC, x.strideW, w.rows[place.row - place.firstRow], w.columns[place.slot])
            : LoadPixel<From>(x.data, from);
        if (From != To) one = fmaf(one, normalise.scale[channel], normalise.offset[channel]);
        StorePixel<To>(y.data, to, one);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    if (!IsGrouped(x, y, GroupOf<From>::Count)) return MixSingly<From, To>(x, y, w, normalise, isScanned);
    if (x.layout == Interleaved) return MixGroups<From, To, true>(x, y, w, normalise, isScanned);
    return MixGroups<From, To, false>(x, y, w, normalise, isScanned);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, w, normalise, isScanned);
        case Float16: return Mix<Float16, Float16>(x, y, w, normalise, isScanned);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, w, normalise, isScanned);
    }

    // Bytes are always finite.
    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, w, normalise, false);
        case Float16: return Mix<UInt8, Float16>(x, y, w, normalise, false);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, w, normalise, false);
        default: return Mix<UInt8, UInt8>(x, y, w, normalise, false);
    }
}
}

/// ratio and partnerRatio [N], or null; out: labels to mix.
extern "C" __global__ void __launch_bounds__(Threads, 4) snap_mix(
    Images x, const int* partners, Images y, Channels normalise, const int* boxes, const int* patches, const void* labels, int labelType,
    const double* maps, const double* settled, int nodesH, int nodesW, int isScanned, float* ratio, float* partnerRatio, int* flags, Labels out)
{
    __shared__ Tap columns[Tile];
    __shared__ Tap rows[MostRows];
    __shared__ double sums[Threads];
    int t = (int)threadIdx.x, pixels = x.h * x.w, first = (int)blockIdx.x * Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        const int* edges = boxes + 4 * image;
        const int* corners = patches + 4 * image;
        Work w = {(int)image, partners[image], first, pixels - first < Tile ? pixels - first : Tile, {edges[0], edges[1], edges[2], edges[3]},
            {corners[0], corners[1], corners[2], corners[3]}, columns, rows};
        bool isMixed = w.image != w.partner && Area(w.box) > 0 && Area(w.patch) > 0;
        if (!isMixed) w.box = {0, 0, 0, 0};
        if (blockIdx.x == 0)
        {
            float own = 1, other = 0;
            if (isMixed)
            {
                MapAxis down = {nodesH, x.h}, across = {nodesW, x.w};
                long long nodes = (long long)nodesH * nodesW;
                double a = 1 - Share(down, across, maps + w.image * nodes, settled + 2 * w.image, w.box, sums);
                double b = Share(down, across, maps + w.partner * nodes, settled + 2 * w.partner, w.patch, sums);
                double area = (double)Area(w.box) / ((double)x.h * x.w);
                if (ClassAt(labels, labelType, w.image) == ClassAt(labels, labelType, w.partner)) a = b = a + b;
                own = (float)(a == a ? a : 1 - area);
                other = (float)(b == b ? b : area);
            }

            if (t == 0 && ratio) ratio[image] = own;
            if (t == 0 && partnerRatio) partnerRatio[image] = other;
            MixLabels(out, w.image, w.partner, own, other, flags, t, Threads);
        }

        int firstRow = first / x.w, lastRow = (first + w.count - 1) / x.w;
        __syncthreads();
        for (int k = t; k < x.w && k < Tile && isMixed; k += Threads)
        {
            int column = x.w <= Tile ? k : (first + k) % x.w;
            if (column >= w.box.left && column < w.box.right) columns[k] = TapOf(column - w.box.left, w.patch.right - w.patch.left, w.box.right - w.box.left);
        }

        for (int row = firstRow + t; row <= lastRow && isMixed; row += Threads)
        {
            if (row >= w.box.top && row < w.box.bottom) rows[row - firstRow] = TapOf(row - w.box.top, w.patch.bottom - w.patch.top, w.box.bottom - w.box.top);
        }

        __syncthreads();
        if (!Mix(x, y, w, normalise, isScanned != 0)) atomicOr(flags + image, NonFinitePixels);
    }
}
