// The gradient through the mix, the mask fixed, gathered so that no two blocks write one place:
// gx[i] = M[i]·gy[i] + Σ over k with partners[k] = i of (1 - M[k])·gy[k], in ascending k. An image that is its own partner has weight 1 on
// itself; one that nobody else uses then keeps every bit. A partner out of range counts as the image itself, and is flagged.
//
// pixel_mix_users: the images whose partner is i, as chains: first[i], then next[…], ascending; -1 ends one. One block.
// pixel_mix_backward: grid (ceil(pixels/2048), N), or fewer in y; 16 bytes at a time where lines and alignment allow it. No shared memory.
#include "Pixels.cuh"

namespace
{
const int Threads = 256;
const int ChainThreads = 1024;
const int Tile = 2048;

__device__ __forceinline__ bool IsOther(int partner, int image, int n) { return partner != image && partner >= 0 && partner < n; }

struct Chains { const int* partners; const int* first; const int* next; };

/// The weight of image `from` at a pixel, for what flows into `image`.
__device__ __forceinline__ float Weight(float m, bool isOwn, bool isSelf) { return !isOwn ? 1.0f - m : isSelf ? 1.0f : m; }

template <int Type, bool IsInterleaved>
__device__ __forceinline__ void GatherGroups(
    const Images& gy, const Images& gx, const float* mask, const Chains& chains, int image, int firstPixel, int pixelCount, bool isMaskAligned)
{
    const int size = GroupOf<Type>::Count;
    int repeat = IsInterleaved ? gy.c : 1, lines = IsInterleaved ? 1 : gy.c, rowLength = gy.w * repeat, pixels = gy.h * gy.w;
    int count = pixelCount * repeat, groups = (count + size - 1) / size;
    long long start = (long long)firstPixel * repeat;
    bool isSelf = !IsOther(chains.partners[image], image, gy.n), isAlone = isSelf && chains.first[image] < 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size;
        long long at = line * (IsInterleaved ? 0 : gy.strideC) + InLine(gy, start + e, rowLength);
        long long to = image * gx.strideN + line * (IsInterleaved ? 0 : gx.strideC) + InLine(gx, start + e, rowLength);
        int pixel = IsInterleaved ? e / repeat : e, channel = IsInterleaved ? e - pixel * repeat : 0;
        if (e + size > count)
        {
            for (; e < count; e++, at++, to++)
            {
                float sum = 0;
                for (int from = image; from >= 0; from = from == image ? chains.first[image] : chains.next[from])
                {
                    float m = mask[(long long)from * pixels + firstPixel + pixel];
                    float g = LoadPixel<Type>(gy.data, from * gy.strideN + at), weight = Weight(m, from == image, isSelf);
                    sum = from == image ? g * weight : fmaf(g, weight, sum);
                }

                if (isAlone) CopyPixel<Type>(gy.data, image * gy.strideN + at, gx.data, to);
                else StorePixel<Type>(gx.data, to, sum);
                if (!IsInterleaved || ++channel == repeat)
                {
                    pixel++;
                    if (IsInterleaved) channel = 0;
                }
            }

            break;
        }

        Uint4 raw = LoadRaw16(PixelAt<Type>(gy.data, image * gy.strideN + at));
        if (isAlone)
        {
            StoreRaw16(PixelAt<Type>(gx.data, to), raw);
            continue;
        }

        float sum[size], g[size], m[size];
#pragma unroll
        for (int k = 0; k < size; k++) sum[k] = 0;
        for (int from = image; from >= 0; from = from == image ? chains.first[image] : chains.next[from])
        {
            const float* weights = mask + (long long)from * pixels + firstPixel + pixel;
            if (from != image) raw = LoadRaw16(PixelAt<Type>(gy.data, from * gy.strideN + at));
            UnpackGroup<Type>(raw, g);
            if (!IsInterleaved && isMaskAligned)
            {
                LoadFloats(weights, m);
            }
            else
            {
                int behind = channel, ahead = 0;
#pragma unroll
                for (int k = 0; k < size; k++)
                {
                    m[k] = weights[IsInterleaved ? ahead : k];
                    if (IsInterleaved && ++behind == repeat)
                    {
                        behind = 0;
                        ahead++;
                    }
                }
            }

#pragma unroll
            for (int k = 0; k < size; k++)
            {
                float weight = Weight(m[k], from == image, isSelf);
                sum[k] = from == image ? g[k] * weight : fmaf(g[k], weight, sum[k]);
            }
        }

        StoreGroups<Type>(gx.data, to, sum);
    }
}

