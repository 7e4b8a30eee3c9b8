// The cuts of BlockSwap.cuh on a grid of up to 32×32 nodes whose edges have one weight. A set of nodes is a word a row, bit c for column c. Each
// warp that cuts has a network of its own in shared memory (GridFlow.cuh); what all share lies in global memory, and in L1.
#ifndef GUIDEDMIXUP_WIDECUT_CUH
#define GUIDEDMIXUP_WIDECUT_CUH

#include "BlockSwap.cuh"
#include "GridFlow.cuh"

/// What one warp works in, and what it found: the nodes that go to b, and to a; 33,792 B of shared memory.
struct WideCutWarp
{
    GridFlowMemory flow;
    unsigned toB[32], toA[32];
};

static_assert(sizeof(WideCutWarp) == 33792, "C# mirrors this");

/// Of the whole block: the moved nodes and those beside them, in shared memory, with the warps behind.
struct WideCutMemory
{
    WideCutWarp* warp;
    unsigned* zone;
    BlockSwapMemory swap;

    /// In global memory, as is swap.open: C[s][l] = U[s,l] + Σ_t e·V[l,x_t], [nodes][labels]; each node's label; each label's nodes, [labels][h].
    int* costs;
    int* label;
    unsigned* members;

    /// shared: 64 words, and the warps. Global memory as Words says.
    __device__ __forceinline__ WideCutMemory(int* shared, int* global, int labels, int h, int w)
    {
        zone = reinterpret_cast<unsigned*>(shared);
        swap.slot = shared + 32;
        swap.isChanged = swap.slot + BlockSwapWarps;
        warp = reinterpret_cast<WideCutWarp*>(shared + 64);
        costs = global;
        label = costs + h * w * labels;
        members = reinterpret_cast<unsigned*>(label + h * w);
        swap.open = members + labels * h;
    }

    __device__ __forceinline__ static long long Words(int labels, int h, int w)
    {
        return (long long)h * w * (labels + 1) + labels * h + (labels * labels + 31) / 32;
    }
};

/// Problem as for SmallCut.
template <class Problem>
struct WideCut
{
    static const int Threads = 32 * BlockSwapWarps;
    static const unsigned Full = 0xFFFFFFFFu;
    const Problem& problem;
    const WideCutMemory& memory;
    int h, w, nodes, labels, warps, lane, thread;

    __device__ __forceinline__ WideCut(const Problem& p, const WideCutMemory& m, int cutting)
        : problem(p), memory(m), h(p.h), w(p.w), nodes(p.h * p.w), labels(p.labels), warps(cutting), lane((int)threadIdx.x % 32),
          thread((int)threadIdx.x)
    {
    }

    __device__ __forceinline__ void Start()
    {
        unsigned row = w == 32 ? Full : (1u << w) - 1;
#pragma unroll 1
        for (int k = thread; k < labels * h; k += Threads) memory.members[k] = k < h ? row : 0;
#pragma unroll 1
        for (int s = thread; s < nodes; s += Threads) memory.label[s] = 0;
#pragma unroll 1
        for (int k = thread; k < nodes * labels; k += Threads)
        {
            int s = k / labels, l = k - s * labels, y = s / w, x = s - y * w;
            int beside = (y > 0 ? 1 : 0) + (y < h - 1 ? 1 : 0) + (x > 0 ? 1 : 0) + (x < w - 1 ? 1 : 0);
            memory.costs[k] = problem.Unary(l, s) + beside * problem.edge * problem.Smooth(l, 0);
        }
    }

    __device__ __forceinline__ long long Energy() const
    {
        // Each edge is in the costs of both its ends.
        long long twice = 0;
#pragma unroll 1
        for (int s = lane; s < nodes; s += 32)
        {
            int x = memory.label[s], beside = 0, column = s % w;
            if (column > 0) beside += problem.Smooth(x, memory.label[s - 1]);
            if (column < w - 1) beside += problem.Smooth(x, memory.label[s + 1]);
            if (s >= w) beside += problem.Smooth(x, memory.label[s - w]);
            if (s + w < nodes) beside += problem.Smooth(x, memory.label[s + w]);
            twice += 2ll * memory.costs[s * labels + x] - (long long)beside * problem.edge;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            unsigned low = __shfl_xor_sync(Full, (unsigned)twice, step), high = __shfl_xor_sync(Full, (unsigned)(twice >> 32), step);
            twice += (long long)((unsigned long long)high << 32 | low);
        }

        return twice / 2;
    }

    __device__ __forceinline__ bool MayChange(int a, int b) const
    {
        bool isA = IsUsed(a), isB = IsUsed(b);
        if (!isA && !isB) return false;
        if (isA && isB) return true;
        // All at a and nothing can reach the sink; or all at b, and each node hands something to it by itself.
        int own = isA ? a : b, capacity = isA ? -problem.edge * problem.Smooth(a, b) : problem.edge * problem.Smooth(a, b);
        unsigned above = 0, row = Row(own, 0);
#pragma unroll 1
        for (int y = 0; y < h; y++)
        {
            unsigned below = y < h - 1 ? Row(own, y + 1) : 0;
#pragma unroll 1
            for (unsigned set = row; set != 0; set &= set - 1)
            {
                int x = __builtin_ctz(set), at = (y * w + x) * labels;
                int supply = memory.costs[at + b] - memory.costs[at + a] + capacity * Beside(above, row, below, x);
                if ((supply < 0) == isA) return true;
            }

            above = row;
            row = below;
        }

        return false;
    }

    __device__ __forceinline__ bool IsNear(int label) const
    {
        unsigned any = 0;
#pragma unroll 1
        for (int y = 0; y < h; y++) any |= Row(label, y) & memory.zone[y];
        return any != 0;
    }

