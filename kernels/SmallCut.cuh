// The cuts of BlockSwap.cuh on a grid of up to 32 nodes whose edges have one weight. A set of nodes is a word, bit s for node s; in a cut lane s is
// node s, so that a step of the breadth-first search is a few shifts of words that every lane holds, and all nodes of a level push at once.
#ifndef GUIDEDMIXUP_SMALLCUT_CUH
#define GUIDEDMIXUP_SMALLCUT_CUH

#include "BlockSwap.cuh"

/// Shared memory, in words: 128 + labels·(1 + nodes) + a bit a slot.
struct SmallCutMemory
{
    static const int MaxNodes = 32;

    /// Each node's label and neighbours; what each warp found: the nodes that go to b, and to a.
    int* label;
    unsigned* neighbours;
    unsigned* toB;
    unsigned* toA;

    /// The nodes of each label; and C[l][s] = U[s,l] + Σ_t e·V[l,x_t], the cost of a label beside the neighbours' labels.
    unsigned* members;
    int* costs;
    BlockSwapMemory swap;

    __device__ __forceinline__ SmallCutMemory(int* memory, int labels, int nodes)
    {
        label = memory;
        neighbours = reinterpret_cast<unsigned*>(label + MaxNodes);
        toB = neighbours + MaxNodes;
        toA = toB + BlockSwapWarps;
        swap.slot = reinterpret_cast<int*>(toA + BlockSwapWarps);
        swap.isChanged = swap.slot + BlockSwapWarps;
        members = reinterpret_cast<unsigned*>(swap.isChanged + BlockSwapWarps);
        costs = reinterpret_cast<int*>(members + labels);
        swap.open = reinterpret_cast<unsigned*>(costs + labels * nodes);
    }
};

/// Problem: h, w, labels, edge, and int Unary(label, node), int Smooth(a, b) within the limits of GridCutProblem.cs.
template <class Problem>
struct SmallCut
{
    static const int Threads = 32 * BlockSwapWarps;
    static const unsigned Full = 0xFFFFFFFFu;
    const Problem& problem;
    const SmallCutMemory& memory;
    int h, w, nodes, labels, warps, lane, thread;
    unsigned all, firstColumn, lastColumn, zone;

    __device__ __forceinline__ SmallCut(const Problem& p, const SmallCutMemory& m)
        : problem(p), memory(m), h(p.h), w(p.w), nodes(p.h * p.w), labels(p.labels), warps(BlockSwapWarps), lane((int)threadIdx.x % 32),
          thread((int)threadIdx.x), zone(0)
    {
        all = nodes == 32 ? Full : (1u << nodes) - 1;
        firstColumn = 0;
#pragma unroll 1
        for (int s = 0; s < nodes; s += w) firstColumn |= 1u << s;
        lastColumn = firstColumn << (w - 1);
    }

    __device__ __forceinline__ void Start()
    {
        if (thread < nodes)
        {
            memory.label[thread] = 0;
            memory.neighbours[thread] = Beside(1u << thread);
        }

#pragma unroll 1
        for (int l = thread; l < labels; l += Threads) memory.members[l] = l == 0 ? all : 0;
#pragma unroll 1
        for (int k = thread; k < labels * nodes; k += Threads)
        {
            int l = k / nodes, s = k - l * nodes;
            memory.costs[k] = problem.Unary(l, s) + Count(Beside(1u << s)) * problem.edge * problem.Smooth(l, 0);
        }
    }

