// Labels that no optimum needs are removed, as src/GuidedMixup/Cpu/DeadEndElimination.cs: a block, a warp a node, all nodes of one colour of the
// chequerboard at a time, whose neighbours are of the other. Removing is transitive and only ever grows with what is gone, so that what is left
// does not hang on the order: it is the CPU's.
#ifndef GUIDEDMIXUP_DEADENDELIMINATION_CUH
#define GUIDEDMIXUP_DEADENDELIMINATION_CUH

#include "GridCut.cuh"

struct DeadEndMemory
{
    static const int MostNodes = 32 * 32, MostWords = 8;

    /// The labels left at node s are the bits of words s·words + 0 …; how many they are, once counted.
    unsigned alive[MostNodes * MostWords];
    int counts[MostNodes];
    int isChanged;
};

struct DeadEndElimination
{
    static const unsigned Full = 0xFFFFFFFFu;

    const GridCutEdges& edges;
    const GridCutProblem& problem;
    DeadEndMemory& memory;
    int h, w, nodes, words, lane, warp, warps;

    __device__ __forceinline__ DeadEndElimination(const GridCutEdges& e, DeadEndMemory& m, int threads)
        : edges(e), problem(e.problem), memory(m), h(e.problem.h), w(e.problem.w), nodes(h * w), words((e.problem.labels + 31) / 32),
          lane((int)threadIdx.x % 32), warp((int)threadIdx.x / 32), warps(threads / 32)
    {
    }

    /// All threads of the block. Leaves memory.isChanged 0.
    __device__ __forceinline__ void Run()
    {
#pragma unroll 1
        for (int s = warp; s < nodes; s += warps) Start(s);
        bool isChanged;
        do
        {
            __syncthreads();
            if (threadIdx.x == 0) memory.isChanged = 0;
            __syncthreads();
#pragma unroll 1
            for (int colour = 0; colour < 2; colour++)
            {
#pragma unroll 1
                for (int s = warp; s < nodes; s += warps)
                {
                    if ((s / w + s % w) % 2 == colour && Prune(s) && lane == 0) atomicOr(&memory.isChanged, 1);
                }

                __syncthreads();
            }

            isChanged = memory.isChanged != 0;
        } while (isChanged);

        for (int s = (int)threadIdx.x; s < nodes; s += warps * 32)
        {
            int count = 0;
#pragma unroll 1
            for (int k = 0; k < words; k++) count += __builtin_popcount(memory.alive[s * words + k]);
            memory.counts[s] = count;
        }

        __syncthreads();
    }

    /// One of the labels left at a node, which are ascending; there have to be so many.
    __device__ __forceinline__ int Label(int s, int digit) const
    {
        const unsigned* word = memory.alive + s * words;
#pragma unroll 1
        for (; digit >= __builtin_popcount(*word); word++) digit -= __builtin_popcount(*word);
        unsigned set = *word;
#pragma unroll 1
        for (; digit > 0; digit--) set &= set - 1;
        return 32 * (int)(word - memory.alive - s * words) + __builtin_ctz(set);
    }

private:
    __device__ __forceinline__ bool Has(int s, int l) const { return (memory.alive[s * words + l / 32] >> l % 32 & 1) != 0; }

    /// All labels that are not beaten by the node's cheapest even if every edge favoured them.
    __device__ __forceinline__ void Start(int s)
    {
        int least = 0x7FFFFFFF;
#pragma unroll 1
        for (int l = lane; l < problem.labels; l += 32)
        {
            int cost = problem.Unary(s, l);
            least = cost < least ? cost : least;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int other = __shfl_xor_sync(Full, least, step);
            least = other < least ? other : least;
        }

        long long weight = 0;
#pragma unroll 1
        for (int side = 0; side < 4; side++) weight += edges.Weight(s, side);
#pragma unroll 1
        for (int k = 0; k < words; k++)
        {
            int l = 32 * k + lane;
            bool isLeft = l < problem.labels && problem.Unary(s, l) - least <= weight * edges.largest;
            unsigned set = __ballot_sync(Full, isLeft);
            if (lane == 0) memory.alive[s * words + k] = set;
        }
    }

    __device__ __forceinline__ bool Prune(int s)
    {
        unsigned gone = 0;
#pragma unroll 1
        for (int k = 0; k < words; k++)
        {
            unsigned set = memory.alive[s * words + k];
            int a = 32 * k + lane;
            unsigned dead = __ballot_sync(Full, (set >> lane & 1) != 0 && IsDead(s, a));
            gone |= dead;
            __syncwarp(Full);
            if (lane == 0 && dead != 0) memory.alive[s * words + k] = set & ~dead;
            __syncwarp(Full);
        }

        return gone != 0;
    }

    __device__ __forceinline__ bool IsDead(int s, int a) const
    {
        bool isDead = false;
#pragma unroll 1
        for (int b = 0; b < problem.labels && !isDead; b++)
        {
            if (b == a || !Has(s, b)) continue;
            long long sum = problem.Unary(s, a) - problem.Unary(s, b);
#pragma unroll 1
            for (int side = 0; side < 4; side++)
            {
                int t = edges.Neighbour(s, side);
                if (t >= 0) sum += edges.Weight(s, side) * Least(t, a, b);
            }

            isDead = sum > 0;
        }

        return isDead;
    }

    /// min V[a,l] - V[b,l] over the labels l left at node t.
    __device__ __forceinline__ long long Least(int t, int a, int b) const
    {
        int least = 0x7FFFFFFF;
#pragma unroll 1
        for (int l = 0; l < problem.labels; l++)
        {
            if (!Has(t, l)) continue;
            int v = problem.Smooth(a, l) - problem.Smooth(b, l);
            least = v < least ? v : least;
        }

        return least;
    }
};

#endif
