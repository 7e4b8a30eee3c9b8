// The puzzle of each image: integer costs, labels by minimum cuts, squares moved to where they are seen, λ' = mean mask. A block an image.
//
// Costs are formed by all threads, a block each, in double in the order that src/GuidedMixup/Cpu/PuzzleMixCosts.cs states. Warp 0 cuts, by swap
// (GridCut.cuh) or exactly (Ishikawa.cuh), in shared memory where the network fits. Then warp 0 moves the image's squares, warp 1 the partner's,
// each as in truncated Gale–Shapley: squares propose in any order and the answer is one. All visible squares start in their own place, where
// proposing costs least; a square that is out looks over the places within its reach, a lane each, for the nearest that takes it. Shared
// memory 47,360 B (static).
#include "Ishikawa.cuh"
#include "PortableMath.cuh"
#include "PuzzleMix.cuh"

namespace
{
const int Threads = 256;
const int MostLabels = 16;
const int SmoothScale = 100;
const unsigned Full = 0xFFFFFFFFu;

/// A place that is not seen, and one that is but that no square has.
const int Hidden = -1, Free = -2;

struct Memory
{
    GridCutMemory cut;
    double priors[MostLabels];
    int smooth[MostLabels * MostLabels];
};

/// prior_i = η/blocks²·(-ln(C(L-1,i)·λ^(L-1-i)·(1 - λ)^i + 1e-8)).
__device__ __forceinline__ double Prior(const PuzzlePlan& plan, int label, double ratio)
{
    int steps = plan.labels - 1;
    double likelihood = 1;
    for (int i = 0; i < label; i++) likelihood = likelihood * (steps - i) / (i + 1);
    for (int k = 0; k < steps - label; k++) likelihood *= ratio;
    for (int k = 0; k < label; k++) likelihood *= 1 - ratio;
    return plan.eta / plan.Nodes() * -Log(likelihood + 1e-8);
}

/// Towards zero, within what the cut takes; NaN is 0.
__device__ __forceinline__ int Truncate(double v, int limit) { return v != v ? 0 : v < -limit ? -limit : v > limit ? limit : (int)v; }

__device__ __forceinline__ int Weight(const PuzzlePlan& plan, const double* p)
{
    int weight = Truncate(1000.0 * plan.Nodes() * (plan.b + 0.5 * (p[2] + p[1] - p[3] - p[0])), (1 << 26) / SmoothScale);
    return weight < 0 ? 0 : weight;
}

/// What a boundary adds to the block before it, and to the one beyond.
__device__ __forceinline__ void First(const double* p, double& own, double& other)
{
    own += 0.5 * (p[2] + p[3]);
    other += 0.5 * (p[0] + p[1]);
}

__device__ __forceinline__ void Second(const double* p, double& own, double& other)
{
    own += 0.5 * (p[1] + p[3]);
    other += 0.5 * (p[0] + p[2]);
}

/// What block s adds to the problem: its labels' costs and the edges below it and to its right.
__device__ __forceinline__ void Form(
    const PuzzlePlan& plan, int s, double own, double other, const double* boundaries, const double* priors, int* unary, int* vertical, int* horizontal)
{
    int n = plan.blocks, nodes = plan.Nodes(), y = s / n, x = s - y * n;
    // p[0] … p[3] are p00, p01, p10, p11.
    const double* below = boundaries + 4ll * s;
    const double* right = boundaries + 4ll * (nodes + s);
    if (y > 0) Second(below - 4 * n, own, other);
    if (y < n - 1) First(below, own, other);
    if (x > 0) Second(right - 4, own, other);
    if (x < n - 1) First(right, own, other);
    if (y < n - 1) vertical[s] = Weight(plan, below);
    if (x < n - 1) horizontal[s - y] = Weight(plan, right);
    for (int i = 0; i < plan.labels; i++)
    {
        double t = i / (double)(plan.labels - 1), cost = (1 - t) * own + t * other + priors[i];
        unary[s * plan.labels + i] = SmoothScale * Truncate(1000.0 * nodes * cost, (1 << 28) / SmoothScale);
    }
}

/// Labels [blocks][blocks] of the least energy; false where the plan does not ask for it, or it takes too many waves. One warp.
__device__ __forceinline__ bool CutExactly(const PuzzlePlan& plan, const GridCutProblem& problem, Memory& memory, unsigned char* network, int* labels)
{
    if (!plan.isExact) return false;
    long long bytes = IshikawaMemory::Bytes(plan.Nodes(), plan.labels - 1);
    void* at = bytes <= (long long)sizeof(memory.cut) ? (void*)&memory.cut : network + blockIdx.x * bytes;
    GridCutEdges edges(problem);
    return IshikawaWarp(edges, at).Solve(labels, GridFlowWarp::MaxWaves);
}

/// Moves the squares of one image, as src/GuidedMixup/Cpu/PuzzleMixTransport.cs; one warp.
struct Transport
{
    const PuzzlePlan& plan;
    const double* share;
    int* places;
    int rows, columns, scaleY, scaleX, lane;

