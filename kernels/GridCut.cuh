// Labels for the nodes of a grid of up to 32×32 by α-β swap, as src/GuidedMixup/Cpu/AlphaBetaSwap.cs: one warp, lane r is row r of the cuts
// (GridFlow.cuh), whose smallest sink sides make the labels the CPU's bit for bit.
#ifndef GUIDEDMIXUP_GRIDCUT_CUH
#define GUIDEDMIXUP_GRIDCUT_CUH

#include "GridFlow.cuh"

/// E(x) = Σ_s U[s,x_s] + Σ e_st·V[x_s,x_t]; vertical [h-1][w], horizontal [h][w-1]. Costs beyond the limits count as the nearest within them,
/// V's upper triangle as both, so that any memory has an answer.
struct GridCutProblem
{
    const int* unary;
    const int* smooth;
    const int* vertical;
    const int* horizontal;
    int h, w, labels;

    __device__ __forceinline__ static int Limit(int v, int low, int high) { return v < low ? low : v > high ? high : v; }

    __device__ __forceinline__ int Unary(int node, int label) const { return Limit(unary[(long long)node * labels + label], -(1 << 28), 1 << 28); }

    __device__ __forceinline__ int Smooth(int a, int b) const
    {
        return a == b ? 0 : Limit(a < b ? smooth[a * labels + b] : smooth[b * labels + a], 0, 1 << 26);
    }
};

/// The edges of a problem within its limits, by node; of a whole warp, or of each warp of a block.
struct GridCutEdges
{
    const GridCutProblem& problem;
    int largest, limit;

    __device__ __forceinline__ explicit GridCutEdges(const GridCutProblem& p) : problem(p), largest(1)
    {
#pragma unroll 1
        for (int i = (int)threadIdx.x % 32; i < p.labels * p.labels; i += 32)
        {
            int v = p.Smooth(i / p.labels, i % p.labels);
            largest = v > largest ? v : largest;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int other = __shfl_xor_sync(0xFFFFFFFFu, largest, step);
            largest = other > largest ? other : largest;
        }

        limit = (1 << 26) / largest;
    }

    /// To the neighbours on the right and below; there have to be such.
    __device__ __forceinline__ int Right(int node) const { return GridCutProblem::Limit(problem.horizontal[node - node / problem.w], 0, limit); }

    __device__ __forceinline__ int Down(int node) const { return GridCutProblem::Limit(problem.vertical[node], 0, limit); }

    /// The neighbour on a side, -1 for none. Sides are 0 right, 1 left, 2 down, 3 up; side ^ 1 is the one across.
    __device__ __forceinline__ int Neighbour(int node, int side) const
    {
        int w = problem.w, x = node % w;
        bool isThere = side == 0 ? x < w - 1 : side == 1 ? x > 0 : side == 2 ? node + w < problem.h * w : node >= w;
        return !isThere ? -1 : side == 0 ? node + 1 : side == 1 ? node - 1 : side == 2 ? node + w : node - w;
    }

    /// The weight of the edge to the neighbour on a side; 0 where there is none.
    __device__ __forceinline__ int Weight(int node, int side) const
    {
        int t = Neighbour(node, side), first = t < node ? t : node;
        return t < 0 ? 0 : GridCutProblem::Limit(side < 2 ? problem.horizontal[first - first / problem.w] : problem.vertical[first], 0, limit);
    }

    /// E(x), in every lane.
    __device__ __forceinline__ long long Energy(const int* x) const
    {
        long long energy = 0;
#pragma unroll 1
        for (int s = (int)threadIdx.x % 32; s < problem.h * problem.w; s += 32)
        {
            energy += problem.Unary(s, x[s]);
            if (s % problem.w < problem.w - 1) energy += (long long)Right(s) * problem.Smooth(x[s], x[s + 1]);
            if (s < (problem.h - 1) * problem.w) energy += (long long)Down(s) * problem.Smooth(x[s], x[s + problem.w]);
        }

        return Sum(energy);
    }

    __device__ __forceinline__ static long long Sum(long long v)
    {
#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            unsigned low = __shfl_xor_sync(0xFFFFFFFFu, (unsigned)v, step), high = __shfl_xor_sync(0xFFFFFFFFu, (unsigned)(v >> 32), step);
            v += (long long)((unsigned long long)high << 32 | low);
        }

        return v;
    }
};

/// What the warp works in: 46,208 B of shared memory.
struct GridCutMemory
{
    static const int Pitch = GridFlowMemory::Pitch;
    static const int Nodes = GridFlowMemory::Nodes;

    GridFlowMemory flow;
    int label[Nodes], toRight[Nodes], toDown[Nodes];
};

static_assert(sizeof(GridCutMemory) == 46208, "C# mirrors this");

struct GridCutWarp
{
    static const unsigned Full = 0xFFFFFFFFu;
    static const int Pitch = GridCutMemory::Pitch;

    /// A bound on the time, as on the CPU; the instances at hand take 2 to 5.
    static const int MaxRounds = 100;

    const GridCutProblem& problem;
    GridCutMemory& memory;
    GridFlowWarp flow;
    int lane, maxWaves;

    /// A cut of more waves is given up: its nodes keep their labels.
    __device__ __forceinline__ GridCutWarp(const GridCutProblem& p, GridCutMemory& m, int most = GridFlowWarp::MaxWaves)
        : problem(p), memory(m), flow(m.flow), lane(flow.lane), maxWaves(most)
    {
    }

