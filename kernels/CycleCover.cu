// The pairing: which image each image is mixed with. One block of 1024 threads, one launch for the whole batch.
//
// cycle_cover_greedy  the greedy one-cycle cover: [N][N] -> [N]. The first edge is the row-major argmax off the diagonal; then the
//                     farthest image not yet visited, and so on. The lowest index wins ties; NaN counts as -inf, and among images that
//                     are all at -inf the lowest one is next. `options`, bits: 1 flags rows that hold NaN off the diagonal; 2 says that
//                     n*n*4 bytes of dynamic shared memory were passed, which then hold the rows (only used up to n = 256: no device
//                     has room for more). Without bit 2 rows are read from global memory, whatever n.
// cycle_cover_random  the stable sort of the images by their Philox keys. cycle_cover_supplied: the caller's partners, range-checked.
// Images that are not selected keep themselves. `tickets`, where given, are zeroed for pixel_mix. Static shared memory: below 1 KB.
#include "Philox.cuh"
#include "Views.h"

namespace
{
const int Threads = 1024;
const int MaxWalk = 256;
const unsigned Full = 0xFFFFFFFFu;
const int Open = -1;

struct Edge { float value; int row, column; };

__device__ __forceinline__ float LowestFloat() { return __int_as_float((int)0xFF800000u); }

/// NaN counts as -inf.
__device__ __forceinline__ float Known(float v) { return v == v ? v : LowestFloat(); }

/// Larger value first, then the earlier row, then the earlier column; no edge has row and column 2^31 - 1.
__device__ __forceinline__ Edge Better(Edge a, Edge b)
{
    bool isOther = b.value > a.value || (b.value == a.value && (b.row < a.row || (b.row == a.row && b.column < a.column)));
    // Field by field, or the choice becomes one of addresses, and local memory.
    return {isOther ? b.value : a.value, isOther ? b.row : a.row, isOther ? b.column : a.column};
}

/// Every lane holds the result.
__device__ __forceinline__ Edge WarpBest(Edge e)
{
#pragma unroll
    for (int lane = 16; lane > 0; lane /= 2)
    {
        Edge other = {__shfl_xor_sync(Full, e.value, lane), __shfl_xor_sync(Full, e.row, lane), __shfl_xor_sync(Full, e.column, lane)};
        e = Better(e, other);
    }

    return e;
}

/// The number of selected images before this thread's in a block of 1024; `total` of them in all. Ends with a barrier.
__device__ __forceinline__ int BlockRank(bool isIn, int* warps, int& total)
{
    unsigned ballot = __ballot_sync(Full, isIn);
    int lane = (int)threadIdx.x % 32, warp = (int)threadIdx.x / 32, before = 0;
    if (lane == 0) warps[warp] = __builtin_popcount(ballot);
    __syncthreads();
    total = 0;
    for (int k = 0; k < Threads / 32; k++)
    {
        int count = warps[k];
        if (k < warp) before += count;
        total += count;
    }

    __syncthreads();
    return before + __builtin_popcount(ballot & ((1u << lane) - 1));
}

/// One warp walks the whole cycle, up to 32·PerLane images; lane l owns l, l + 32, …, and bit k of `open` is its image l + 32k.
/// No barrier: the largest value comes by shuffles, its first index by ballots.
template <int PerLane>
__device__ __forceinline__ void WalkWarp(const float* rows, int n, unsigned open, int first, int current, int left, int* partners)
{
    int lane = (int)threadIdx.x % 32;
    if (lane == first % 32) open &= ~(1u << first / 32);
    if (lane == current % 32) open &= ~(1u << current / 32);
    if (lane == 0) partners[first] = current;
    for (; left > 0; left--)
    {
        const float* row = rows + current * n + lane;
        float v[PerLane];
        float best = LowestFloat();
#pragma unroll
        for (int k = 0; k < PerLane; k++)
        {
            v[k] = open >> k & 1 ? Known(row[32 * k]) : LowestFloat();
            best = fmaxf(best, v[k]);
        }

#pragma unroll
        for (int by = 16; by > 0; by /= 2) best = fmaxf(best, __shfl_xor_sync(Full, best, by));
        int next = -1;
#pragma unroll
        for (int k = 0; k < PerLane; k++)
        {
            unsigned equal = __ballot_sync(Full, (open >> k & 1) && v[k] == best);
            if (next < 0 && equal != 0) next = 32 * k + __builtin_ctz(equal);
        }

        if (lane == 0) partners[current] = next;
        if (lane == next % 32) open &= ~(1u << next / 32);
        current = next;
    }

    if (lane == 0) partners[current] = first;
}

/// The whole block walks; thread t owns t, t + 1024, … and keeps its marks in partners: Open, or anything else.
__device__ __forceinline__ void WalkBlock(const float* distance, int n, int first, int current, int left, int* partners, Edge (*found)[32])
{
    int t = (int)threadIdx.x, lane = t % 32, warp = t / 32;
    if (t == first % Threads) partners[first] = current;
    if (t == current % Threads) partners[current] = current;
    for (int parity = 0; left > 0; left--, parity ^= 1)
    {
        const float* row = distance + (long long)current * n;
        Edge best = {LowestFloat(), 0x7FFFFFFF, 0x7FFFFFFF};
        for (long long j = t; j < n; j += Threads)
        {
            if (partners[j] != Open) continue;
            Edge here = {Known(row[j]), 0, (int)j};
            best = Better(best, here);
        }

        best = WarpBest(best);
        // Two sets of slots: a warp that is ahead writes the other one, so one barrier a step is enough.
        if (lane == 0) found[parity][warp] = best;
        __syncthreads();
        int next = WarpBest(found[parity][lane]).column;
        // The owner of an image alone reads and writes its mark.
        if (t == current % Threads) partners[current] = next;
        if (t == next % Threads) partners[next] = next;
        current = next;
    }

    if (t == current % Threads) partners[current] = first;
}
}