    __device__ __forceinline__ Transport(const PuzzlePlan& p, const double* g, int* sources)
        : plan(p), share(g), places(sources), rows(p.squareRows), columns(p.squareColumns), scaleY(columns > 1 ? columns - 1 : 1),
          scaleX(rows > 1 ? rows - 1 : 1), lane((int)threadIdx.x % 32)
    {
    }

    __device__ __forceinline__ void Run()
    {
        int squares = rows * columns;
        for (int j = lane; j < squares; j += 32)
        {
            if (places[j] == Free && share[j] > 0) places[j] = j;
        }

        __syncwarp(Full);
#pragma unroll 1
        for (int first = 0; first < squares; first++)
        {
            if (places[first] != Hidden) continue;
            int i = first;
#pragma unroll 1
            while (i >= 0)
            {
                int j = Nearest(i);
                if (j < 0) break;
                int holder = places[j];
                __syncwarp(Full);
                if (lane == 0) places[j] = i;
                __syncwarp(Full);
                i = holder;
            }
        }
    }

private:
    __device__ __forceinline__ int Distance(int i, int j) const
    {
        int dy = (i / columns - j / columns) * scaleY, dx = (i % columns - j % columns) * scaleX;
        return dy * dy + dx * dx;
    }

    __device__ __forceinline__ double Unit() const { return (double)(scaleY * scaleX) * (scaleY * scaleX); }

    __device__ __forceinline__ double Cost(int i, int distance) const { return plan.transport * (distance / Unit()) - share[i]; }

    /// How many places away costs may still be below 0.
    __device__ __forceinline__ static int Reach(double root, int scale, int side) { return root / scale < side ? (int)(root / scale) + 1 : side; }

    /// The place that square i likes best of those that take it, -1 for none; the first of equals. In every lane.
    __device__ __forceinline__ int Nearest(int i) const
    {
        double root = sqrt(share[i] / plan.transport * Unit());
        int y = i / columns, x = i - y * columns, down = Reach(root, scaleY, rows), across = Reach(root, scaleX, columns);
        int top = y < down ? 0 : y - down, bottom = y + down < rows ? y + down : rows - 1;
        int left = x < across ? 0 : x - across, right = x + across < columns ? x + across : columns - 1, width = right - left + 1;
        int nearest = 0x7FFFFFFF, place = 0x7FFFFFFF;
        for (int k = lane; k < width * (bottom - top + 1); k += 32)
        {
            int j = (top + k / width) * columns + left + k % width, holder = places[j], distance = Distance(i, j);
            // Places come in order: the first of equals stays.
            if (holder == Hidden || distance >= nearest) continue;
            double cost = Cost(i, distance);
            if (!(cost < 0)) continue;
            if (holder >= 0)
            {
                double held = Cost(holder, Distance(holder, j));
                if (held < cost || (held == cost && holder < i)) continue;
            }

            nearest = distance;
            place = j;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int otherNearest = __shfl_xor_sync(Full, nearest, step), otherPlace = __shfl_xor_sync(Full, place, step);
            if (otherNearest > nearest || (otherNearest == nearest && otherPlace >= place)) continue;
            nearest = otherNearest;
            place = otherPlace;
        }

        return nearest == 0x7FFFFFFF ? -1 : place;
    }
};
}

