// y = ½·x[a] + ½·x[b] block by block, with the weights and labels, in one pass over the pixels: no image per input is ever made.
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. Which images each block shows comes from what
// co_mixup_solve left, into shared memory. Images are read and written 16 bytes at a time where lines, alignment and the blocks' width allow
// it (Pixels.cuh). A block that shows one image reads no other, so that its NaN do not count. Shared memory 8,192 B (static).
#include "CoMixup.cuh"
#include "Labels.cuh"
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;
const int MaxNodes = 1024;

/// One image's tile: pixels from first on; the two images of each of its blocks, in columns of blocks of blockH×blockW pixels.
struct Work
{
    const int* shown;
    int image, first, count, blockH, blockW, columns;
};

/// What a pixel shows.
struct Place
{
    int one, other;
    float weight;

    __device__ __forceinline__ Place(const Images& x, const Work& w, int pixel)
    {
        int y = pixel / x.w, block = y / w.blockH * w.columns + (pixel - y * x.w) / w.blockW;
        one = w.shown[2 * block];
        other = w.shown[2 * block + 1];
        weight = one == other ? 1.0f : 0.5f;
    }
};

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf and that is asked for.
template <int From, int To>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    bool isInterleaved = x.layout == Interleaved;
    int repeat = isInterleaved ? x.c : 1, lines = isInterleaved ? 1 : x.c, rowLength = x.w * repeat, groups = w.count * repeat / size;
    long long start = (long long)w.first * repeat;
    float probe = 0;
#pragma unroll 1
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = item / groups, e = (item - line * groups) * size, pixel = e / repeat, channel = isInterleaved ? e - pixel * repeat : line;
        long long from = (isInterleaved ? 0 : line * x.strideC) + InLine(x, start + e, rowLength);
        Place place(x, w, w.first + pixel);
        float a[size], b[size];
        UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, place.one * x.strideN + from)), a);
#pragma unroll
        for (int k = 0; k < size; k++) b[k] = 0;
        if (place.other != place.one) UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, place.other * x.strideN + from)), b);
#pragma unroll
        for (int k = 0; k < size; k++)
        {
            a[k] = fmaf(place.weight, a[k], (1.0f - place.weight) * b[k]);
            if (From != To) a[k] = fmaf(a[k], normalise.scale[channel], normalise.offset[channel]);
            if (isInterleaved && ++channel == repeat) channel = 0;
        }

        StoreGroups<To>(y.data, w.image * y.strideN + (isInterleaved ? 0 : line * y.strideC) + InLine(y, start + e, rowLength), a);
        if (From == UInt8 || !isScanned) continue;
        UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, w.image * x.strideN + from)), a);
#pragma unroll
        for (int k = 0; k < size; k++) Probe<From>(a[k], probe);
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    float probe = 0;
#pragma unroll 1
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, pixel = w.first + item - channel * w.count;
        long long at = InImage(x, channel, pixel);
        Place place(x, w, pixel);
        float a = LoadPixel<From>(x.data, place.one * x.strideN + at), b = 0;
        if (place.other != place.one) b = LoadPixel<From>(x.data, place.other * x.strideN + at);
        a = fmaf(place.weight, a, (1.0f - place.weight) * b);
        if (From != To) a = fmaf(a, normalise.scale[channel], normalise.offset[channel]);
        StorePixel<To>(y.data, w.image * y.strideN + InImage(y, channel, pixel), a);
        if (isScanned) Probe<From>(LoadPixel<From>(x.data, w.image * x.strideN + at), probe);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    if (IsGrouped(x, y, size) && w.blockW * (x.layout == Interleaved ? x.c : 1) % size == 0) return MixGroups<From, To>(x, y, w, normalise, isScanned);
    return MixSingly<From, To>(x, y, w, normalise, isScanned);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, w, normalise, isScanned);
        case Float16: return Mix<Float16, Float16>(x, y, w, normalise, isScanned);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, w, normalise, isScanned);
    }

    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, w, normalise, false);
        case Float16: return Mix<UInt8, Float16>(x, y, w, normalise, false);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, w, normalise, false);
        default: return Mix<UInt8, UInt8>(x, y, w, normalise, false);
    }
}