extern "C" __global__ void __launch_bounds__(Threads)
cycle_cover_greedy(const float* distance, int n, Selection s, int options, int* partners, int* tickets, int* flags)
{
    DYNAMIC_SHARED(float, resident);
    __shared__ Edge found[2][32];
    __shared__ int warps[32];
    int t = (int)threadIdx.x, lane = t % 32, warp = t / 32, count = 0;
    bool isCounting = (options & 1) != 0 && flags, isResident = (options & 2) != 0 && n <= MaxWalk;
    unsigned long long step = StepOf(s);
    for (long long i = t; i - t < n; i += Threads)
    {
        bool isIn = i < n && IsSelected(s, step, (int)i);
        if (i < n) partners[i] = isIn ? Open : (int)i;
        if (i < n && tickets) tickets[i] = 0;
        int total;
        BlockRank(isIn, warps, total);
        count += total;
    }

    if (isResident)
    {
        for (int i = t; i < n * n; i += Threads) resident[i] = distance[i];
    }

    // The marks and the rows are seen by all.
    __syncthreads();
    const float* rows = isResident ? resident : distance;
    Edge best = {LowestFloat(), 0x7FFFFFFF, 0x7FFFFFFF};
    for (long long i = warp; i < n && (count > 1 || isCounting); i += Threads / 32)
    {
        bool isIn = partners[i] == Open, hasNaN = false;
        if (!isIn && !isCounting) continue;
        const float* row = rows + i * n;
        for (long long j = lane; j < n; j += 32)
        {
            // The diagonal is not read.
            if (i == j) continue;
            float v = row[j];
            hasNaN |= v != v;
            if (!isIn || partners[j] != Open) continue;
            Edge here = {Known(v), (int)i, (int)j};
            best = Better(best, here);
        }

        if (isCounting && __ballot_sync(Full, hasNaN) != 0 && lane == 0) flags[i] |= NaNDistance;
    }

    best = WarpBest(best);
    if (lane == 0) found[0][warp] = best;
    __syncthreads();
    best = WarpBest(found[0][lane]);
    if (count < 2)
    {
        // Nobody to go to: whoever was selected keeps itself.
        for (long long i = t; i < n; i += Threads) partners[i] = (int)i;
        return;
    }

    if (n > MaxWalk)
    {
        // Marks and slots have been read by all before the walk writes them.
        __syncthreads();
        WalkBlock(distance, n, best.row, best.column, count - 2, partners, found);
        return;
    }

    unsigned open = 0;
    for (int k = 0; 32 * k + lane < n; k++) open |= partners[32 * k + lane] == Open ? 1u << k : 0u;
    // One warp overwrites the marks all have read.
    __syncthreads();
    if (warp != 0) return;
    if (n <= 32) WalkWarp<1>(rows, n, open, best.row, best.column, count - 2, partners);
    else if (n <= 64) WalkWarp<2>(rows, n, open, best.row, best.column, count - 2, partners);
    else if (n <= 128) WalkWarp<4>(rows, n, open, best.row, best.column, count - 2, partners);
    else WalkWarp<8>(rows, n, open, best.row, best.column, count - 2, partners);
}

