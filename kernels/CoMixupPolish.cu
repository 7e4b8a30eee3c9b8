// Lowers F of finished layouts, as src/GuidedMixup/Cpu/CoMixupPolish.cs; it never rises. co_mixup_polish: a block of 512 threads a part and start.
// Each output is laid out anew, optimally against the others (GridCutSolver.cuh), with and without pairs; then each of its blocks is tried with
// every input, a trial a thread: the first in order that would lower F is tried in full, and the rest after it. "F" is both the objective with
// A = I and the one with the part's own A: neither may rise and the first must fall. Sums in double have the CPU's order, so that the layouts are
// the CPU's. co_mixup_choose: a block a part, the best of its starts, the first of equals. Shared memory 48,456 B (static).
#include "CoMixupSubproblem.cuh"
#include "GridCutSolver.cuh"

namespace
{
const int Threads = CoMixupThreads;
const int Warps = Threads / 32;
const unsigned Full = 0xFFFFFFFFu;

/// A bound on the time, as on the CPU; the instances at hand take 2 to 8.
const int MaxSweeps = 50;

/// What counts as lower: rounding in the sums of F stays far below.
const double Least = 1e-9;

struct Memory
{
    GridCutSolverMemory solver;
    CoMixupSubproblem sub;
    long long quarters[Warps];
    int candidates[Warps];
    double own, plain, withA;
};

__device__ __forceinline__ bool IsBetter(double plain, double withA, double beforePlain, double beforeWithA)
{
    return plain < beforePlain - Least && withA <= beforeWithA;
}

struct Polish
{
    CoMixupPart& part;
    Memory& memory;

    // The labelling problem [nodes][n + 3], [n + 3][n + 3], [nodes]; and the exact solvers' memory.
    int* unary;
    int* smooth;
    int* edges;
    void* solver;
    int maxStates;

    // Labels [nodes]; the trial's two inputs of each block, and those it takes the place of, [4][nodes]; the terms of F's penalty, [m][n].
    int* labels;
    double* terms;

    // F of the layout, with A = I and with A; in every thread.
    double plain, withA;

    __device__ __forceinline__ void Run()
    {
#pragma unroll 1
        for (int i = part.thread; i < part.outputs * part.n; i += Threads) part.resolve[i] = 0;
#pragma unroll 1
        for (int j = part.thread; j < part.outputs; j += Threads) part.sums[2 * j] = part.Own(part.first + j * part.nodes, part.second + j * part.nodes);
        Value(plain, withA);
#pragma unroll 1
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            bool isChanged = false;
#pragma unroll 1
            for (int j = 0; j < part.outputs; j++) isChanged |= Improve(j);
            if (!isChanged) return;
        }
    }

private:
    /// F of the layout from the outputs' own sums, in every thread; they are read behind a barrier.
    __device__ __forceinline__ void Value(double& f, double& g)
    {
        int lane = part.thread % 32, n = part.n;
        long long quarters = 0;
#pragma unroll 1
        for (int i = part.thread; i < part.outputs * n; i += Threads)
        {
            int j = i / n, m = i - j * n, own = part.halves[i], rest = part.total[m] - own;
            double term = 0;
            if (own != 0)
            {
                if (0.5 * rest > part.plan.threshold) quarters += (long long)own * rest;
                double q = 0;
#pragma unroll 1
                for (int k = 0; k < n; k++) q += part.Compatibility(m, k) * 0.5 * (part.total[k] - part.halves[j * n + k]);
                if (q > part.plan.threshold) term = 0.5 * own * q;
            }

            terms[i] = term;
        }

        quarters = GridCutEdges::Sum(quarters);
        if (lane == 0) memory.quarters[part.thread / 32] = quarters;
        __syncthreads();
        if (part.thread < 32)
        {
            // With A = I quarters are whole numbers, exact in any order.
            long long sum = GridCutEdges::Sum(lane < Warps ? memory.quarters[lane] : 0);
            double first = part.plan.gamma * (0.25 * sum), second = part.plan.gamma * InOrder();
#pragma unroll 1
            for (int j = 0; j < part.outputs; j++)
            {
                first += part.sums[2 * j];
                second += part.sums[2 * j];
            }

            if (lane == 0)
            {
                memory.plain = first;
                memory.withA = second;
            }
        }

        __syncthreads();
        f = memory.plain;
        g = memory.withA;
    }

    /// The terms' sum, one after another; most are 0, and adding those changes nothing. A warp, in every lane.
    __device__ __forceinline__ double InOrder() const
    {
        double sum = 0;
        int count = part.outputs * part.n, lane = part.thread % 32;
#pragma unroll 1
        for (int base = 0; base < count; base += 32)
        {
            double term = base + lane < count ? terms[base + lane] : 0;
            unsigned set = __ballot_sync(Full, term != 0);
#pragma unroll 1
            for (; set != 0; set &= set - 1) sum += terms[base + __builtin_ctz(set)];
        }

        return sum;
    }

