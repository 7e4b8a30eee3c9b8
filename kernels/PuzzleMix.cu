// y = m·T(x) + (1 - m)·T'(x[partner]), the mask and the labels, in one pass over the pixels.
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. Which squares a place shows, and its mask, are read from
// what puzzle_mix_solve left, small enough for L1. Images are read and written 16 bytes at a time where lines, alignment and the squares'
// width allow it (Pixels.cuh): a group then comes from one square of each. At a mask of 1 or 0 the other is not read, so that its NaN do not
// count. No shared memory.
#include "Labels.cuh"
#include "PuzzleMix.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;

/// One image's tile: pixels from first on; labels of the blocks, squares of both images.
struct Work { int image, partner, first, count; const int* labels; const int* sources; };

/// What a pixel shows: of the image and of its partner, how far from the image's first pixel (x.w a row), at which weight.
struct Place
{
    float mask;
    int own, other;

    __device__ __forceinline__ Place(const Images& x, const PuzzlePlan& plan, const Work& w, int pixel)
    {
        int y = pixel / x.w, column = pixel - y * x.w, row = y / plan.squareH, across = column / plan.squareW;
        int square = row * plan.squareColumns + across, inY = y - row * plan.squareH, inX = column - across * plan.squareW;
        mask = plan.Mask(w.labels[plan.BlockOf(square)]);
        own = From(x, plan, w.sources[square], inY, inX);
        other = From(x, plan, w.sources[plan.Squares() + square], inY, inX);
    }

private:
    __device__ __forceinline__ static int From(const Images& x, const PuzzlePlan& plan, int square, int inY, int inX)
    {
        int row = square / plan.squareColumns, column = square - row * plan.squareColumns;
        return (row * plan.squareH + inY) * x.w + column * plan.squareW + inX;
    }
};

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf and that is asked for.
template <int From, int To>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const PuzzlePlan& plan, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    bool isInterleaved = x.layout == Interleaved;
    int repeat = isInterleaved ? x.c : 1, lines = isInterleaved ? 1 : x.c, rowLength = x.w * repeat, groups = w.count * repeat / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, paired = w.partner * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = item / groups, e = (item - line * groups) * size, pixel = e / repeat, within = e - pixel * repeat;
        long long from = isInterleaved ? 0 : line * x.strideC;
        Place place(x, plan, w, w.first + pixel);
        float a[size], b[size];
        if (place.mask != 0.0f)
        {
            UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, own + from + InLine(x, (long long)place.own * repeat + within, rowLength))), a);
        }
        else
        {
#pragma unroll
            for (int k = 0; k < size; k++) a[k] = 0;
        }

        if (place.mask != 1.0f)
        {
            UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, paired + from + InLine(x, (long long)place.other * repeat + within, rowLength))), b);
        }
        else
        {
#pragma unroll
            for (int k = 0; k < size; k++) b[k] = 0;
        }

        int channel = isInterleaved ? within : line;
#pragma unroll
        for (int k = 0; k < size; k++)
        {
            a[k] = fmaf(place.mask, a[k], (1.0f - place.mask) * b[k]);
            if (From != To) a[k] = fmaf(a[k], normalise.scale[channel], normalise.offset[channel]);
            if (isInterleaved && ++channel == repeat) channel = 0;
        }

        StoreGroups<To>(y.data, target + (isInterleaved ? 0 : line * y.strideC) + InLine(y, start + e, rowLength), a);
        if (From == UInt8 || !isScanned) continue;
        UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, own + from + InLine(x, start + e, rowLength))), a);
#pragma unroll
        for (int k = 0; k < size; k++) Probe<From>(a[k], probe);
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const PuzzlePlan& plan, const Work& w, const Channels& normalise, bool isScanned)
{
    long long own = w.image * x.strideN, paired = w.partner * x.strideN, target = w.image * y.strideN;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, pixel = w.first + item - channel * w.count;
        Place place(x, plan, w, pixel);
        float a = 0, b = 0;
        if (place.mask != 0.0f) a = LoadPixel<From>(x.data, own + InImage(x, channel, place.own));
        if (place.mask != 1.0f) b = LoadPixel<From>(x.data, paired + InImage(x, channel, place.other));
        a = fmaf(place.mask, a, (1.0f - place.mask) * b);
        if (From != To) a = fmaf(a, normalise.scale[channel], normalise.offset[channel]);
        StorePixel<To>(y.data, target + InImage(y, channel, pixel), a);
        if (isScanned) Probe<From>(LoadPixel<From>(x.data, own + InImage(x, channel, pixel)), probe);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const PuzzlePlan& plan, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    if (IsGrouped(x, y, size) && plan.squareW * (x.layout == Interleaved ? x.c : 1) % size == 0)
        return MixGroups<From, To>(x, y, plan, w, normalise, isScanned);
    return MixSingly<From, To>(x, y, plan, w, normalise, isScanned);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const PuzzlePlan& plan, const Work& w, const Channels& normalise, bool isScanned)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, plan, w, normalise, isScanned);
        case Float16: return Mix<Float16, Float16>(x, y, plan, w, normalise, isScanned);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, plan, w, normalise, isScanned);
    }

    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, plan, w, normalise, false);
        case Float16: return Mix<UInt8, Float16>(x, y, plan, w, normalise, false);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, plan, w, normalise, false);
        default: return Mix<UInt8, UInt8>(x, y, plan, w, normalise, false);
    }
}
}

/// blockLabels [N][nodes], sources [N][2][squares]; mask [N][H][W], or null.
extern "C" __global__ void __launch_bounds__(Threads, 4) puzzle_mix(
    Images x, const int* partners, Images y, Channels normalise, PuzzlePlan plan, const int* blockLabels, const int* sources, float* mask,
    const float* ratio, int isScanned, int* flags, Labels labels)
{
    int pixels = x.h * x.w, first = (int)blockIdx.x * Tile, count = pixels - first < Tile ? pixels - first : Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        Work w = {(int)image, partners[image], first, count, blockLabels + image * plan.Nodes(), sources + image * 2 * plan.Squares()};
        if (!Mix(x, y, plan, w, normalise, isScanned != 0)) atomicOr(flags + image, NonFinitePixels);
        for (int k = (int)threadIdx.x; k < count && mask; k += Threads) mask[image * pixels + first + k] = Place(x, plan, w, first + k).mask;
        if (blockIdx.x == 0) MixLabels(labels, (int)image, w.partner, ratio[image], flags, (int)threadIdx.x, Threads);
    }
}
