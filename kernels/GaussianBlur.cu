// Back to H×W, separable blur with reflect padding, sum-to-1: one block of 512 an image, one launch a batch.
//
// The map is written to `saliency`, blurred along x to `temp`, along y to `normalised`, and divided there by its sum; all of it stays in
// the L2 cache. The sum is taken in one fixed order: a thread's strips of eight in float, the rest in double. No float atomics.
// Static shared memory: 4,104 bytes (sums and a word), no dynamic. Seven taps have a path of their own, with 16-byte loads along x.
#include "BlockBlur.cuh"
#include "BlockReduce.cuh"
#include "Gradient.cuh"
#include "Resize.cuh"

static constexpr int Threads = 512, Strip = 8;

/// A caller's map of any type and strides, as compact float32.
struct MapRows
{
    using Sum = float;

    float* map;
    int w;
    bool isAligned;

    __device__ __forceinline__ float Start() const { return 0; }

    __device__ __forceinline__ float Step(int, float v, float) const { return v; }

    __device__ __forceinline__ float Value(float v) const { return v; }

    __device__ __forceinline__ void Finish(int y, int x, float v) const { map[(long long)y * w + x] = v; }

    __device__ __forceinline__ void Finish4(int y, int x, Float4 v) const { StoreFour(map + (long long)y * w + x, v, isAligned); }
};

/// Back from s×s to h×w, two taps: along x, then along y. A thread goes down a strip of a column, whose x taps stay.
__device__ __forceinline__ void Upsample(const float* map, int s, int h, int w, float* saliency)
{
    Axis vertical = {s, h, 0}, horizontal = {s, w, 0};
    int strips = (h + Strip - 1) / Strip;
    for (int i = threadIdx.x; i < strips * w; i += Threads)
    {
        int x = i % w, y = i / w * Strip, end = y + Strip < h ? y + Strip : h, made = -2;
        float right, top = 0, bottom = 0;
        const float* column = map + horizontal.FirstOfTwo(x, right);
        for (; y < end; y++)
        {
            float second;
            int first = vertical.FirstOfTwo(y, second);
            if (first != made)
            {
                const float* row = column + first * s;
                top = first == made + 1 ? bottom : fmaf(row[1], right, row[0] * (1 - right));
                bottom = fmaf(row[s + 1], right, row[s] * (1 - right));
                made = first;
            }

            saliency[(long long)y * w + x] = fmaf(bottom, second, top * (1 - second));
        }
    }
}

/// The same with the antialias rule: going up it has up to three taps an axis, in width possibly more.
__device__ __forceinline__ void UpsampleAntialiased(const float* map, int s, int h, int w, float* saliency)
{
    Axis vertical = {s, h, 1}, horizontal = {s, w, 1};
    int tapsH = vertical.TapCount(), tapsW = horizontal.TapCount();
    for (int i = threadIdx.x; i < h * w; i += Threads)
    {
        int x = i % w, y = i / w, top = vertical.First(y), left = horizontal.First(x), totalH = 0, totalW = 0;
        for (int k = 0; k < tapsH; k++) totalH += vertical.Weight(y, top + k);
        for (int j = 0; j < tapsW; j++) totalW += horizontal.Weight(x, left + j);
        float sum = 0;
        for (int k = 0; k < tapsH; k++)
        {
            const float* row = map + (top + k) * s + left;
            float part = 0;
            for (int j = 0; j < tapsW; j++) part = fmaf(row[j], (float)horizontal.Weight(x, left + j) / (float)totalW, part);
            sum = fmaf(part, (float)vertical.Weight(y, top + k) / (float)totalH, sum);
        }

        saliency[i] = sum;
    }
}

/// Four outputs of a row from x on, x a multiple of four, rows 16-byte aligned.
__device__ __forceinline__ Float4 FourAlongX(const float* row, int x, int w, const Taps& taps, Float4& centre)
{
    centre = Load4(row + x);
    Float4 a, c;
    if (x >= 4 && x + 8 <= w)
    {
        a = Load4(row + x - 4);
        c = Load4(row + x + 4);
    }
    else
    {
        a = {0, row[Reflect(x - 3, w)], row[Reflect(x - 2, w)], row[Reflect(x - 1, w)]};
        c = {row[Reflect(x + 4, w)], row[Reflect(x + 5, w)], row[Reflect(x + 6, w)], 0};
    }

    const Float4& b = centre;
    return {Sum7(taps, a.y, a.z, a.w, b.x, b.y, b.z, b.w), Sum7(taps, a.z, a.w, b.x, b.y, b.z, b.w, c.x),
            Sum7(taps, a.w, b.x, b.y, b.z, b.w, c.x, c.y), Sum7(taps, b.x, b.y, b.z, b.w, c.x, c.y, c.z)};
}