// keys [N]. The selected images in order have positions 0 … count - 1; the image at position q gets the image of rank q.
extern "C" __global__ void __launch_bounds__(Threads)
cycle_cover_random(int n, Selection s, unsigned long long* keys, int* partners, int* tickets)
{
    __shared__ int warps[32];
    int t = (int)threadIdx.x, count = 0, total;
    unsigned long long step = StepOf(s);
    for (long long i = t; i - t < n; i += Threads)
    {
        bool isIn = i < n && IsSelected(s, step, (int)i);
        int position = count + BlockRank(isIn, warps, total);
        if (isIn) keys[position] = PhiloxDraw(s.seed, step, s.rank, PhiloxPermutation, (unsigned)i);
        if (i < n && tickets) tickets[i] = 0;
        count += total;
    }

    __syncthreads();
    // Ranks, by position: equal keys (one pair in 2^64) stay in order.
    for (long long q = t; q < count; q += Threads)
    {
        unsigned long long key = keys[q];
        int rank = 0;
        for (int k = 0; k < count; k++)
        {
            unsigned long long other = keys[k];
            rank += other < key || (other == key && k < q) ? 1 : 0;
        }

        partners[q] = rank;
    }

    __syncthreads();
    // The keys have served: by rank, which image.
    int base = 0;
    for (long long i = t; i - t < n; i += Threads)
    {
        bool isIn = i < n && IsSelected(s, step, (int)i);
        int position = base + BlockRank(isIn, warps, total);
        if (isIn) keys[partners[position]] = (unsigned long long)i;
        base += total;
    }

    __syncthreads();
    base = 0;
    for (long long i = t; i - t < n; i += Threads)
    {
        bool isIn = i < n && IsSelected(s, step, (int)i);
        int position = base + BlockRank(isIn, warps, total);
        if (i < n) partners[i] = isIn ? (int)keys[position] : (int)i;
        base += total;
    }
}

extern "C" __global__ void __launch_bounds__(Threads)
cycle_cover_supplied(const void* given, int is64, int n, Selection s, int* partners, int* tickets, int* flags)
{
    unsigned long long step = StepOf(s);
    for (long long i = threadIdx.x; i < n; i += Threads)
    {
        long long partner = is64 ? static_cast<const long long*>(given)[i] : static_cast<const int*>(given)[i];
        bool isValid = partner >= 0 && partner < n;
        if (!isValid && flags) flags[i] |= InvalidPartner;
        partners[i] = isValid && IsSelected(s, step, (int)i) ? (int)partner : (int)i;
        if (tickets) tickets[i] = 0;
    }
}

/// Partners as torch holds indices: [N] int -> [N] long long. Blocks of 256, any number of them.
extern "C" __global__ void __launch_bounds__(256) cycle_cover_widen(const int* partners, int n, long long* wide)
{
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) wide[i] = partners[i];
}
