// The minimum cut of a grid of up to 32×32 between a source and a sink, as src/GuidedMixup/Cpu/GridFlow.cs: one warp, lane r is row r, and a set
// of nodes is a word a lane, bit c for column c. Whole waves of push–relabel run in lock step: a step of the breadth-first search is two shifts,
// two shuffles and a mask in all rows at once; then the nodes with excess push, farthest level first, sideways in their own lane, and down and
// up in two further steps, so that no two lanes ever write one word. The smallest sink side does not hang on the order of pushes, and no node's
// pushes in a wave on those of others at its level: so the side and the number of waves are the CPU's.
#ifndef GUIDEDMIXUP_GRIDFLOW_CUH
#define GUIDEDMIXUP_GRIDFLOW_CUH

#include "Cuda.h"

/// The network: capacities to each side, what the source brings and what the sink takes. Rows are 33 words apart, so that lanes in one column
/// meet 32 banks.
struct GridFlowMemory
{
    static const int Pitch = 33;
    static const int Nodes = 32 * Pitch;

    /// Levels of the search that are kept; farther ones push in later waves.
    static const int Window = 64;

    int right[Nodes], left[Nodes], down[Nodes], up[Nodes], excess[Nodes], room[Nodes];
    unsigned levels[Window * 32];
};

struct GridFlowWarp
{
    static const unsigned Full = 0xFFFFFFFFu;
    static const int Pitch = GridFlowMemory::Pitch;

    /// A bound on the time, as on the CPU.
    static const int MaxWaves = 1 << 12;

    GridFlowMemory& memory;
    int lane;

    // This lane's row: nodes with capacity to a side, with excess, with room, and (after a search) that reach the sink.
    unsigned right, left, down, up, excess, room, seen;

    __device__ __forceinline__ GridFlowWarp(GridFlowMemory& m) : memory(m), lane((int)threadIdx.x % 32) {}

    /// Waves until no excess reaches the sink: then `seen` is the smallest sink side. False where the cut was not found in so many.
    __device__ __forceinline__ bool Run(int maxWaves)
    {
#pragma unroll 1
        for (int wave = 0;; wave++)
        {
            int farthest = Search(), last = farthest - GridFlowMemory::Window + 2;
            if (farthest == 0) return true;
            if (wave == maxWaves) return false;
            // Level d needs level d - 1 beside it.
            if (last < 1) last = 1;
#pragma unroll 1
            for (int level = farthest; level >= last; level--) Push(level);
        }
    }

private:
    __device__ __forceinline__ static int Lowest(unsigned set) { return __builtin_ctz(set); }

    __device__ __forceinline__ unsigned Below(unsigned set) const { return __shfl_sync(Full, set, (lane + 1) & 31); }

    __device__ __forceinline__ unsigned Above(unsigned set) const { return __shfl_sync(Full, set, (lane - 1) & 31); }

    __device__ __forceinline__ unsigned& Level(int depth) const { return memory.levels[depth % GridFlowMemory::Window * 32 + lane]; }

    /// Levels by distance to the sink: 1 are the nodes with room. The level at which all excess had been found, the window from the nearest of it
    /// on was full, or the search ended; 0 where none reaches the sink. A lane reads only the words it wrote.
    __device__ __forceinline__ int Search()
    {
        unsigned level = room;
        int nearest = 0;
        seen = room;
        Level(1) = room;
#pragma unroll 1
        for (int depth = 1;; depth++)
        {
            if (nearest == 0 && __ballot_sync(Full, (level & excess) != 0) != 0) nearest = depth;
            if (nearest != 0 && (depth == nearest + GridFlowMemory::Window - 2 || __ballot_sync(Full, (excess & ~seen) != 0) == 0)) return depth;
            unsigned next = ((level >> 1 & right) | (level << 1 & left) | (Below(level) & down) | (Above(level) & up)) & ~seen;
            if (__ballot_sync(Full, next != 0) == 0) return nearest != 0 ? depth : 0;
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
