// The labelling of least energy by dynamic programming over the last w nodes, as src/GuidedMixup/Cpu/BrokenProfile.cs: a block, a thread a state.
// Of equals the lowest forgotten label stays, and in the end the lowest state: the labels are the CPU's.
#ifndef GUIDEDMIXUP_BROKENPROFILE_CUH
#define GUIDEDMIXUP_BROKENPROFILE_CUH

#include "DeadEndElimination.cuh"

/// In global memory, 8-byte aligned: costs of the states before and after a node, what each state of each node has forgotten. C# counts the same.
struct BrokenProfileMemory
{
    long long* cost;
    long long* next;
    unsigned char* forgotten;
    long long pitch;

    __device__ __forceinline__ BrokenProfileMemory(void* at, int maxStates)
    {
        cost = (long long*)at;
        next = cost + maxStates;
        forgotten = (unsigned char*)(next + maxStates);
        pitch = (maxStates + 3) / 4 * 4;
    }
};

struct BrokenProfile
{
    static const unsigned Full = 0xFFFFFFFFu;

    const DeadEndElimination& left;
    const GridCutProblem& problem;
    BrokenProfileMemory memory;
    const int* counts;
    int w, nodes, maxStates, t, threads;

    __device__ __forceinline__ BrokenProfile(const DeadEndElimination& e, void* at, int most, int blockThreads)
        : left(e), problem(e.problem), memory(at, most), counts(e.memory.counts), w(e.w), nodes(e.nodes),
          maxStates(most), t((int)threadIdx.x), threads(blockThreads)
    {
    }

    /// Whether the labels left at no time ask for more states. All threads; in every one. The flag is 0 from the elimination's last pass.
    __device__ __forceinline__ bool Fits() const
    {
#pragma unroll 1
        for (int s = t; s < nodes; s += threads)
        {
            // With node s come the labels of s and of the w - 1 nodes before it; the transition also sees the one above.
            long long states = 1;
#pragma unroll 1
            for (int k = s < w ? 0 : s - w + 1; k <= s && states <= maxStates; k++) states *= counts[k];
            if (states > maxStates) atomicOr(&left.memory.isChanged, 1);
        }

        __syncthreads();
        return left.memory.isChanged == 0;
    }

    /// Writes the labelling x [h][w] and returns its energy, valid in thread 0, which is the last to write. All threads.
    __device__ __forceinline__ long long Solve(int* x)
    {
        long long* cost = memory.cost;
        long long* next = memory.next;
        if (t == 0) cost[0] = 0;
        // States are numbers in mixed radix, the oldest node's label the least digit.
        int states = 1;
        __syncthreads();
#pragma unroll 1
        for (int s = 0; s < nodes; s++)
        {
            int oldest = s >= w ? counts[s - w] : 1, rest = states / oldest;
            states = rest * counts[s];
            Add(s, cost, next, oldest, rest, states);
            __syncthreads();
            long long* swap = cost;
            cost = next;
            next = swap;
        }

        long long energy = 0;
        if (t < 32)
        {
            int best = Best(cost, states);
            energy = cost[best];
            if (t == 0) Trace(x, best, states);
        }

        return energy;
    }

private:
    /// next[digit of s, rest] = U + left edge + min over the forgotten digit of (cost[rest, forgotten] + upper edge).
    __device__ __forceinline__ void Add(int s, const long long* cost, long long* next, int oldest, int rest, int states) const
    {
        int column = s % w, lower = column > 0 ? rest / counts[s - 1] : 1;
        long long up = s >= w ? left.edges.Down(s - w) : 0, side = column > 0 ? left.edges.Right(s - 1) : 0;
        unsigned char* forgotten = memory.forgotten + s * memory.pitch;
        // Whole words, so that no part of one is left as it was.
        if (states + t < (states + 3) / 4 * 4) forgotten[states + t] = 0;
#pragma unroll 1
        for (int state = t; state < states; state += threads)
        {
            int d = state / rest, r = state - d * rest, label = left.Label(s, d), lost = 0;
            const long long* from = cost + (long long)r * oldest;
            long long least = 0x7FFFFFFFFFFFFFFFll;
#pragma unroll 1
            for (int o = 0; o < oldest; o++)
            {
                long long sum = from[o];
                if (s >= w) sum += up * problem.Smooth(label, left.Label(s - w, o));
                if (sum >= least) continue;
                least = sum;
                lost = o;
            }

            if (column > 0) least += side * problem.Smooth(label, left.Label(s - 1, r / lower));
            next[state] = problem.Unary(s, label) + least;
            forgotten[state] = (unsigned char)lost;
        }
    }

    /// The first of the cheapest states; a warp, in every lane.
    __device__ __forceinline__ int Best(const long long* cost, int states) const
    {
        int best = t < states ? t : 0;
#pragma unroll 1
        for (int state = t + 32; state < states; state += 32)
        {
            if (cost[state] < cost[best]) best = state;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int other = __shfl_xor_sync(Full, best, step);
            if (cost[other] < cost[best] || (cost[other] == cost[best] && other < best)) best = other;
        }

        return best;
    }

    /// Back from the last node: the state's highest digit is node s, its lost lowest one was kept.
    __device__ __forceinline__ void Trace(int* x, int state, int states) const
    {
#pragma unroll 1
        for (int s = nodes - 1; s >= 0; s--)
        {
            int oldest = s >= w ? counts[s - w] : 1, rest = states / counts[s], digit = state / rest;
            x[s] = left.Label(s, digit);
            state = (state - digit * rest) * oldest + memory.forgotten[s * memory.pitch + state];
            states = rest * oldest;
        }
    }
};

#endif
