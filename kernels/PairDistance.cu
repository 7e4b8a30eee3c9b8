// Distances of all pairs of maps: p [N][pixels] -> D [N][N], L2, L1 or cosine (1 - cos).
//
// pair_distance_partial: a block takes 32x32 pairs of the upper triangle and one split of the pixels. Maps pass through shared memory
// in chunks of 64 pixels, less 1/pixels for L2: without it the Gram matrix of maps that are all close to 1/pixels cancels, and partners
// flip. Every pair is summed pixel by pixel in the same order wherever it stands, so permuting the batch permutes D bit for bit, and
// equal maps give equal sums. Chunks are added with a compensation, so a split may be long.
// pair_distance_finish: adds the splits in a fixed order in double precision; writes both triangles.
// Shared memory: 17,408 B (static) and 6,144 B (static). Splits: ceil(ceil(pixels/64)/splits)*64 pixels each; the last may be empty.
#include "Views.h"

namespace
{
const int Side = 32;
const int Threads = 256;
const int Chunk = 64;
// A row of 68 floats moves the 16 rows a warp reads at once into different banks, and keeps 16-byte alignment.
const int Row = Chunk + 4;

enum Metric { MetricL2, MetricL1, MetricCosine };

/// s += v, the rounding error kept in c.
__device__ __forceinline__ void AddCompensated(float& s, float& c, float v)
{
    float y = v - c, t = s + y;
    c = (t - s) - y;
    s = t;
}

template <bool IsL1>
__device__ __forceinline__ float Accumulate(float a, float b, float sum)
{
    return IsL1 ? sum + fabsf(a - b) : fmaf(a, b, sum);
}

template <bool IsL1>
__device__ __forceinline__ float Accumulate(Float4 a, Float4 b, float sum)
{
    sum = Accumulate<IsL1>(a.x, b.x, sum);
    sum = Accumulate<IsL1>(a.y, b.y, sum);
    sum = Accumulate<IsL1>(a.z, b.z, sum);
    return Accumulate<IsL1>(a.w, b.w, sum);
}

/// Two by two sums over one chunk: rows a and a + 16 with rows b and b + 16.
template <bool IsL1>
__device__ __forceinline__ Float4 ChunkSums(const float* a, const float* b)
{
    Float4 s = {0, 0, 0, 0};
#pragma unroll 4
    for (int x = 0; x < Chunk; x += 4)
    {
        Float4 a0 = Load4(a + x), a1 = Load4(a + 16 * Row + x), b0 = Load4(b + x), b1 = Load4(b + 16 * Row + x);
        s.x = Accumulate<IsL1>(a0, b0, s.x);
        s.y = Accumulate<IsL1>(a0, b1, s.y);
        s.z = Accumulate<IsL1>(a1, b0, s.z);
        s.w = Accumulate<IsL1>(a1, b1, s.w);
    }

    return s;
}

/// Four pixels of a map less the centre; 0 past the split's end, or where there is no such map.
__device__ __forceinline__ Float4 Fetch(const float* p, int n, int pixels, int map, int pixel, int end, float centre, bool isAligned)
{
    Float4 v = {0, 0, 0, 0};
    if (map >= n || pixel >= end) return v;
    const float* source = p + (long long)map * pixels + pixel;
    if (isAligned && pixel + 4 <= end)
    {
        v = Load4(source);
        v.x -= centre;
        v.y -= centre;
        v.z -= centre;
        v.w -= centre;
        return v;
    }

    v.x = source[0] - centre;
    if (pixel + 1 < end) v.y = source[1] - centre;
    if (pixel + 2 < end) v.z = source[2] - centre;
    if (pixel + 3 < end) v.w = source[3] - centre;
    return v;
}
}