    __device__ __forceinline__ int* Row(int i) const { return labels + i * part.nodes; }

    /// Keeps the trial's labels for output j if F falls. All threads have written them before a barrier.
    __device__ __forceinline__ bool Try(int j)
    {
        int at = j * part.nodes;
#pragma unroll 1
        for (int s = part.thread; s < part.nodes; s += Threads)
        {
            Row(3)[s] = part.first[at + s];
            Row(4)[s] = part.second[at + s];
        }

        if (part.thread == 0)
        {
            memory.own = part.sums[2 * j];
            part.sums[2 * j] = part.Own(Row(1), Row(2));
        }

        part.Replace(j, Row(1), Row(2));
        double f, g;
        Value(f, g);
        bool isBetter = IsBetter(f, g, plain, withA);
        if (isBetter)
        {
            plain = f;
            withA = g;
        }
        else
        {
            part.Replace(j, Row(3), Row(4));
            if (part.thread == 0) part.sums[2 * j] = memory.own;
        }

        return isBetter;
    }

    /// Lays an output out anew, then tries every input at every block of it, alone and by halves with what is there. Trials -2 and -1 are the
    /// whole output without pairs and with them; the others are candidates.
    __device__ __forceinline__ bool Improve(int j)
    {
        bool isChanged = false;
        int count = 2 * part.nodes * part.n;
#pragma unroll 1
        for (int trial = -2; trial < count;)
        {
            int found = trial;
            if (trial < 0) Resolve(j, trial == -1);
            else found = Retouch(j, trial, count);
            bool isTrial = found < trial + Threads;
            if (isTrial) isChanged |= Try(j);
            trial = isTrial ? found + 1 : found;
        }

        return isChanged;
    }

    __device__ __forceinline__ void Resolve(int j, bool withPairs)
    {
        memory.sub.Form(part, j, withPairs);
        CoMixupCut cut(part, memory.sub, j);
#pragma unroll 1
        for (int i = part.thread; i < part.nodes * cut.labels; i += Threads) unary[i] = cut.Unary(i % cut.labels, i / cut.labels);
#pragma unroll 1
        for (int i = part.thread; i < cut.labels * cut.labels; i += Threads) smooth[i] = cut.Smooth(i / cut.labels, i % cut.labels);
#pragma unroll 1
        for (int i = part.thread; i < part.nodes; i += Threads) edges[i] = cut.edge;
        __syncthreads();
        GridCutProblem problem = {unary, smooth, edges, edges, cut.h, cut.w, cut.labels};
        GridCutSolver best = {problem, memory.solver, Threads, GridFlowWarp::MaxWaves, maxStates};
        best.Solve(labels, solver);
#pragma unroll 1
        for (int s = part.thread; s < part.nodes; s += Threads)
        {
            Row(1)[s] = cut.First(labels[s]);
            Row(2)[s] = cut.Second(labels[s]);
        }

        __syncthreads();
    }

    /// The first candidate from `base` on, a thread each, that would lower F: it is the trial. base + Threads where there is none.
    __device__ __forceinline__ int Retouch(int j, int base, int count)
    {
        int own = base + part.thread, a = 0, b = 0, at = j * part.nodes;
        bool isIn = own < count && Candidate(j, own, a, b) && Change(j, own / 2 / part.n, a, b) < -Least;
        int found = First(isIn, own);
        if (found == base + Threads) return found;
        // The labels of the trial are the layout's but for one block.
#pragma unroll 1
        for (int s = part.thread; s < part.nodes; s += Threads)
        {
            int one = part.first[at + s], other = part.second[at + s];
            if (s == found / 2 / part.n) Candidate(j, found, one, other);
            Row(1)[s] = one;
            Row(2)[s] = other;
        }

        __syncthreads();
        return found;
    }

    /// The least of the threads' own numbers that is in; base + Threads where none is. In every thread.
    __device__ __forceinline__ int First(bool isIn, int own)
    {
        int lane = part.thread % 32, base = own - part.thread, first = base + Threads;
        unsigned set = __ballot_sync(Full, isIn);
        if (lane == 0) memory.candidates[part.thread / 32] = set != 0 ? own + __builtin_ctz(set) : first;
        __syncthreads();
#pragma unroll 1
        for (int k = Warps - 1; k >= 0; k--) first = memory.candidates[k] < first ? memory.candidates[k] : first;
        __syncthreads();
        return first;
    }

    /// Candidate 2·(s·n + m): block s of output j shows m; and one on: m and what is there, by halves. False where there is no such.
    __device__ __forceinline__ bool Candidate(int j, int candidate, int& a, int& b) const
    {
        int s = candidate / 2 / part.n, m = candidate / 2 - s * part.n, one = part.first[j * part.nodes + s], other = part.second[j * part.nodes + s];
        bool isPair = candidate % 2 == 1;
        if (isPair && (one != other || one == m)) return false;
        a = isPair && one < m ? one : m;
        b = isPair && one > m ? one : m;
        return true;
    }