    /// Leaves the labels in memory.label, [32] rows Pitch apart; returns their energy, in every lane. All lanes of one warp.
    __device__ __forceinline__ long long Solve()
    {
        Start();
        int pairs = problem.labels * (problem.labels - 1) / 2, quiet = 0;
        long long energy = Energy();
#pragma unroll 1
        for (int round = 0; round < MaxRounds; round++)
        {
#pragma unroll 1
            for (int a = 0; a < problem.labels; a++)
            {
#pragma unroll 1
                for (int b = problem.labels - 1; b > a; b--)
                {
                    // The pair that made the last change would come out the same again: where no other changed anything since, none will.
                    if (round > 0 && quiet >= pairs - 1) return Energy();
                    quiet = Cut(a, b) ? 0 : quiet + 1;
                }
            }

            long long previous = energy;
            energy = Energy();
            if (energy >= previous) break;
        }

        return energy;
    }

private:
    __device__ __forceinline__ void Start()
    {
        int h = problem.h, w = problem.w;
        GridCutEdges edges(problem);
#pragma unroll 1
        for (int y = 0; y < h; y++)
        {
            if (lane >= w) continue;
            int at = y * Pitch + lane;
            memory.toRight[at] = lane < w - 1 ? edges.Right(y * w + lane) : 0;
            memory.toDown[at] = y < h - 1 ? edges.Down(y * w + lane) : 0;
            memory.label[at] = 0;
        }

        __syncwarp(Full);
    }

    __device__ __forceinline__ long long Energy() const
    {
        long long energy = 0;
#pragma unroll 1
        for (int y = 0; y < problem.h; y++)
        {
            if (lane >= problem.w) continue;
            int at = y * Pitch + lane, x = memory.label[at];
            energy += problem.Unary(y * problem.w + lane, x);
            if (lane < problem.w - 1) energy += (long long)memory.toRight[at] * problem.Smooth(x, memory.label[at + 1]);
            if (y < problem.h - 1) energy += (long long)memory.toDown[at] * problem.Smooth(x, memory.label[at + Pitch]);
        }

        return GridCutEdges::Sum(energy);
    }

    /// Splits the nodes of two labels anew: a is the source's side, b the smallest sink's. True where a node changed.
    __device__ __forceinline__ bool Cut(int a, int b)
    {
        if (!Prepare(a, b)) return false;
        if (!flow.Run(maxWaves)) return false;
        bool isChanged = false;
#pragma unroll 1
        for (int y = 0; y < problem.h; y++)
        {
            unsigned sink = __shfl_sync(Full, flow.seen, y);
            if (lane >= problem.w) continue;
            int at = y * Pitch + lane, before = memory.label[at], after = (sink >> lane & 1) != 0 ? b : a;
            if ((before != a && before != b) || before == after) continue;
            memory.label[at] = after;
            isChanged = true;
        }

        __syncwarp(Full);
        return __ballot_sync(Full, isChanged) != 0;
    }

    /// Fills the network of one cut, row by row, a lane a column; false where it holds no node.
    __device__ __forceinline__ bool Prepare(int a, int b)
    {
        int weight = problem.Smooth(a, b);
        unsigned any = 0;
        flow.right = flow.left = flow.down = flow.up = flow.excess = flow.room = 0;
#pragma unroll 1
        for (int y = 0; y < problem.h; y++)
        {
            int at = y * Pitch + lane, supply = 0, toRight = 0, toLeft = 0, toDown = 0, toUp = 0;
            bool isActive = false;
            if (lane < problem.w)
            {
                int x = memory.label[at];
                isActive = x == a || x == b;
            }

            unsigned active = __ballot_sync(Full, isActive);
            any |= active;
            if (active == 0) continue;
            if (isActive)
            {
                int node = y * problem.w + lane;
                // What b costs above a, beside neighbours that are not in the cut.
                supply = problem.Unary(node, b) - problem.Unary(node, a);
                if (lane < problem.w - 1) supply += Join(at + 1, memory.toRight[at], a, b, weight, toRight);
                if (lane > 0) supply += Join(at - 1, memory.toRight[at - 1], a, b, weight, toLeft);
                if (y < problem.h - 1) supply += Join(at + Pitch, memory.toDown[at], a, b, weight, toDown);
                if (y > 0) supply += Join(at - Pitch, memory.toDown[at - Pitch], a, b, weight, toUp);
                memory.flow.right[at] = toRight;
                memory.flow.left[at] = toLeft;
                memory.flow.down[at] = toDown;
                memory.flow.up[at] = toUp;
                memory.flow.excess[at] = supply > 0 ? supply : 0;
                memory.flow.room[at] = supply < 0 ? -supply : 0;
            }

            Keep(y, toRight > 0, flow.right);
            Keep(y, toLeft > 0, flow.left);
            Keep(y, toDown > 0, flow.down);
            Keep(y, toUp > 0, flow.up);
            Keep(y, supply > 0, flow.excess);
            Keep(y, supply < 0, flow.room);
        }

        __syncwarp(Full);
        return any != 0;
    }

    __device__ __forceinline__ void Keep(int y, bool isIn, unsigned& set) const
    {
        unsigned row = __ballot_sync(Full, isIn);
        if (y == lane) set = row;
    }

    /// The capacity to a neighbour in the cut; returns what one outside adds to the supply.
    __device__ __forceinline__ int Join(int neighbour, int edge, int a, int b, int weight, int& capacity) const
    {
        int x = memory.label[neighbour];
        if (x != a && x != b) return edge * (problem.Smooth(b, x) - problem.Smooth(a, x));
        capacity = edge * weight;
        return 0;
    }
};

#endif