extern "C" __global__ void __launch_bounds__(Threads)
pair_distance_partial(const float* p, int n, int pixels, int metric, int splits, float* partial)
{
    __shared__ Float4 staged[2 * Side * Row / 4];
    float* a = reinterpret_cast<float*>(staged);
    int tiles = (n + Side - 1) / Side, row = 0, column = (int)blockIdx.x;
    // Tiles of the upper triangle, row by row.
    for (; column >= tiles - row; row++) column -= tiles - row;
    column += row;
    bool isDiagonal = row == column;
    float* b = isDiagonal ? a : a + Side * Row;

    int chunks = pixels / Chunk + (pixels % Chunk != 0), perSplit = (chunks + splits - 1) / splits;
    long long from = (long long)blockIdx.y * perSplit * Chunk, to = from + (long long)perSplit * Chunk;
    int end = to < pixels ? (int)to : pixels, begin = from < end ? (int)from : end;
    float centre = metric == MetricL2 ? 1.0f / (float)pixels : 0.0f;
    bool isAligned = pixels % 4 == 0 && (reinterpret_cast<unsigned long long>(p) & 15) == 0;

    // Sixteen threads fetch the chunk of one map; a thread serves two maps of either side.
    int t = (int)threadIdx.x, lane = t % 16, group = t / 16, at = 4 * lane;
    int mapA = row * Side + group, mapB = column * Side + group;
    Float4 a0 = Fetch(p, n, pixels, mapA, begin + at, end, centre, isAligned);
    Float4 a1 = Fetch(p, n, pixels, mapA + 16, begin + at, end, centre, isAligned);
    Float4 b0 = a0, b1 = a1;
    if (!isDiagonal)
    {
        b0 = Fetch(p, n, pixels, mapB, begin + at, end, centre, isAligned);
        b1 = Fetch(p, n, pixels, mapB + 16, begin + at, end, centre, isAligned);
    }

    Float4 sum = {0, 0, 0, 0}, lost = {0, 0, 0, 0};
    for (int pixel = begin; pixel < end; pixel += Chunk)
    {
        Store4(a + group * Row + at, a0);
        Store4(a + (group + 16) * Row + at, a1);
        if (!isDiagonal)
        {
            Store4(b + group * Row + at, b0);
            Store4(b + (group + 16) * Row + at, b1);
        }

        __syncthreads();
        // The next chunk is on its way while this one is summed. The subtraction cannot overflow: end - pixel > 0.
        if (end - pixel > Chunk)
        {
            int next = pixel + Chunk + at;
            a0 = Fetch(p, n, pixels, mapA, next, end, centre, isAligned);
            a1 = Fetch(p, n, pixels, mapA + 16, next, end, centre, isAligned);
            if (!isDiagonal)
            {
                b0 = Fetch(p, n, pixels, mapB, next, end, centre, isAligned);
                b1 = Fetch(p, n, pixels, mapB + 16, next, end, centre, isAligned);
            }
        }

        const float* own = a + group * Row;
        const float* other = b + lane * Row;
        Float4 s = metric == MetricL1 ? ChunkSums<true>(own, other) : ChunkSums<false>(own, other);
        AddCompensated(sum.x, lost.x, s.x);
        AddCompensated(sum.y, lost.y, s.y);
        AddCompensated(sum.z, lost.z, s.z);
        AddCompensated(sum.w, lost.w, s.w);
        __syncthreads();
    }

    int i = row * Side + group, j = column * Side + lane;
    float* target = partial + (long long)blockIdx.y * n * n;
    if (i <= j && j < n) target[(long long)i * n + j] = sum.x;
    if (i <= j + 16 && j + 16 < n) target[(long long)i * n + j + 16] = sum.y;
    if (i + 16 <= j && j < n) target[(long long)(i + 16) * n + j] = sum.z;
    if (i <= j && j + 16 < n) target[(long long)(i + 16) * n + j + 16] = sum.w;
}

extern "C" __global__ void __launch_bounds__(Threads)
pair_distance_finish(const float* partial, int n, int metric, int splits, float* distance)
{
    // Eight warps share the splits of 32 pairs (i, j … j + 31): a warp's reads follow each other, and many are on their way at once.
    __shared__ double sums[3][8][32];
    int lane = (int)threadIdx.x % 32, warp = (int)threadIdx.x / 32;
    long long pairs = (long long)n * n, columns = (n + 31) / 32;
    for (long long item = blockIdx.x; item < n * columns; item += gridDim.x)
    {
        int i = (int)(item / columns), first = (int)(item % columns) * 32, j = first + lane;
        // The same for the whole block: nothing above the diagonal here.
        if (first + 31 < i) continue;
        double own = 0, other = 0, both = 0;
        if (j < n && j >= i)
        {
            for (int split = warp; split < splits; split += 8)
            {
                const float* slab = partial + split * pairs;
                own += (double)slab[(long long)i * n + i];
                other += (double)slab[(long long)j * n + j];
                both += (double)slab[(long long)i * n + j];
            }
        }

        sums[0][warp][lane] = own;
        sums[1][warp][lane] = other;
        sums[2][warp][lane] = both;
        __syncthreads();
        if (warp == 0 && j < n && j >= i)
        {
            for (int k = 1; k < 8; k++)
            {
                own += sums[0][k][lane];
                other += sums[1][k][lane];
                both += sums[2][k][lane];
            }

            float d;
            if (i == j)
            {
                d = 0;
            }
            else if (metric == MetricL2)
            {
                // A comparison is false for NaN, which stays NaN.
                double squared = own + other - 2 * both;
                d = (float)sqrt(squared < 0 ? 0 : squared);
            }
            else if (metric == MetricL1)
            {
                d = (float)both;
            }
            else
            {
                double apart = 1 - both / sqrt(own * other);
                d = own * other == 0 ? 1.0f : apart < 0 ? 0.0f : (float)apart;
                // Rounding must not part equal maps.
                if (own == both && other == both && own * other != 0) d = 0;
            }

            distance[(long long)i * n + j] = d;
            distance[(long long)j * n + i] = d;
        }

        __syncthreads();
    }
}
