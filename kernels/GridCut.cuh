// Labels for the nodes of a grid of up to 32×32 by α-β swap, as src/GuidedMixup/Cpu/AlphaBetaSwap.cs: one warp, lane r is row r, and a set of
// nodes is a word a lane, bit c for column c. Whole waves of push–relabel run in lock step: a step of the breadth-first search is two shifts,
// two shuffles and a mask in all rows at once; then the nodes with excess push, farthest level first, sideways in their own lane, and down
// and up in two further steps, so that no two lanes ever write one word. The smallest sink side does not hang on the order of pushes, so the
// labels are the CPU's bit for bit.
#ifndef GUIDEDMIXUP_GRIDCUT_CUH
#define GUIDEDMIXUP_GRIDCUT_CUH

#include "Cuda.h"

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

/// What the warp works in: 46,208 B of shared memory. Rows are 33 words apart, so that lanes in one column meet 32 banks.
struct GridCutMemory
{
    static const int Pitch = 33;
    static const int Nodes = 32 * Pitch;

    /// Levels of the search that are kept; farther ones push in later waves.
    static const int Window = 64;

    int right[Nodes], left[Nodes], down[Nodes], up[Nodes], excess[Nodes], room[Nodes], label[Nodes], toRight[Nodes], toDown[Nodes];
    unsigned levels[Window * 32];
};

struct GridCutWarp
{
    static const unsigned Full = 0xFFFFFFFFu;
    static const int Pitch = GridCutMemory::Pitch;

    /// A bound on the time, as on the CPU; the instances at hand take 2 to 5.
    static const int MaxRounds = 100;

    const GridCutProblem& problem;
    GridCutMemory& memory;
    int lane;

    // This lane's row: nodes with capacity to a side, with excess, with room, and (after a search) that reach the sink.
    unsigned right, left, down, up, excess, room, seen;

    __device__ __forceinline__ GridCutWarp(const GridCutProblem& p, GridCutMemory& m) : problem(p), memory(m), lane((int)threadIdx.x % 32) {}

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
    __device__ __forceinline__ static int Lowest(unsigned set) { return __builtin_ctz(set); }

    __device__ __forceinline__ unsigned Below(unsigned set) const { return __shfl_sync(Full, set, (lane + 1) & 31); }

    __device__ __forceinline__ unsigned Above(unsigned set) const { return __shfl_sync(Full, set, (lane - 1) & 31); }

    __device__ __forceinline__ void Start()
    {
        int h = problem.h, w = problem.w, largest = 1;
        for (int i = lane; i < problem.labels * problem.labels; i += 32)
        {
            int v = problem.Smooth(i / problem.labels, i % problem.labels);
            largest = v > largest ? v : largest;
        }

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            int other = __shfl_xor_sync(Full, largest, step);
            largest = other > largest ? other : largest;
        }

        int limit = (1 << 26) / largest;
#pragma unroll 1
        for (int y = 0; y < h; y++)
        {
            if (lane >= w) continue;
            int at = y * Pitch + lane;
            memory.toRight[at] = lane < w - 1 ? GridCutProblem::Limit(problem.horizontal[y * (w - 1) + lane], 0, limit) : 0;
            memory.toDown[at] = y < h - 1 ? GridCutProblem::Limit(problem.vertical[y * w + lane], 0, limit) : 0;
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

#pragma unroll
        for (int step = 16; step > 0; step /= 2)
        {
            unsigned low = __shfl_xor_sync(Full, (unsigned)energy, step), high = __shfl_xor_sync(Full, (unsigned)(energy >> 32), step);
            energy += (long long)((unsigned long long)high << 32 | low);
        }

        return energy;
    }