__device__ __forceinline__ bool HasNegative(Float4 v) { return v.x < 0 || v.y < 0 || v.z < 0 || v.w < 0; }

/// True where this thread met a negative value.
__device__ __forceinline__ bool AlongX(const float* source, float* target, int h, int w, const Taps& taps)
{
    bool isNegative = false;
    if (taps.size == 7 && IsAligned(source, w) && IsAligned(target, w))
    {
        // Two at a time, all loads before the stores; the last of a thread may be made twice.
        for (int i = threadIdx.x, count = h * (w / 4); i < count; i += 2 * Threads)
        {
            int j = i + Threads < count ? i + Threads : i, x = i % (w / 4) * 4, x2 = j % (w / 4) * 4;
            Float4 centre, centre2;
            Float4 a = FourAlongX(source + 4LL * i - x, x, w, taps, centre), b = FourAlongX(source + 4LL * j - x2, x2, w, taps, centre2);
            Store4(target + 4LL * i, a);
            Store4(target + 4LL * j, b);
            isNegative |= HasNegative(centre) || HasNegative(centre2);
        }

        return isNegative;
    }

    int reach = taps.size / 2;
    for (int i = threadIdx.x; i < h * w; i += Threads)
    {
        int x = i % w;
        const float* row = source + (i - x);
        float sum = 0;
        for (int k = 0; k < taps.size; k++) sum = fmaf(row[Reflect(x + k - reach, w)], taps.w[k], sum);
        target[i] = sum;
        isNegative |= row[x] < 0;
    }

    return isNegative;
}

/// The sum of what this thread wrote. A strip's values are read once, a column a lane.
__device__ __forceinline__ double AlongY(const float* source, float* target, int h, int w, const Taps& taps)
{
    double total = 0;
    int strips = (h + Strip - 1) / Strip, reach = taps.size / 2;
    for (int i = threadIdx.x; i < strips * w; i += Threads)
    {
        int x = i % w, y = i / w * Strip;
        float sum = 0;
        if (taps.size == 7 && y + Strip <= h)
        {
            float v[Strip + 6];
#pragma unroll
            for (int k = 0; k < Strip + 6; k++) v[k] = source[(long long)Reflect(y + k - 3, h) * w + x];
#pragma unroll
            for (int k = 0; k < Strip; k++)
            {
                float s = Sum7(taps, v[k], v[k + 1], v[k + 2], v[k + 3], v[k + 4], v[k + 5], v[k + 6]);
                target[(long long)(y + k) * w + x] = s;
                sum += s;
            }
        }
        else
        {
            for (int end = y + Strip < h ? y + Strip : h; y < end; y++)
            {
                float s = 0;
                for (int k = 0; k < taps.size; k++) s = fmaf(source[(long long)Reflect(y + k - reach, h) * w + x], taps.w[k], s);
                target[(long long)y * w + x] = s;
                sum += s;
            }
        }

        total += sum;
    }

    return total;
}