/// blocks, squares, boundaries: see puzzle_mix_measure. ratio brings λ and takes λ'; partnerRatio (or null) takes 1 - λ'. unary [N][nodes][labels],
/// vertical and horizontal [N][nodes], and network for exact cuts that shared memory does not hold: scratch. Writes blockLabels [N][nodes] and sources [N][2][squares]: which square of the image, and of its
/// partner, each place shows, -1 for none. An image that is its own partner, or whose draw is invalid, shows all of itself.
extern "C" __global__ void __launch_bounds__(Threads) puzzle_mix_solve(
    PuzzlePlan plan, const int* partners, const double* blocks, const double* squares, const double* boundaries, float* ratio, float* partnerRatio,
    const int* flags, int* unary, int* vertical, int* horizontal, unsigned char* network, int* blockLabels, int* sources)
{
    __shared__ Memory memory;
    long long image = blockIdx.x, partner = partners[image];
    int t = (int)threadIdx.x, nodes = plan.Nodes(), count = plan.Squares(), warp = t / 32;
    int* labels = blockLabels + image * nodes;
    sources += image * 2 * count;
    if (partner == image || (flags[image] & InvalidDraw) != 0)
    {
        for (int s = t; s < nodes; s += Threads) labels[s] = 0;
        for (int j = t; j < 2 * count; j += Threads) sources[j] = j < count ? j : -1;
        if (t == 0) ratio[image] = 1;
        if (t == 0 && partnerRatio) partnerRatio[image] = 0;
        return;
    }

    unary += image * nodes * plan.labels;
    vertical += image * nodes;
    horizontal += image * nodes;
    if (t < plan.labels) memory.priors[t] = Prior(plan, t, (double)ratio[image]);
    for (int k = t; k < plan.labels * plan.labels; k += Threads)
    {
        int apart = k / plan.labels - k % plan.labels, steps = plan.labels - 1;
        memory.smooth[k] = SmoothScale * apart * apart / (steps * steps);
    }

    __syncthreads();
    for (int s = t; s < nodes; s += Threads)
    {
        Form(
            plan, s, blocks[partner * nodes + s], blocks[image * nodes + s], boundaries + image * 2 * nodes * 4, memory.priors, unary, vertical,
            horizontal);
    }

    __syncthreads();
    if (warp == 0)
    {
        GridCutProblem problem = {unary, memory.smooth, vertical, horizontal, plan.blocks, plan.blocks, plan.labels};
        if (!CutExactly(plan, problem, memory, network, labels))
        {
            GridCutWarp(problem, memory.cut).Solve();
            for (int s = t; s < nodes; s += 32) labels[s] = memory.cut.label[s / plan.blocks * GridCutMemory::Pitch + s % plan.blocks];
        }
    }

    __syncthreads();
    // The cut's memory holds the places now.
    int* places = reinterpret_cast<int*>(&memory.cut);
    for (int j = t; j < 2 * count; j += Threads)
    {
        float leftOut = j < count ? 0.0f : 1.0f;
        places[j] = plan.Mask(labels[plan.BlockOf(j < count ? j : j - count)]) != leftOut ? Free : Hidden;
    }

    __syncthreads();
    if (warp < 2 && plan.isMoved) Transport(plan, squares + (warp == 0 ? image : partner) * count, places + warp * count).Run();
    if (t == 64)
    {
        double sum = 0;
        for (int s = 0; s < nodes; s++) sum += 1 - labels[s] / (double)(plan.labels - 1);
        float own = (float)(sum / nodes);
        ratio[image] = own;
        if (partnerRatio) partnerRatio[image] = 1 - own;
    }

    __syncthreads();
    // A place that nobody wants keeps its own square.
    for (int j = t; j < 2 * count; j += Threads) sources[j] = places[j] != Free ? places[j] : j < count ? j : j - count;
}