    /// Splits the nodes of two labels anew: a is the source's side, b the smallest sink's. True where a node changed.
    __device__ __forceinline__ bool Cut(int a, int b)
    {
        if (!Prepare(a, b)) return false;
        Flow();
        bool isChanged = false;
#pragma unroll 1
        for (int y = 0; y < problem.h; y++)
        {
            unsigned sink = __shfl_sync(Full, seen, y);
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
        right = left = down = up = excess = room = 0;
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
                memory.right[at] = toRight;
                memory.left[at] = toLeft;
                memory.down[at] = toDown;
                memory.up[at] = toUp;
                memory.excess[at] = supply > 0 ? supply : 0;
                memory.room[at] = supply < 0 ? -supply : 0;
            }

            Keep(y, toRight > 0, right);
            Keep(y, toLeft > 0, left);
            Keep(y, toDown > 0, down);
            Keep(y, toUp > 0, up);
            Keep(y, supply > 0, excess);
            Keep(y, supply < 0, room);
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

    /// Waves until no excess reaches the sink. A wave moves excess nearer or takes an arc of the shortest paths away, so they are bounded.
    __device__ __forceinline__ void Flow()
    {
#pragma unroll 1
        while (true)
        {
            int farthest = Search(), last = farthest - GridCutMemory::Window + 2;
            if (farthest == 0) return;
            // Level d needs level d - 1 beside it.
            if (last < 1) last = 1;
#pragma unroll 1
            for (int level = farthest; level >= last; level--) Push(level);
        }
    }

    __device__ __forceinline__ unsigned& Level(int depth) const { return memory.levels[depth % GridCutMemory::Window * 32 + lane]; }

    /// Levels by distance to the sink: 1 are the nodes with room. The level at which all excess had been found or the search ended; 0 where
    /// none reaches the sink. A lane reads only the words it wrote.
    __device__ __forceinline__ int Search()
    {
        unsigned level = room;
        seen = room;
        Level(1) = room;
#pragma unroll 1
        for (int depth = 1;; depth++)
        {
            bool isFound = __ballot_sync(Full, (seen & excess) != 0) != 0;
            if (isFound && __ballot_sync(Full, (excess & ~seen) != 0) == 0) return depth;
            unsigned next = ((level >> 1 & right) | (level << 1 & left) | (Below(level) & down) | (Above(level) & up)) & ~seen;
            if (__ballot_sync(Full, next != 0) == 0) return isFound ? depth : 0;
            Level(depth + 1) = next;
            seen |= next;
            level = next;
        }
    }

    __device__ __forceinline__ void Push(int depth)
    {
        unsigned here = Level(depth);
        if (__ballot_sync(Full, (here & excess) != 0) == 0) return;
        if (depth == 1)
        {
#pragma unroll 1
            for (unsigned nodes = here & excess; nodes != 0; nodes &= nodes - 1) Drain(Lowest(nodes));
            __syncwarp(Full);
            return;
        }

        unsigned below = Level(depth - 1), sent = 0;
#pragma unroll 1
        for (unsigned nodes = here & excess & right & below >> 1; nodes != 0; nodes &= nodes - 1)
        {
            int c = Lowest(nodes);
            Send(c, 1, memory.right, memory.left, right, sent);
            left |= sent;
            excess |= sent;
            sent = 0;
        }

#pragma unroll 1
        for (unsigned nodes = here & excess & left & below << 1; nodes != 0; nodes &= nodes - 1)
        {
            int c = Lowest(nodes);
            Send(c, -1, memory.left, memory.right, left, sent);
            right |= sent;
            excess |= sent;
            sent = 0;
        }

        // Down and up, one after the other: then a node is written by one lane at a time.
        __syncwarp(Full);
        unsigned nodes = here & excess & down & Below(below);
#pragma unroll 1
        for (; nodes != 0; nodes &= nodes - 1) Send(Lowest(nodes), Pitch, memory.down, memory.up, down, sent);
        unsigned got = Above(sent);
        if (lane == 0) got = 0;
        up |= got;
        excess |= got;
        __syncwarp(Full);
        sent = 0;
        nodes = here & excess & up & Above(below);
#pragma unroll 1
        for (; nodes != 0; nodes &= nodes - 1) Send(Lowest(nodes), -Pitch, memory.up, memory.down, up, sent);
        got = Below(sent);
        if (lane == 31) got = 0;
        down |= got;
        excess |= got;
        __syncwarp(Full);
    }

    /// Hands what a node can to the sink.
    __device__ __forceinline__ void Drain(int c)
    {
        int at = lane * Pitch + c, rest = memory.excess[at] - memory.room[at];
        memory.excess[at] = rest > 0 ? rest : 0;
        memory.room[at] = rest < 0 ? -rest : 0;
        if (rest <= 0) excess &= ~(1u << c);
        if (rest >= 0) room &= ~(1u << c);
    }

    /// Pushes what an arc of this row takes; where it went is marked at the same column (or its neighbour, by a step of ±1).
    __device__ __forceinline__ void Send(int c, int step, int* forth, int* back, unsigned& arcs, unsigned& sent)
    {
        int at = lane * Pitch + c, rest = memory.excess[at], capacity = forth[at], flow = rest < capacity ? rest : capacity;
        forth[at] = capacity - flow;
        back[at + step] += flow;
        memory.excess[at] = rest - flow;
        memory.excess[at + step] += flow;
        if (capacity == flow) arcs &= ~(1u << c);
        if (rest == flow) excess &= ~(1u << c);
        sent |= 1u << (step == 1 ? c + 1 : step == -1 ? c - 1 : c);
    }
};

#endif
