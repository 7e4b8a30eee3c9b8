// The labelling problem of one output of a Co-Mixup part, as src/GuidedMixup/Cpu/CoMixupSubproblem.cs, and as the solvers take it.
#ifndef GUIDEDMIXUP_COMIXUPSUBPROBLEM_CUH
#define GUIDEDMIXUP_COMIXUPSUBPROBLEM_CUH

#include "CoMixup.cuh"

/// The labelling problem of one output while the others stay, in shared memory: labels 0 … n − 1 are the inputs, further ones pairs by halves.
struct CoMixupSubproblem
{
    static const int MaxPairs = 3;
    float offset[CoMixupMaxInputs], overlap[CoMixupMaxInputs];
    int pairs[2 * MaxPairs], count;

    /// By all threads, in the order of operations that CoMixupSubproblem.cs states.
    __device__ __forceinline__ void Form(const CoMixupPart& part, int j, bool withPairs)
    {
        const int *own = part.halves + j * part.n, *total = part.total;
        int n = part.n;
        float threshold = (float)part.plan.threshold, weight = (float)(2 * part.plan.gamma);
#pragma unroll 1
        for (int m = part.thread; m < n; m += CoMixupThreads)
        {
            float q = 0;
#pragma unroll 1
            for (int k = 0; k < n; k++) q += part.Compatibility(m, k) * (0.5f * (total[k] - own[k]));
            overlap[m] = q > threshold ? 0.5f * (total[m] - own[m]) : 0.0f;
        }

        // The last warp, which has no input in a part of the usual size.
        if (part.thread >= CoMixupThreads - 32) FindPairs(own, n, withPairs);
        __syncthreads();
#pragma unroll 1
        for (int m = part.thread; m < n; m += CoMixupThreads)
        {
            float sum = 0;
#pragma unroll 1
            for (int k = 0; k < n; k++) sum += part.Compatibility(m, k) * overlap[k];
            offset[m] = weight * sum;
        }

        __syncthreads();
    }

private:
    /// Of the two inputs an output shows, or of the three it shows most of; ties to the lowest.
    __device__ __forceinline__ void FindPairs(const int* own, int n, bool withPairs)
    {
        int a = Largest(own, n, -1, -1), b = Largest(own, n, a, -1), c = Largest(own, n, a, b), lane = (int)threadIdx.x % 32;
        if (lane != 0) return;
        count = !withPairs || b < 0 ? 0 : c < 0 ? 1 : 3;
        if (c < 0) c = b;
        int low = a < b ? a : b, high = a < b ? b : a;
        low = c < low ? c : low;
        high = c > high ? c : high;
        int middle = b == c ? high : a + b + c - low - high;
        pairs[0] = pairs[2] = low;
        pairs[1] = pairs[4] = middle;
        pairs[3] = pairs[5] = high;
    }

    /// In every lane.
    __device__ __forceinline__ static int Largest(const int* own, int n, int taken, int alsoTaken)
    {
        int best = -1;
#pragma unroll 1
        for (int m = (int)threadIdx.x % 32; m < n; m += 32)
        {
            int key = own[m] << 8 | (255 - m);
            if (own[m] > 0 && m != taken && m != alsoTaken && key > best) best = key;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int other = __shfl_xor_sync(0xFFFFFFFFu, best, step);
            best = other > best ? other : best;
        }

        return best < 0 ? -1 : 255 - (best & 255);
    }
};

/// That problem as the solvers take it.
struct CoMixupCut
{
    const CoMixupPart& part;
    const CoMixupSubproblem& sub;
    const float* resolve;
    int h, w, n, labels, edge;

    __device__ __forceinline__ CoMixupCut(const CoMixupPart& p, const CoMixupSubproblem& s, int j)
        : part(p), sub(s), resolve(p.resolve + j * p.n), h(p.plan.h), w(p.plan.w), n(p.n), labels(p.n + s.count), edge(p.plan.edge)
    {
    }

    /// The two inputs of a label; the same for one input.
    __device__ __forceinline__ int First(int label) const { return label < n ? label : sub.pairs[2 * (label - n)]; }

    __device__ __forceinline__ int Second(int label) const { return label < n ? label : sub.pairs[2 * (label - n) + 1]; }

    __device__ __forceinline__ int Unary(int label, int s) const
    {
        if (label < n) return Truncate(Cost(label, s));
        float sum = Cost(First(label), s) + Cost(Second(label), s);
        return Truncate(0.5f * sum - 5e-4f);
    }

    /// 100, and 25 between a pair and its inputs.
    __device__ __forceinline__ int Smooth(int a, int b) const
    {
        if (a == b) return 0;
        int pair = a > b ? a : b, other = a + b - pair;
        return pair >= n && (First(pair) == other || Second(pair) == other) ? 25 : 100;
    }

private:
    __device__ __forceinline__ float Cost(int m, int s) const { return part.cost[m * part.nodes + s] + sub.offset[m] + resolve[m]; }

    /// 1e5·cost towards zero, within what the solvers take; NaN is 0.
    __device__ __forceinline__ static int Truncate(float cost)
    {
        const double limit = 1 << 28;
        double scaled = 1e5 * cost;
        if (!(scaled > -limit)) return scaled != scaled ? 0 : -(1 << 28);
        return scaled < limit ? (int)scaled : 1 << 28;
    }
};

#endif