    __device__ __forceinline__ bool Cut(int a, int b) const
    {
        WideCutWarp& own = memory.warp[thread / 32];
        GridFlowWarp flow(own.flow);
        int capacity = problem.edge * problem.Smooth(a, b);
        // This lane's row, and those beside it.
        unsigned inA = lane < h ? Row(a, lane) : 0, inB = lane < h ? Row(b, lane) : 0, active = inA | inB;
        unsigned above = lane > 0 && lane < h ? Row(a, lane - 1) | Row(b, lane - 1) : 0, below = lane < h - 1 ? Row(a, lane + 1) | Row(b, lane + 1) : 0;
        flow.right = capacity > 0 ? active & active >> 1 : 0;
        flow.left = capacity > 0 ? active & active << 1 : 0;
        flow.down = capacity > 0 ? active & below : 0;
        flow.up = capacity > 0 ? active & above : 0;
        flow.excess = flow.room = 0;
#pragma unroll 1
        for (int y = 0; y < h; y++)
        {
            unsigned rowA = __shfl_sync(Full, inA, y), rowB = __shfl_sync(Full, inB, y);
            if ((rowA | rowB) == 0) continue;
            bool isActive = ((rowA | rowB) >> lane & 1) != 0;
            int supply = 0;
            if (isActive) supply = Prepare(own.flow, a, b, y, capacity);
            unsigned excess = __ballot_sync(Full, supply > 0), room = __ballot_sync(Full, supply < 0);
            if (y == lane)
            {
                flow.excess = excess;
                flow.room = room;
            }
        }

        __syncwarp(Full);
        // A cut of more waves is given up, as on the CPU: its nodes keep their labels.
        bool isDone = flow.Run(GridFlowWarp::MaxWaves);
        unsigned toB = isDone ? inA & flow.seen : 0, toA = isDone ? inB & ~flow.seen : 0;
        own.toB[lane] = toB;
        own.toA[lane] = toA;
        return __ballot_sync(Full, (toB | toA) != 0) != 0;
    }

    /// Relabels what a cut moved, and tells the neighbours.
    __device__ __forceinline__ void Apply(int a, int b, int warp) const
    {
        const unsigned *toB = memory.warp[warp].toB, *toA = memory.warp[warp].toA;
        if (thread < h)
        {
            unsigned moved = toB[thread] | toA[thread], zone = moved | moved << 1 | moved >> 1;
            if (thread > 0) zone |= toB[thread - 1] | toA[thread - 1];
            if (thread < h - 1) zone |= toB[thread + 1] | toA[thread + 1];
            memory.zone[thread] = zone;
            memory.members[a * h + thread] ^= moved;
            memory.members[b * h + thread] ^= moved;
        }

#pragma unroll 1
        for (int s = thread; s < nodes; s += Threads)
        {
            int y = s / w, x = s - y * w;
            if (((toB[y] | toA[y]) >> x & 1) != 0) memory.label[s] = (toB[y] >> x & 1) != 0 ? b : a;
        }

#pragma unroll 1
        for (int k = thread; k < nodes * labels; k += Threads)
        {
            int s = k / labels, l = k - s * labels, y = s / w, x = s - y * w;
            int more = Beside(y > 0 ? toB[y - 1] : 0, toB[y], y < h - 1 ? toB[y + 1] : 0, x)
                - Beside(y > 0 ? toA[y - 1] : 0, toA[y], y < h - 1 ? toA[y + 1] : 0, x);
            if (more != 0) memory.costs[k] += more * problem.edge * (problem.Smooth(l, b) - problem.Smooth(l, a));
        }
    }

private:
    __device__ __forceinline__ unsigned Row(int label, int y) const { return memory.members[label * h + y]; }

    __device__ __forceinline__ bool IsUsed(int label) const
    {
        unsigned any = 0;
#pragma unroll 1
        for (int y = 0; y < h; y++) any |= Row(label, y);
        return any != 0;
    }

    /// How many of a set's nodes are beside column x of its middle row.
    __device__ __forceinline__ static int Beside(unsigned above, unsigned row, unsigned below, int x)
    {
        return (int)((above >> x & 1) + (below >> x & 1) + (row >> x >> 1 & 1) + (row << 1 >> x & 1));
    }

    /// Fills the network of an active node in this lane's column; returns what b costs above a, beside neighbours that are not in the cut.
    __device__ __forceinline__ int Prepare(GridFlowMemory& flow, int a, int b, int y, int capacity) const
    {
        unsigned a0 = y > 0 ? Row(a, y - 1) : 0, a1 = Row(a, y), a2 = y < h - 1 ? Row(a, y + 1) : 0;
        unsigned b0 = y > 0 ? Row(b, y - 1) : 0, b1 = Row(b, y), b2 = y < h - 1 ? Row(b, y + 1) : 0, row = a1 | b1;
        int at = y * GridFlowMemory::Pitch + lane, node = (y * w + lane) * labels;
        int supply = memory.costs[node + b] - memory.costs[node + a] + capacity * (Beside(b0, b1, b2, lane) - Beside(a0, a1, a2, lane));
        flow.right[at] = (row >> lane >> 1 & 1) != 0 ? capacity : 0;
        flow.left[at] = (row << 1 >> lane & 1) != 0 ? capacity : 0;
        flow.down[at] = ((a2 | b2) >> lane & 1) != 0 ? capacity : 0;
        flow.up[at] = ((a0 | b0) >> lane & 1) != 0 ? capacity : 0;
        flow.excess[at] = supply > 0 ? supply : 0;
        flow.room[at] = supply < 0 ? -supply : 0;
        return supply;
    }
};

#endif
