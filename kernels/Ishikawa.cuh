// The labelling of least energy where V is convex, by one minimum cut, as src/GuidedMixup/Cpu/Ishikawa.cs: one warp, waves of push–relabel with
// exact distances over layers of nodes. Levels are taken 32 nodes at a time; nodes of one level push over arcs of their own, in the CPU's order,
// and what they push is added atomically: labels and the number of waves are the CPU's.
#ifndef GUIDEDMIXUP_ISHIKAWA_CUH
#define GUIDEDMIXUP_ISHIKAWA_CUH

#include "GridCut.cuh"

/// The network, in shared or in global memory, 8-byte aligned. Node (s,i), i = 0 … layers-1, is at s·layers + i.
struct IshikawaMemory
{
    /// Above 0: what the source brings; below: what the sink takes. What has come down from the layer above, and may go back.
    long long* excess;
    long long* rise;

    /// What may still be pushed over an arc: over the sides 0 right and 2 down from (s,i) to (t,j) at (s·layers + i)·layers + j, over the sides 1
    /// and 3 the way back; [4][nodes·layers·layers].
    int* arcs;

    /// 1 for what has room at the sink, 0 out of reach; the nodes in its order; where each distance begins among them.
    int* distance;
    int* queue;
    int* starts;

    /// C# mirrors this.
    __device__ __forceinline__ static long long Bytes(int nodes, int layers) { return (long long)nodes * layers * (28 + 16 * layers) + 16; }

    __device__ __forceinline__ IshikawaMemory(void* at, int nodes, int layers)
    {
        int count = nodes * layers;
        excess = (long long*)at;
        rise = excess + count;
        arcs = (int*)(rise + count);
        distance = arcs + 4 * count * layers;
        queue = distance + count;
        starts = queue + count;
    }
};

struct IshikawaWarp
{
    static const unsigned Full = 0xFFFFFFFFu;

    /// Most labels that are solved as one network.
    static const int MaxLabels = 16;

    const GridCutEdges& edges;
    const GridCutProblem& problem;
    IshikawaMemory memory;
    int w, nodes, layers, count, lane;

    __device__ __forceinline__ IshikawaWarp(const GridCutEdges& e, void* at)
        : edges(e), problem(e.problem), memory(at, e.problem.h * e.problem.w, e.problem.labels - 1), w(e.problem.w), nodes(e.problem.h * w),
          layers(e.problem.labels - 1), count(nodes * layers), lane((int)threadIdx.x % 32)
    {
    }

    /// Whether V is what this solver takes. In every lane.
    __device__ __forceinline__ static bool Takes(const GridCutProblem& problem)
    {
        int layers = problem.labels - 1;
        bool isMixed = false;
#pragma unroll 1
        for (int k = (int)threadIdx.x % 32; k < layers * layers; k += 32) isMixed |= Mixed(problem, k / layers, k % layers) > 0;
        return __ballot_sync(Full, isMixed) == 0;
    }

    /// Writes the labelling x [h][w]; false, and nothing written, where the cut takes more waves.
    __device__ __forceinline__ bool Solve(int* x, int maxWaves)
    {
        Form();
#pragma unroll 1
        for (int wave = 0;; wave++)
        {
            int farthest = Search();
            if (farthest == 0) break;
            if (wave == maxWaves) return false;
#pragma unroll 1
            for (int level = farthest; level > 1; level--) Push(level);
        }

#pragma unroll 1
        for (int s = lane; s < nodes; s += 32)
        {
            int label = 0;
            while (label < layers && memory.distance[s * layers + label] == 0) label++;
            x[s] = label;
        }

        __syncwarp(Full);
        return true;
    }

private:
    __device__ __forceinline__ static int Mixed(const GridCutProblem& problem, int i, int j)
    {
        return problem.Smooth(i + 1, j + 1) - problem.Smooth(i + 1, j) - problem.Smooth(i, j + 1) + problem.Smooth(i, j);
    }

    __device__ __forceinline__ void Form()
    {
#pragma unroll 1
        for (int v = lane; v < count; v += 32)
        {
            int s = v / layers, i = v - s * layers;
            // What a pair pays for either alone: as its second node V's first column; as its first all mixed terms besides, which is V's last.
            long long second = problem.Smooth(i + 1, 0) - problem.Smooth(i, 0), first = problem.Smooth(i + 1, layers) - problem.Smooth(i, layers);
            long long excess = (long long)problem.Unary(s, i) - problem.Unary(s, i + 1);
#pragma unroll 1
            for (int side = 0; side < 4; side++)
            {
                int weight = edges.Weight(s, side);
                excess -= (side % 2 == 0 ? first : second) * weight;
#pragma unroll 1
                for (int j = 0; j < layers; j++) memory.arcs[(side * count + v) * layers + j] = side % 2 == 0 ? -weight * Mixed(problem, i, j) : 0;
            }

            memory.excess[v] = excess;
            memory.rise[v] = 0;
        }
    }