/// An image among its part: how much of each member it shows.
struct Shown
{
    const int *members, *halves;
    int count;
    double blocks;

    __device__ __forceinline__ float Weight(int m) const { return (float)(halves[m] / (2.0 * blocks)); }
};

/// Row `image` of W [N][N].
__device__ __forceinline__ void Weights(const Shown& shown, const int* places, int images, int part, int inputs, int image, float* row)
{
    for (int k = (int)threadIdx.x; k < images; k += Threads)
    {
        int m = places[k] - part * inputs;
        row[k] = shown.count == 0 ? (k == image ? 1.0f : 0.0f) : places[k] >= 0 && m >= 0 && m < shown.count ? shown.Weight(m) : 0.0f;
    }
}

/// Σ_j W[image,j]·t[j], j ascending. A class out of range flags its own image and counts as 0.
__device__ __forceinline__ void MixLabels(const Labels& l, const Shown& shown, int image, int* flags)
{
    if (!l.labels) return;
    float* row = l.soft + image * l.classes;
    int count = shown.count == 0 ? 1 : shown.count;
    for (long long k = threadIdx.x; k < l.classes; k += Threads)
    {
        float sum = 0;
        int bits = 0;
        bool isWhole = false;
#pragma unroll 1
        for (int m = 0; m < count; m++)
        {
            float weight = shown.count == 0 ? 1.0f : shown.Weight(m);
            if (weight == 0.0f) continue;
            int source = shown.count == 0 ? image : shown.members[m];
            if (!l.isSoft)
            {
                if (ClassOf(l, source) == k) sum += weight;
                continue;
            }

            // A whole label is moved as it is: a NaN keeps its payload.
            const float* own = static_cast<const float*>(l.labels) + source * l.classes;
            if (weight == 1.0f)
            {
                bits = reinterpret_cast<const int*>(own)[k];
                isWhole = true;
            }
            else
            {
                sum = fmaf(weight, own[k], sum);
            }
        }

        if (isWhole) reinterpret_cast<int*>(row)[k] = bits;
        else row[k] = sum;
    }

    if (threadIdx.x != 0 || l.isSoft) return;
    long long own = ClassOf(l, image);
    if (own < 0 || own >= l.classes) atomicOr(flags + image, InvalidLabel);
}
}

/// weights [N][N], or null.
extern "C" __global__ void __launch_bounds__(Threads, 4) co_mixup(
    Images x, Images y, Channels normalise, CoMixupPlan plan, CoMixupBuffers buffers, float* weights, int isScanned, int* flags, Labels labels)
{
    __shared__ int shown[2 * MaxNodes];
    int pixels = x.h * x.w, first = (int)blockIdx.x * Tile, count = pixels - first < Tile ? pixels - first : Tile, nodes = plan.Nodes();
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        long long place = buffers.places[image];
        int part = place < 0 ? 0 : (int)(place / plan.inputs), n = place < 0 ? 0 : buffers.sizes[part];
        const int* members = buffers.members + (long long)part * plan.inputs;
        for (int s = (int)threadIdx.x; s < nodes; s += Threads)
        {
            shown[2 * s] = n == 0 ? (int)image : members[buffers.first[place * nodes + s]];
            shown[2 * s + 1] = n == 0 ? (int)image : members[buffers.second[place * nodes + s]];
        }

        __syncthreads();
        Work w = {shown, (int)image, first, count, x.h / plan.h, x.w / plan.w, plan.w};
        if (!Mix(x, y, w, normalise, isScanned != 0)) atomicOr(flags + image, NonFinitePixels);
        if (blockIdx.x == 0)
        {
            // The halves of a part are [n][n] at a stride of all its room.
            long long start = (long long)part * plan.inputs * plan.inputs + (place - (long long)part * plan.inputs) * n;
            Shown own = {members, buffers.halves + (n == 0 ? 0 : start), n, (double)nodes};
            if (weights) Weights(own, buffers.places, x.n, part, plan.inputs, (int)image, weights + image * x.n);
            MixLabels(labels, own, (int)image, flags);
        }

        __syncthreads();
    }
}