    __device__ __forceinline__ long long Energy() const
    {
        // Each edge is in the costs of both its ends.
        long long twice = 0;
        if (lane < nodes)
        {
            int x = memory.label[lane], beside = 0;
#pragma unroll 1
            for (unsigned set = memory.neighbours[lane]; set != 0; set &= set - 1) beside += problem.Smooth(x, memory.label[__builtin_ctz(set)]);
            twice = 2ll * memory.costs[x * nodes + lane] - (long long)beside * problem.edge;
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
        unsigned inA = memory.members[a], inB = memory.members[b];
        if (inA != 0 && inB != 0) return true;
        int capacity = problem.edge * problem.Smooth(a, b);
        // All at a and nothing can reach the sink; or all at b, and each node hands something to it by itself.
#pragma unroll 1
        for (unsigned set = inA | inB; set != 0; set &= set - 1)
        {
            bool isBelow = Supply(a, b, inA, inB, __builtin_ctz(set), capacity) < 0;
            if (isBelow == (inA != 0)) return true;
        }

        return false;
    }

    __device__ __forceinline__ bool IsNear(int label) const { return (memory.members[label] & zone) != 0; }

    __device__ __forceinline__ bool Cut(int a, int b) const
    {
        unsigned inA = memory.members[a], inB = memory.members[b], sink = SinkSide(a, b, inA, inB), toB = inA & sink, toA = inB & ~sink;
        if (lane == 0)
        {
            memory.toB[thread / 32] = toB;
            memory.toA[thread / 32] = toA;
        }

        return (toB | toA) != 0;
    }

    /// Relabels what a cut moved, and tells the neighbours.
    __device__ __forceinline__ void Apply(int a, int b, int warp)
    {
        unsigned toB = memory.toB[warp], toA = memory.toA[warp], moved = toB | toA, beside = Beside(moved);
        zone = moved | beside;
        if (thread == 0)
        {
            memory.members[a] ^= moved;
            memory.members[b] ^= moved;
        }

        if (thread < nodes && (moved >> thread & 1) != 0) memory.label[thread] = (toB >> thread & 1) != 0 ? b : a;
#pragma unroll 1
        for (int k = thread; k < labels * nodes; k += Threads)
        {
            int l = k / nodes, s = k - l * nodes;
            if ((beside >> s & 1) == 0) continue;
            unsigned neighbours = memory.neighbours[s];
            int more = Count(neighbours & toB) - Count(neighbours & toA);
            memory.costs[k] += more * problem.edge * (problem.Smooth(l, b) - problem.Smooth(l, a));
        }
    }

private:
    __device__ __forceinline__ unsigned Beside(unsigned set) const
    {
        unsigned beside = (set & ~lastColumn) << 1 | (set & ~firstColumn) >> 1;
        if (h > 1) beside |= set << w | set >> w;
        return beside & all;
    }

    __device__ __forceinline__ static int Count(unsigned set) { return __builtin_popcount(set); }

    /// What b costs above a at a node, beside neighbours that are not in the cut.
    __device__ __forceinline__ int Supply(int a, int b, unsigned inA, unsigned inB, int s, int capacity) const
    {
        unsigned beside = memory.neighbours[s];
        return memory.costs[b * nodes + s] - memory.costs[a * nodes + s] + capacity * (Count(beside & inB) - Count(beside & inA));
    }

    /// The smallest sink's side of the minimum cut between a and b, by push–relabel in waves with exact distances, lane s for node s.
    __device__ __forceinline__ unsigned SinkSide(int a, int b, unsigned inA, unsigned inB) const
    {
        int capacity = problem.edge * problem.Smooth(a, b), supply = 0;
        unsigned active = inA | inB, own = 1u << lane, beside = 0;
        if ((active & own) != 0)
        {
            supply = Supply(a, b, inA, inB, lane, capacity);
            beside = memory.neighbours[lane] & active;
        }

        unsigned rightOf = beside & own << 1, leftOf = beside & own >> 1, under = h > 1 ? beside & own << w : 0, over = h > 1 ? beside & own >> w : 0;
        // In a grid of one column the node below comes next.
        if (w == 1) rightOf = leftOf = 0;
        int right = rightOf ? capacity : 0, left = leftOf ? capacity : 0, down = under ? capacity : 0, up = over ? capacity : 0;
        int excess = supply > 0 ? supply : 0, room = supply < 0 ? -supply : 0;
        unsigned seen = 0;
        // In each wave a node that keeps excess moves farther from the sink: there are at most nodes² waves.
#pragma unroll 1
        for (int wave = 0; wave <= nodes * nodes; wave++)
        {
            unsigned toRight = __ballot_sync(Full, right > 0), toLeft = __ballot_sync(Full, left > 0), toDown = __ballot_sync(Full, down > 0);
            unsigned toUp = __ballot_sync(Full, up > 0), full = __ballot_sync(Full, excess > 0), level = __ballot_sync(Full, room > 0), nearer = 0;
            int depth = 1, distance = (level & own) != 0 ? 1 : 0;
            seen = level;
#pragma unroll 1
            while ((full & seen) == 0 || (full & ~seen) != 0)
            {
                unsigned next = (level >> 1 & toRight) | (level << 1 & toLeft);
                if (h > 1) next |= (level >> w & toDown) | (level << w & toUp);
                next &= ~seen;
                if (next == 0) break;
                depth++;
                if ((next & own) != 0)
                {
                    distance = depth;
                    nearer = level;
                }

                seen |= next;
                level = next;
            }

            if ((full & seen) == 0) break;
#pragma unroll 1
            for (int d = depth; d > 1; d--)
            {
                int rest = distance == d ? excess : 0;
                int sentRight = Send(rest, right, rightOf & nearer), sentLeft = Send(rest, left, leftOf & nearer);
                int sentDown = Send(rest, down, under & nearer), sentUp = Send(rest, up, over & nearer);
                excess -= sentRight + sentLeft + sentDown + sentUp;
                // A node at the border gets 0 from whoever is its number's neighbour.
                int fromLeft = __shfl_sync(Full, sentRight, (lane - 1) & 31), fromRight = __shfl_sync(Full, sentLeft, (lane + 1) & 31);
                int fromUp = __shfl_sync(Full, sentDown, (lane - w) & 31), fromDown = __shfl_sync(Full, sentUp, (lane + w) & 31);
                excess += fromLeft + fromRight + fromUp + fromDown;
                left += fromLeft;
                right += fromRight;
                up += fromUp;
                down += fromDown;
            }

            int drained = excess < room ? excess : room;
            excess -= drained;
            room -= drained;
        }

        return seen;
    }

    /// What goes over an arc, if it is one of the shortest paths'.
    __device__ __forceinline__ static int Send(int& rest, int& arc, unsigned isNearer)
    {
        int flow = isNearer != 0 ? (rest < arc ? rest : arc) : 0;
        rest -= flow;
        arc -= flow;
        return flow;
    }
};

#endif