/// Blurs and divides by the sum; a map that sums to 0, holds NaN, ±Inf or a negative value, or whose sum overflows is replaced by the
/// uniform one and flagged. `shared` holds Threads doubles and, behind them, a word.
__device__ __forceinline__ void BlurNormalise(
    const float* saliency, float* temp, float* normalised, int h, int w, const Taps& taps, int* flag, double* shared)
{
    int* negative = reinterpret_cast<int*>(shared + Threads);
    if (threadIdx.x == 0) *negative = 0;
    __syncthreads();
    if (AlongX(saliency, temp, h, w, taps)) atomicOr(negative, 1);
    __syncthreads();
    float sum = (float)BlockSum<Threads>(AlongY(temp, normalised, h, w, taps), shared);
    bool isValid = *negative == 0 && sum > 0 && sum <= 3.40282347e38f;
    float uniform = 1.0f / ((float)h * (float)w);
    long long count = (long long)h * w, wide = (reinterpret_cast<unsigned long long>(normalised) & 15) == 0 ? count / 4 : 0;
    // In batches of four, all loads before the stores.
    for (long long i = threadIdx.x; i < wide; i += 4 * Threads)
    {
        Float4 v[4];
#pragma unroll
        for (int k = 0; k < 4; k++) v[k] = Load4(normalised + 4 * (i + k * Threads < wide ? i + k * Threads : i));
#pragma unroll
        for (int k = 0; k < 4; k++)
        {
            if (i + k * Threads >= wide) break;
            Float4 p = {v[k].x / sum, v[k].y / sum, v[k].z / sum, v[k].w / sum};
            if (!isValid) p = {uniform, uniform, uniform, uniform};
            Store4(normalised + 4 * (i + k * Threads), p);
        }
    }

    for (long long i = 4 * wide + threadIdx.x; i < count; i += Threads) normalised[i] = isValid ? normalised[i] / sum : uniform;
    if (threadIdx.x == 0 && !isValid) *flag |= DegenerateMap;
}

/// From the working plane: map [N, s, s] (resized) or [N, h, w] (s = 0, possibly saliency itself) → saliency, normalised [N, h, w].
extern "C" __global__ void __launch_bounds__(512) blur_normalise_working(
    const float* map, int s, int antialias, Taps taps, int n, int h, int w, float* saliency, float* temp, float* normalised, int* flags)
{
    __shared__ double sums[Threads + 1];
    int image = blockIdx.x;
    long long pixels = (long long)h * w, at = image * pixels;
    (void)n;
    if (s > 0 && antialias) UpsampleAntialiased(map + (long long)image * s * s, s, h, w, saliency + at);
    else if (s > 0) Upsample(map + (long long)image * s * s, s, h, w, saliency + at);
    else if (map != saliency)
    {
        for (long long i = threadIdx.x; i < pixels; i += Threads) saliency[at + i] = map[at + i];
    }

    __syncthreads();
    if (normalised) BlurNormalise(saliency + at, temp + at, normalised + at, h, w, taps, flags + image, sums);
}

/// From the caller's maps, one channel of any float type.
extern "C" __global__ void __launch_bounds__(512) blur_normalise_maps(
    Images maps, Taps taps, float* saliency, float* temp, float* normalised, int* flags)
{
    __shared__ double sums[Threads + 1];
    int image = blockIdx.x;
    long long at = (long long)image * maps.h * maps.w;
    MapRows op = {saliency + at, maps.w, IsAligned(saliency + at, maps.w)};
    VisitRows(maps, image, 0, maps.h, threadIdx.x, Threads, op);
    __syncthreads();
    if (normalised) BlurNormalise(saliency + at, temp + at, normalised + at, maps.h, maps.w, taps, flags + image, sums);
}

/// From a loss gradient: saliency √(mean over c of g²) first.
extern "C" __global__ void __launch_bounds__(512) blur_normalise_gradient(
    Images g, Taps taps, float* saliency, float* temp, float* normalised, int* flags)
{
    __shared__ double sums[Threads + 1];
    int image = blockIdx.x;
    long long at = (long long)image * g.h * g.w;
    GradientRows op(g, saliency + at);
    VisitRows(g, image, 0, g.h, threadIdx.x, Threads, op);
    __syncthreads();
    if (normalised) BlurNormalise(saliency + at, temp + at, normalised + at, g.h, g.w, taps, flags + image, sums);
}

/// The blur alone; `blurred` holds the map itself first.
extern "C" __global__ void __launch_bounds__(512) gaussian_blur(Images maps, Taps taps, float* temp, float* blurred)
{
    int image = blockIdx.x;
    long long at = (long long)image * maps.h * maps.w;
    MapRows op = {blurred + at, maps.w, IsAligned(blurred + at, maps.w)};
    VisitRows(maps, image, 0, maps.h, threadIdx.x, Threads, op);
    __syncthreads();
    AlongX(blurred + at, temp + at, maps.h, maps.w, taps);
    __syncthreads();
    AlongY(temp + at, blurred + at, maps.h, maps.w, taps);
}