template <int Type>
__device__ __forceinline__ void GatherSingly(
    const Images& gy, const Images& gx, const float* mask, const Chains& chains, int image, int firstPixel, int pixelCount)
{
    int pixels = gy.h * gy.w;
    bool isSelf = !IsOther(chains.partners[image], image, gy.n), isAlone = isSelf && chains.first[image] < 0;
    for (int item = (int)threadIdx.x; item < gy.c * pixelCount; item += Threads)
    {
        int channel = item / pixelCount, pixel = firstPixel + item - channel * pixelCount;
        long long at = InImage(gy, channel, pixel), to = image * gx.strideN + InImage(gx, channel, pixel);
        if (isAlone)
        {
            CopyPixel<Type>(gy.data, image * gy.strideN + at, gx.data, to);
            continue;
        }

        float sum = 0;
        for (int from = image; from >= 0; from = from == image ? chains.first[image] : chains.next[from])
        {
            float weight = Weight(mask[(long long)from * pixels + pixel], from == image, isSelf);
            float g = LoadPixel<Type>(gy.data, from * gy.strideN + at);
            sum = from == image ? g * weight : fmaf(g, weight, sum);
        }

        StorePixel<Type>(gx.data, to, sum);
    }
}

template <int Type>
__device__ __forceinline__ void Gather(
    const Images& gy, const Images& gx, const float* mask, const Chains& chains, int image, int firstPixel, int pixelCount)
{
    bool isMaskAligned = gy.h * gy.w % 4 == 0 && (reinterpret_cast<unsigned long long>(mask) & 15) == 0;
    if (!IsGrouped(gy, gx, GroupOf<Type>::Count)) GatherSingly<Type>(gy, gx, mask, chains, image, firstPixel, pixelCount);
    else if (gy.layout == Interleaved) GatherGroups<Type, true>(gy, gx, mask, chains, image, firstPixel, pixelCount, false);
    else GatherGroups<Type, false>(gy, gx, mask, chains, image, firstPixel, pixelCount, isMaskAligned);
}
}

extern "C" __global__ void __launch_bounds__(ChainThreads)
pixel_mix_users(const int* partners, int n, int* first, int* next, int* flags)
{
    // Every image looks for its first user, and for the next image with its own partner: no two threads write one place.
    for (long long i = threadIdx.x; i < n; i += ChainThreads)
    {
        int image = (int)i, partner = partners[image], user = -1, mate = -1;
        bool isUser = IsOther(partner, image, n);
        if (flags && (partner < 0 || partner >= n)) flags[image] |= InvalidPartner;
        for (int k = n - 1; k >= 0; k--)
        {
            int other = partners[k];
            if (other == image && k != image) user = k;
            if (isUser && other == partner && k > image && k != partner) mate = k;
        }

        first[image] = user;
        next[image] = mate;
    }
}

// Four blocks an SM (64 registers): enough loads on their way; without the bound the widest type would set the registers of all.
extern "C" __global__ void __launch_bounds__(Threads, 4)
pixel_mix_backward(Images gy, const float* mask, const int* partners, const int* first, const int* next, Images gx)
{
    Chains chains = {partners, first, next};
    int pixels = gy.h * gy.w, start = (int)blockIdx.x * Tile, count = pixels - start < Tile ? pixels - start : Tile;
    for (long long i = blockIdx.y; i < gy.n; i += gridDim.y)
    {
        int image = (int)i;
        if (gy.type == Float32) Gather<Float32>(gy, gx, mask, chains, image, start, count);
        else if (gy.type == Float16) Gather<Float16>(gy, gx, mask, chains, image, start, count);
        else Gather<BFloat16>(gy, gx, mask, chains, image, start, count);
    }
}