    /// What F (with A = I) gains where block s of output j shows a and b.
    __device__ __forceinline__ double Change(int j, int s, int a, int b) const
    {
        const int* first = part.first + j * part.nodes;
        const int* second = part.second + j * part.nodes;
        int nodes = part.nodes, w = part.plan.w, oldFirst = first[s], oldSecond = second[s], edges = 0;
        const float* c = part.cost + s;
        double change = 0.5 * ((double)c[a * nodes] + c[b * nodes] - c[oldFirst * nodes] - c[oldSecond * nodes]);
#pragma unroll 1
        for (int side = 0; side < 4; side++)
        {
            bool isThere = side == 0 ? s % w != w - 1 : side == 1 ? s % w != 0 : side == 2 ? s + w < nodes : s >= w;
            if (!isThere) continue;
            int t = side == 0 ? s + 1 : side == 1 ? s - 1 : side == 2 ? s + w : s - w;
            edges += CoMixupDifference(a, b, first[t], second[t]) - CoMixupDifference(oldFirst, oldSecond, first[t], second[t]);
        }

        change += part.plan.beta / 8 * edges;
        long long quarters = 0;
#pragma unroll 1
        for (int k = 0; k < 4; k++)
        {
            int m = k == 0 ? oldFirst : k == 1 ? oldSecond : k == 2 ? a : b;
            if ((k > 0 && m == oldFirst) || (k > 1 && m == oldSecond) || (k > 2 && m == a)) continue;
            int halves = (a == m ? 1 : 0) + (b == m ? 1 : 0) - (oldFirst == m ? 1 : 0) - (oldSecond == m ? 1 : 0);
            if (halves != 0) quarters += Column(m, j, halves);
        }

        return change + part.plan.gamma * (0.25 * quarters);
    }

    /// What four times Σ_j n_jm·[q_jm > th]·q_jm of one input gains, A = I, with some halves more in one output.
    __device__ __forceinline__ long long Column(int m, int changed, int halves) const
    {
        long long sum = 0;
        int total = part.total[m];
        double threshold = 2 * part.plan.threshold;
#pragma unroll 1
        for (int i = 0; i < part.outputs; i++)
        {
            int own = part.halves[i * part.n + m], rest = total - own, more = own + (i == changed ? halves : 0), left = total + halves - more;
            if (left > threshold) sum += (long long)more * left;
            if (rest > threshold) sum -= (long long)own * rest;
        }

        return sum;
    }
};
}

/// Grid (parts, starts). labels: 5·nodes a block, terms: m·n a block, solver: solverBytes a block. Writes scores [starts][parts][2]: F with A = I,
/// and with A.
extern "C" __global__ void __launch_bounds__(CoMixupThreads) co_mixup_polish(
    CoMixupPlan plan, CoMixupBuffers buffers, int* labels, double* terms, unsigned char* solver, long long solverBytes, int maxStates, double* scores)
{
    __shared__ Memory memory;
    long long slot = blockIdx.y * gridDim.x + blockIdx.x, nodes = plan.Nodes(), most = plan.inputs + CoMixupSubproblem::MaxPairs;
    CoMixupPart part(plan, buffers, (int)blockIdx.x, slot);
    if (part.n == 0) return;
    Polish polish = {
        part, memory, buffers.unary + slot * nodes * most, buffers.smooth + slot * most * most, buffers.edges + slot * nodes,
        solver + slot * solverBytes, maxStates, labels + slot * 5 * nodes, terms + slot * plan.outputs * plan.inputs, 0, 0};
    polish.Run();
    if (part.thread != 0) return;
    scores[2 * slot] = polish.plain;
    scores[2 * slot + 1] = polish.withA;
}

/// Grid (parts). Leaves the best of a part's starts where the first was; layout z [outputs][nodes][inputs] of one part, or null.
extern "C" __global__ void __launch_bounds__(CoMixupThreads) co_mixup_choose(
    CoMixupPlan plan, CoMixupBuffers buffers, int starts, const double* scores, float* layout)
{
    long long parts = gridDim.x, index = blockIdx.x, best = index;
    CoMixupPart part(plan, buffers, (int)blockIdx.x, index);
    if (part.n == 0) return;
#pragma unroll 1
    for (long long slot = index + parts; slot < starts * parts; slot += parts)
    {
        if (IsBetter(scores[2 * slot], scores[2 * slot + 1], scores[2 * best], scores[2 * best + 1])) best = slot;
    }

    if (best != index)
    {
        CoMixupPart other(plan, buffers, (int)blockIdx.x, best);
#pragma unroll 1
        for (int i = part.thread; i < part.outputs * part.nodes; i += Threads)
        {
            part.first[i] = other.first[i];
            part.second[i] = other.second[i];
        }

#pragma unroll 1
        for (int i = part.thread; i < part.outputs * part.n; i += Threads) part.halves[i] = other.halves[i];
    }

    __syncthreads();
    if (layout) part.Write(layout);
}