    /// Distances to the sink, and the nodes in their order. The farthest distance that a push may begin at; 0 where no excess reaches the sink.
    __device__ __forceinline__ int Search()
    {
        int reached = 0, wanting = 0, found = 0;
#pragma unroll 1
        for (int base = 0; base < count; base += 32)
        {
            int v = base + lane;
            long long excess = v < count ? memory.excess[v] : 0;
            if (v < count) memory.distance[v] = excess < 0;
            wanting += __builtin_popcount(__ballot_sync(Full, excess > 0));
            Append(v, excess < 0, reached);
        }

        int begin = 0;
#pragma unroll 1
        for (int level = 1;; level++)
        {
            if (lane == 0) memory.starts[level] = begin;
            __syncwarp(Full);
            int end = reached;
            if (begin == end) return found > 0 ? level - 1 : 0;
#pragma unroll 1
            for (int base = begin; base < end; base += 32) Visit(base + lane < end ? memory.queue[base + lane] : -1, level + 1, reached, found);
            begin = end;
            // All that has excess is known: the rest would push nothing. Where none has any, the search goes on for the sink's side.
            if (found == 0 || found < wanting) continue;
            if (lane == 0)
            {
                memory.starts[level + 1] = begin;
                memory.starts[level + 2] = reached;
            }

            __syncwarp(Full);
            return level + 1;
        }
    }

    /// Finds the nodes with an arc into v, a level farther; -1 for a lane without a node. All lanes.
    __device__ __forceinline__ void Visit(int v, int level, int& reached, int& found)
    {
        bool isNode = v >= 0;
        int s = v / layers, i = v - s * layers;
#pragma unroll 1
        for (int side = 0; side < 4; side++)
        {
            int t = isNode ? edges.Neighbour(s, side) : -1;
#pragma unroll 1
            for (int j = 0; j < layers; j++)
            {
                bool hasArc = t >= 0 && memory.arcs[Arc(v, t * layers + j, side, side ^ 1)] > 0;
                Claim(hasArc, t * layers + j, level, reached, found);
            }
        }

        // The layer above comes down without bound.
        Claim(isNode && i + 1 < layers, v + 1, level, reached, found);
        Claim(isNode && i > 0 && memory.rise[v - 1] > 0, v - 1, level, reached, found);
    }

    __device__ __forceinline__ void Claim(bool hasArc, int v, int level, int& reached, int& found)
    {
        // Lanes that meet write one and the same level; the first has it. (Or-ing 0 reads.)
        bool isFirst = hasArc && atomicOr(memory.distance + v, 0) == 0 && atomicOr(memory.distance + v, level) == 0;
        found += __builtin_popcount(__ballot_sync(Full, isFirst && memory.excess[v] > 0));
        Append(v, isFirst, reached);
    }

    __device__ __forceinline__ void Append(int v, bool isIn, int& reached)
    {
        unsigned set = __ballot_sync(Full, isIn);
        if (isIn) memory.queue[reached + __builtin_popcount(set & ((1u << lane) - 1))] = v;
        reached += __builtin_popcount(set);
    }

    __device__ __forceinline__ void Push(int level)
    {
        int end = memory.starts[level + 1];
#pragma unroll 1
        for (int k = memory.starts[level] + lane; k < end; k += 32)
        {
            int v = memory.queue[k], s = v / layers, i = v - s * layers, nearer = level - 1;
            long long rest = memory.excess[v];
            if (rest <= 0) continue;
            // Down, right, left, up: the CPU's order.
#pragma unroll 1
            for (int sides = 0x3102; sides >= 0 && rest > 0; sides = sides == 3 ? -1 : sides >> 4) SendAll(rest, v, s, sides & 3, nearer);
            if (rest > 0 && i + 1 < layers && memory.distance[v + 1] == nearer)
            {
                long long back = memory.rise[v], flow = rest < back ? rest : back;
                memory.rise[v] = back - flow;
                rest -= flow;
                Give(v + 1, flow);
            }

            if (rest > 0 && i > 0 && memory.distance[v - 1] == nearer)
            {
                memory.rise[v - 1] += rest;
                Give(v - 1, rest);
                rest = 0;
            }

            memory.excess[v] = rest;
        }

        __syncwarp(Full);
    }

    /// To the layers of a neighbour, from the highest down.
    __device__ __forceinline__ void SendAll(long long& rest, int v, int s, int side, int nearer)
    {
        int t = edges.Neighbour(s, side);
        if (t < 0) return;
#pragma unroll 1
        for (int j = layers - 1; j >= 0 && rest > 0; j--)
        {
            int to = t * layers + j, at = Arc(v, to, side, side), capacity = memory.arcs[at];
            if (capacity == 0 || memory.distance[to] != nearer) continue;
            int flow = rest < capacity ? (int)rest : capacity;
            memory.arcs[at] = capacity - flow;
            memory.arcs[Arc(v, to, side, side ^ 1)] += flow;
            rest -= flow;
            Give(to, flow);
        }
    }

    /// Where the arc from v over a side to u is kept, or (of the other kind) its reverse.
    __device__ __forceinline__ int Arc(int v, int u, int side, int kind) const
    {
        return kind * count * layers + (side % 2 == 0 ? v * layers + u % layers : u * layers + v % layers);
    }

    __device__ __forceinline__ void Give(int v, long long flow) { atomicAdd((unsigned long long*)memory.excess + v, (unsigned long long)flow); }
};

#endif
