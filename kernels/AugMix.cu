// y = (1 - m)·x + m·Σ_k w[k]·chain[k], in one pass over the pixels, added in the chains' order.
//
// Grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block. Images are read and written 16 bytes at a time where
// lines and alignment allow it (Pixels.cuh), else one by one. No shared memory.
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int Tile = 2048;

/// One image's tile: pixels from first on; its weights, and where chain k lies: k steps after the first.
struct Work { int image, first, count, chains; float skip; const float* weights; long long step; };

/// A tile in groups of 16 bytes of the images' type.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ void MixGroups(const Images& x, const Images& chains, const Images& y, const Work& w, const Channels& normalise)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size;
        long long at = w.image * x.strideN + line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long chain = w.image * chains.strideN + line * (IsInterleaved ? 0 : chains.strideC) + InLine(chains, start + e, rowLength);
        long long to = w.image * y.strideN + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        int channel = IsInterleaved ? e % repeat : line;
        if (e + size > count)
        {
            // The end of a plane that is no whole number of groups.
            for (; e < count; e++, at++, chain++, to++)
            {
                float v = (1.0f - w.skip) * LoadPixel<From>(x.data, at);
                for (int k = 0; k < w.chains; k++) v = fmaf(w.skip * w.weights[k], LoadPixel<From>(chains.data, chain + k * w.step), v);
                if (From != To) v = fmaf(v, normalise.scale[channel], normalise.offset[channel]);
                StorePixel<To>(y.data, to, v);
                if (IsInterleaved && ++channel == repeat) channel = 0;
            }

            break;
        }

        float v[size], c[size];
        UnpackGroup<From>(LoadRaw16(PixelAt<From>(x.data, at)), v);
#pragma unroll
        for (int k = 0; k < size; k++) v[k] *= 1.0f - w.skip;
        // The next chain is on its way while one is added.
        Uint4 next = LoadRaw16(PixelAt<From>(chains.data, chain));
        for (int k = 0; k < w.chains; k++)
        {
            float weight = w.skip * w.weights[k];
            Uint4 raw = next;
            if (k + 1 < w.chains) next = LoadRaw16(PixelAt<From>(chains.data, chain + (k + 1) * w.step));
            UnpackGroup<From>(raw, c);
#pragma unroll
            for (int i = 0; i < size; i++) v[i] = fmaf(weight, c[i], v[i]);
        }

        if (From != To)
        {
#pragma unroll
            for (int k = 0; k < size; k++)
            {
                v[k] = fmaf(v[k], normalise.scale[channel], normalise.offset[channel]);
                if (IsInterleaved && ++channel == repeat) channel = 0;
            }
        }

        StoreGroups<To>(y.data, to, v);
    }
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ void MixSingly(const Images& x, const Images& chains, const Images& y, const Work& w, const Channels& normalise)
{
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, pixel = w.first + item - channel * w.count;
        long long chain = w.image * chains.strideN + InImage(chains, channel, pixel);
        float v = (1.0f - w.skip) * LoadPixel<From>(x.data, w.image * x.strideN + InImage(x, channel, pixel));
        for (int k = 0; k < w.chains; k++) v = fmaf(w.skip * w.weights[k], LoadPixel<From>(chains.data, chain + k * w.step), v);
        if (From != To) v = fmaf(v, normalise.scale[channel], normalise.offset[channel]);
        StorePixel<To>(y.data, w.image * y.strideN + InImage(y, channel, pixel), v);
    }
}

template <int From, int To>
__device__ __forceinline__ void Mix(const Images& x, const Images& chains, const Images& y, const Work& w, const Channels& normalise)
{
    const int size = GroupOf<From>::Count;
    bool isGrouped = IsGrouped(x, y, size) && IsGrouped(x, chains, size) && w.step % size == 0
        && ((IsJoined(x) && IsJoined(y) && IsJoined(chains)) || (long long)x.w * (x.layout == Interleaved ? x.c : 1) % size == 0);
    if (!isGrouped) MixSingly<From, To>(x, chains, y, w, normalise);
    else if (x.layout == Interleaved) MixGroups<From, To, true>(x, chains, y, w, normalise);
    else MixGroups<From, To, false>(x, chains, y, w, normalise);
}
}

/// chains: the first of `count` batches of x's shape, each `step` elements after the one before; weights [N][count], skip [N].
extern "C" __global__ void __launch_bounds__(Threads, 4) aug_mix(
    Images x, Images chains, long long step, int count, const float* weights, const float* skip, Images y, Channels normalise)
{
    int pixels = x.h * x.w, first = (int)blockIdx.x * Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        Work w = {(int)image, first, pixels - first < Tile ? pixels - first : Tile, count, skip[image], weights + image * count, step};
        switch (x.type)
        {
            case Float32: Mix<Float32, Float32>(x, chains, y, w, normalise); break;
            case Float16: Mix<Float16, Float16>(x, chains, y, w, normalise); break;
            case BFloat16: Mix<BFloat16, BFloat16>(x, chains, y, w, normalise); break;
            default:
                switch (y.type)
                {
                    case Float32: Mix<UInt8, Float32>(x, chains, y, w, normalise); break;
                    case Float16: Mix<UInt8, Float16>(x, chains, y, w, normalise); break;
                    case BFloat16: Mix<UInt8, BFloat16>(x, chains, y, w, normalise); break;
                    default: Mix<UInt8, UInt8>(x, chains, y, w, normalise); break;
                }

                break;
        }
    }
}
