// What every image of a batch mixes with: its λ and its box, from draws the host made or the caller supplies. A thread an image.
//
// Draws come by value, up to 64 a launch, so that nothing is copied and nothing waits; larger batches take several launches, each of which
// looks after the images whose draw number is in [first, first + count). Boxes are computed here in double, with the operations of
// src/GuidedMixup/MixBox.cs in their order: the same edges on every backend. No shared memory.
#include "Views.h"

/// λ and box centres of some draws, in pixels.
struct Draws
{
    double y[64], x[64];
    float ratio[64];
};

static_assert(sizeof(Draws) == 1280, "C# mirrors this");

namespace
{
const int Threads = 256;

enum DrawMode { Batch, Pair, Image };

struct Box { int top, left, bottom, right; };

__device__ __forceinline__ int Edge(double v, int size) { return (int)(v < 0 ? 0.0 : v > size ? (double)size : v); }

/// The box of area 1 - λ around a centre, cut off at the borders.
__device__ __forceinline__ Box Around(double y, double x, float ratio, int h, int w)
{
    double root = sqrt(1 - (double)ratio), down = root * (0.5 * h), across = root * (0.5 * w);
    return {Edge(y - down, h), Edge(x - across, w), Edge(y + down, h), Edge(x + across, w)};
}

__device__ __forceinline__ float Outside(const Box& b, int h, int w)
{
    return (float)(1 - (double)((long long)(b.bottom - b.top) * (b.right - b.left)) / ((double)h * w));
}

__device__ __forceinline__ bool IsWithin(const Box& b, int h, int w)
{
    return 0 <= b.top && b.top <= b.bottom && b.bottom <= h && 0 <= b.left && b.left <= b.right && b.right <= w;
}
}

/// ratio [N], partnerRatio [N] (or null), boxes [N][4] (or null: no boxes are cut). λ is read from `ratios`, else from `draws`; a box from
/// `given`, else it is put around image i's `peaks` (Batch: peaks[0]), else around the draw's centre. An image that is its own partner, and
/// one whose supplied draw is out of range (flagged), keeps λ = 1 and an empty box.
extern "C" __global__ void __launch_bounds__(Threads) mix_draws(
    Draws draws, int first, int count, int mode, const int* partners, int n, int h, int w, const float* ratios, const int* given,
    const int* peaks, float* ratio, float* partnerRatio, int* boxes, int* flags)
{
    for (long long at = (long long)blockIdx.x * Threads + threadIdx.x; at < n; at += (long long)gridDim.x * Threads)
    {
        int i = (int)at, partner = partners[i], number = mode == Batch ? 0 : mode == Pair && partner < i ? partner : i;
        if (number < first || number - first >= count) continue;
        // The draws are read whether they count or not: a choice of two loads would become a load of a chosen address, and they be copied to
        // local memory.
        int slot = (number - first) & 63;
        float drawn = draws.ratio[slot], own = 1;
        double drawnY = draws.y[slot], drawnX = draws.x[slot];
        Box box = {0, 0, 0, 0};
        if (partner != i)
        {
            bool isValid;
            if (given)
            {
                const int* edges = given + 4ll * number;
                box = {edges[0], edges[1], edges[2], edges[3]};
                isValid = IsWithin(box, h, w);
                if (isValid) own = Outside(box, h, w);
            }
            else
            {
                own = drawn;
                if (ratios) own = ratios[number];
                // False for NaN.
                isValid = own >= 0 && own <= 1;
                if (isValid && boxes)
                {
                    double y = drawnY, x = drawnX;
                    if (peaks)
                    {
                        int peak = peaks[mode == Batch ? 0 : i];
                        y = peak / w;
                        x = peak % w;
                    }

                    box = Around(y, x, own, h, w);
                    own = Outside(box, h, w);
                }
            }

            if (!isValid)
            {
                own = 1;
                box = {0, 0, 0, 0};
                atomicOr(flags + i, InvalidDraw);
            }
        }

        ratio[i] = own;
        if (partnerRatio) partnerRatio[i] = 1 - own;
        if (!boxes) continue;
        int* target = boxes + 4ll * i;
        target[0] = box.top;
        target[1] = box.left;
        target[2] = box.bottom;
        target[3] = box.right;
    }
}

/// 1 - λ, for the methods whose λ comes from the mix itself.
extern "C" __global__ void __launch_bounds__(Threads) mix_draws_partner_ratio(const float* ratio, int n, float* partnerRatio)
{
    for (long long i = (long long)blockIdx.x * Threads + threadIdx.x; i < n; i += (long long)gridDim.x * Threads) partnerRatio[i] = 1 - ratio[i];
}
