// What Co-Mixup's parts are made of, in the CPU's order of operations.
//
// co_mixup_measure: a block of 512 threads an image. The share of each block in its map (BlockShares.cuh), and where the map is largest on
// average over 8×8 pixels at steps of one, the first of equals; sums in double, columns of each row from the left, then rows from the top. A
// thread walks down some rows of a column and keeps the sums of the last eight. A map that is none has its peak at 0, 0. Shared 22,544 B.
// co_mixup_draw: a block of 256 threads a part. The members, in order, are cut into parts of plan.inputs; of a part the Dirichlet weights, the
// compatibility, the start labels and the shares, as src/GuidedMixup/Cpu/CoMixupBatch.cs makes them. Static shared memory: 5,080 B.
#include "BlockShares.cuh"
#include "CoMixup.cuh"
#include "Philox.cuh"

namespace
{
const int MeasureThreads = 512;
const int DrawThreads = 256;
const int MaxNodes = 1024;
const int Window = 8;
const int DrawsAnImage = 8;
const unsigned Full = 0xFFFFFFFFu;

struct MeasureMemory
{
    BlockSharesMemory<MaxNodes> shares;
    double peaks[MeasureThreads];
    int places[MeasureThreads];
};

struct Peak
{
    double sum;
    int at;

    /// The larger, then the earlier.
    __device__ __forceinline__ void Take(double other, int place)
    {
        bool isBetter = other > sum || (other == sum && place < at);
        sum = isBetter ? other : sum;
        at = isBetter ? place : at;
    }
};

__device__ __forceinline__ double RowSum(const float* row, int wide)
{
    double sum = 0;
    if (wide == Window)
    {
#pragma unroll
        for (int i = 0; i < Window; i++) sum += row[i];
    }
    else
    {
#pragma unroll 1
        for (int i = 0; i < wide; i++) sum += row[i];
    }

    return sum;
}

/// The best window with its upper left corner in column x of rows [top, end).
__device__ __forceinline__ void Walk(const float* map, int w, int wide, int columns, int x, int top, int end, Peak& peak)
{
    double last[Window];
    // Row y is the last of the window that starts at y − 7. Eight rows a turn, so that the sums stay in registers.
#pragma unroll 1
    for (int base = top; base < end + Window - 1; base += Window)
    {
#pragma unroll
        for (int i = 0; i < Window; i++)
        {
            int y = base + i, start = y - (Window - 1);
            if (start >= end) break;
            last[i] = RowSum(map + (long long)y * w + x, wide);
            if (start < top) continue;
            double sum = 0;
#pragma unroll
            for (int k = 1; k <= Window; k++) sum += last[(i + k) % Window];
            peak.Take(sum, start * columns + x);
        }
    }
}

/// The peak of a map of numbers at least 0, in thread 0 alone.
__device__ __forceinline__ int FindPeak(const float* map, int h, int w, MeasureMemory& memory)
{
    int t = (int)threadIdx.x, wide = w < Window ? w : Window, columns = w - wide + 1, rows = h < Window ? 1 : h - Window + 1;
    int strips = columns < MeasureThreads ? MeasureThreads / columns : 1, height = (rows + strips - 1) / strips;
    Peak peak = {-1, 0x7FFFFFFF};
#pragma unroll 1
    for (int k = t; k < columns * strips; k += MeasureThreads)
    {
        int strip = k / columns, x = k - strip * columns, top = strip * height, end = top + height < rows ? top + height : rows;
        if (h >= Window)
        {
            if (top < end) Walk(map, w, wide, columns, x, top, end, peak);
            continue;
        }

        if (strip > 0) continue;
        double sum = 0;
#pragma unroll 1
        for (int y = 0; y < h; y++) sum += RowSum(map + y * w + x, wide);
        peak.Take(sum, x);
    }

    memory.peaks[t] = peak.sum;
    memory.places[t] = peak.at;
    __syncthreads();
#pragma unroll 1
    for (int half = MeasureThreads / 2; half > 0; half /= 2)
    {
        if (t < half)
        {
            peak.Take(memory.peaks[t + half], memory.places[t + half]);
            memory.peaks[t] = peak.sum;
            memory.places[t] = peak.at;
        }

        __syncthreads();
    }

    return peak.at;
}

/// The number of members before this thread's image, and of all of them; by all threads, ends with a barrier.
__device__ __forceinline__ int Rank(bool isIn, int* warps, int& total)
{
    int lane = (int)threadIdx.x % 32, warp = (int)threadIdx.x / 32, before = 0;
    unsigned ballot = __ballot_sync(Full, isIn);
    if (lane == 0) warps[warp] = __builtin_popcount(ballot);
    __syncthreads();
    total = 0;
#pragma unroll 1
    for (int k = 0; k < DrawThreads / 32; k++)
    {
        if (k < warp) before += warps[k];
        total += warps[k];
    }

    __syncthreads();
    return before + __builtin_popcount(ballot & ((1u << lane) - 1));
}

/// One part being drawn.
struct Draw
{
    const CoMixupPlan& plan;
    const CoMixupBuffers& buffers;
    const Selection& selection;
    unsigned long long step;
    int part, n, t;
    const int* members;

    /// α: Dirichlet weights from sums of exponential draws. draws: [n], shared.
    __device__ __forceinline__ void Weights(double* draws) const
    {
        if (t < n)
        {
            double sum = 0;
#pragma unroll 1
            for (int k = 0; k < plan.alpha; k += 2)
            {
                PhiloxPair pair = PhiloxDraws(selection.seed, step, selection.rank, PhiloxDirichlet, (unsigned)(members[t] * DrawsAnImage + k / 2));
#pragma unroll 1
                for (int i = 0; i < 2 && k + i < plan.alpha; i++) sum -= Log(1 - Uniform(i == 0 ? pair.first : pair.second));
            }

            draws[t] = sum;
        }

        __syncthreads();
        double all = 0;
#pragma unroll 1
        for (int m = 0; m < n; m++) all += draws[m];
        if (t < n) buffers.alpha[(long long)part * plan.inputs + t] = all > 0 ? (float)(draws[t] / all) : 1.0f / n;
    }

    /// A = (1 − ω)·I + ω·(n/ΣD)·D. sums: [DrawThreads], shared.
    __device__ __forceinline__ void Compatibility(long long* sums) const
    {
        long long own = 0;
        for (int i = t; i < n * n; i += DrawThreads) own += Distance(i / n, i % n);
        sums[t] = own;
        __syncthreads();
#pragma unroll 1
        for (int half = DrawThreads / 2; half > 0; half /= 2)
        {
            if (t < half) sums[t] += sums[t + half];
            __syncthreads();
        }

        long long sum = sums[0];
        double omega = sum > 0 ? plan.omega : 0, scale = sum > 0 ? omega * n / (double)sum : 0;
        float* a = buffers.compatibility + (long long)part * plan.inputs * plan.inputs;
        for (int i = t; i < n * n; i += DrawThreads)
        {
            int m = i / n, k = i - m * n;
            a[i] = (float)((m == k ? 1 - omega : 0) + scale * Distance(m, k));
        }
    }

    /// Start labels ⌊U·n⌋ of each start, and the members' shares. images: N.
    __device__ __forceinline__ void Start(int images) const
    {
        int nodes = plan.Nodes();
        long long first = (long long)part * plan.inputs * nodes;
        for (int i = t; i < n * nodes; i += DrawThreads)
        {
            int m = i / nodes, s = i - m * nodes;
            long long index = (long long)members[m] * nodes + s;
            unsigned long long draw = PhiloxDraw(selection.seed, step, selection.rank, PhiloxLayout, (unsigned)index);
            buffers.start[first + i] = (int)(Uniform(draw) * n);
            buffers.saliency[first + i] = buffers.shares[index];
#pragma unroll 1
            for (int k = 1; k < plan.starts; k++)
            {
                draw = PhiloxDraw(selection.seed, step, selection.rank, PhiloxLayout, (unsigned)((long long)k * images * nodes + index));
                buffers.start[(long long)k * gridDim.x * plan.inputs * nodes + first + i] = (int)(Uniform(draw) * n);
            }
        }
    }

private:
    __device__ __forceinline__ int Distance(int m, int k) const
    {
        const int *one = buffers.peaks + 2ll * members[m], *other = buffers.peaks + 2ll * members[k];
        int y = one[0] - other[0], x = one[1] - other[1];
        return (y < 0 ? -y : y) + (x < 0 ? -x : x);
    }
};
}

/// maps [N][H][W].
extern "C" __global__ void __launch_bounds__(MeasureThreads) co_mixup_measure(Images maps, CoMixupPlan plan, CoMixupBuffers buffers, int* flags)
{
    __shared__ MeasureMemory memory;
    int image = (int)blockIdx.x, t = (int)threadIdx.x, nodes = plan.Nodes();
    bool isValid = BlockShares<MeasureThreads, Float32>(
        maps, image * maps.strideN, plan.h, plan.w, maps.h / plan.h, maps.w / plan.w, memory.shares.sums, memory.shares);
    for (int s = t; s < nodes; s += MeasureThreads) buffers.shares[(long long)image * nodes + s] = (float)memory.shares.sums[s];
    int at = 0;
    if (isValid) at = FindPeak(static_cast<const float*>(maps.data) + image * maps.strideN, maps.h, maps.w, memory);
    else if (t == 0) atomicOr(flags + image, DegenerateMap);
    if (t != 0) return;
    int columns = maps.w < Window ? 1 : maps.w - Window + 1;
    buffers.peaks[2 * image] = at / columns;
    buffers.peaks[2 * image + 1] = at % columns;
}

/// images: N. A part without members has none of the rest.
extern "C" __global__ void __launch_bounds__(DrawThreads) co_mixup_draw(int images, Selection selection, CoMixupPlan plan, CoMixupBuffers buffers)
{
    __shared__ int warps[DrawThreads / 32];
    __shared__ int members[CoMixupMaxInputs];
    __shared__ double draws[CoMixupMaxInputs];
    __shared__ long long sums[DrawThreads];
    int t = (int)threadIdx.x, part = (int)blockIdx.x, count = 0;
    unsigned long long step = StepOf(selection);
    long long low = (long long)part * plan.inputs;
#pragma unroll 1
    for (int first = 0; first < images; first += DrawThreads)
    {
        int i = first + t, total;
        bool isIn = i < images && IsSelected(selection, step, i);
        int rank = count + Rank(isIn, warps, total);
        bool isOwn = isIn && rank >= low && rank < low + plan.inputs;
        if (isOwn) members[rank - low] = i;
        if (isOwn) buffers.members[rank] = i;
        // An image is told its number by its part, or where it has none by the first.
        if (isOwn || (part == 0 && i < images && !isIn)) buffers.places[i] = isOwn ? rank : -1;
        count += total;
    }

    __syncthreads();
    int n = count <= low ? 0 : count - low < plan.inputs ? (int)(count - low) : plan.inputs;
    if (t == 0) buffers.sizes[part] = n;
    if (n == 0) return;
    Draw draw = {plan, buffers, selection, step, part, n, t, members};
    draw.Weights(draws);
    draw.Compatibility(sums);
    draw.Start(images);
}
