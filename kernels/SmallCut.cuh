// Labels for the nodes of a grid of up to 32 nodes by α-β swap, as src/GuidedMixup/Cpu/AlphaBetaSwap.cs: one block, all edges of one weight.
//
// A set of nodes is a word, bit s for node s; in a cut lane s is node s, so that a step of the breadth-first search is a few shifts of words
// that every lane holds, and all nodes of a level push at once. The swap takes pairs of labels in order, and most cuts change nothing:
// - Pairs are bits in order ("slots": a ascending, b descending). A bit is open where the pair's cut could change a node. All threads clear
//   those that need no cut, a pair a thread: neither label is in use; or one is, and none of its nodes would leave even if its fellows
//   left before it.
// - The warps cut the next open pairs in order, each against the labelling as it is. The first that changes a node is applied; those before
//   it are closed, those behind it are cut again. A closed pair opens when a node of its labels, or beside one, changes.
// A pair is passed over only where its cut would change nothing, so the labels are those of the plain order, bit for bit.
#ifndef GUIDEDMIXUP_SMALLCUT_CUH
#define GUIDEDMIXUP_SMALLCUT_CUH

#include "Cuda.h"

/// Shared memory of a block's cut, laid out in Words(labels, nodes) words.
struct SmallCutMemory
{
    static const int MaxNodes = 32;
    static const int Warps = 16;

    /// C[l][s] = U[s,l] + Σ_t e·V[l,x_t]: the cost of a label beside the neighbours' labels.
    int* costs;

    /// The nodes of each label; each node's label; each node's neighbours.
    unsigned* members;
    int* label;
    unsigned* neighbours;

    /// What each warp found: its slot, -1 for none, and the nodes that go to b and to a.
    int* slot;
    unsigned* toB;
    unsigned* toA;

    /// A bit a pair.
    unsigned* open;

    __device__ __forceinline__ SmallCutMemory(int* memory, int labels, int nodes)
    {
        label = memory;
        neighbours = reinterpret_cast<unsigned*>(label + MaxNodes);
        slot = reinterpret_cast<int*>(neighbours + MaxNodes);
        toB = reinterpret_cast<unsigned*>(slot + Warps);
        toA = toB + Warps;
        members = toA + Warps;
        costs = reinterpret_cast<int*>(members + labels);
        open = reinterpret_cast<unsigned*>(costs + labels * nodes);
    }
};

/// Problem: h, w, labels, edge, and int Unary(label, node), int Smooth(a, b) within the limits of GridCutProblem.cs.
template <class Problem>
struct SmallCut
{
    static const int Warps = SmallCutMemory::Warps, Threads = 32 * Warps;
    static const unsigned Full = 0xFFFFFFFFu;

    /// Bounds on the time, as on the CPU; the instances at hand take 2 to 5.
    static const int MaxRounds = 100;

    const Problem& problem;
    SmallCutMemory memory;
    int h, w, nodes, labels, lane, warp, thread;
    unsigned all, firstColumn, lastColumn;

    __device__ __forceinline__ SmallCut(const Problem& p, int* shared)
        : problem(p), memory(shared, p.labels, p.h * p.w), h(p.h), w(p.w), nodes(p.h * p.w), labels(p.labels), lane((int)threadIdx.x % 32),
          warp((int)threadIdx.x / 32), thread((int)threadIdx.x)
    {
        all = nodes == 32 ? Full : (1u << nodes) - 1;
        firstColumn = 0;
#pragma unroll 1
        for (int s = 0; s < nodes; s += w) firstColumn |= 1u << s;
        lastColumn = firstColumn << (w - 1);
    }

    /// Leaves the labels in memory.label; returns their energy, in every thread. All threads of the block; a barrier before anything is changed.
    __device__ __forceinline__ long long Solve()
    {
        Start();
        int from = 0, end = 0, slot = -1, round = 0;
        // From the start every pair is looked at, as if all nodes had moved.
        unsigned moved = all;
        bool isRound = true;
        long long energy = 0x7FFFFFFFFFFFFFFFll;
#pragma unroll 1
        while (true)
        {
            if (moved != 0)
            {
                __syncthreads();
                Open(from, slot, moved);
                end = slot + 1;
            }
            else
            {
                Close(from, end);
            }

            from = end;
            __syncthreads();
            if (isRound)
            {
                long long previous = energy;
                energy = Energy();
                if (energy >= previous || round == MaxRounds) return energy;
                round++;
                from = 0;
            }

            Cut(Next(from, warp));
            __syncthreads();
            // The first cut that changes something, or the last of all.
            bool isWarp = lane < Warps;
            slot = isWarp ? memory.slot[lane] : -1;
            unsigned toB = isWarp ? memory.toB[lane] : 0, toA = isWarp ? memory.toA[lane] : 0;
            unsigned changed = __ballot_sync(Full, (toB | toA) != 0), cuts = __ballot_sync(Full, slot >= 0);
            int last = changed != 0 ? __builtin_ctz(changed) : Warps - 1;
            isRound = changed == 0 && cuts != (1u << Warps) - 1;
            slot = __shfl_sync(Full, slot, last);
            toB = __shfl_sync(Full, toB, last);
            toA = __shfl_sync(Full, toA, last);
            moved = toB | toA;
            if (moved != 0) Apply(slot, toB, toA);
            else end = isRound ? labels * labels : slot + 1;
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

    /// Slots come in the order of the swap; those with b at most a are no pairs.
    __device__ __forceinline__ void Pair(int slot, int& a, int& b) const
    {
        a = slot / labels;
        b = labels - 1 - (slot - a * labels);
    }

    __device__ __forceinline__ int Words() const { return (labels * labels + 31) / 32; }

    /// Everything at label 0, all pairs looked at.
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

    /// In every lane.
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

    /// What b costs above a at a node, beside neighbours that are not in the cut.
    __device__ __forceinline__ int Supply(int a, int b, unsigned inA, unsigned inB, int s, int capacity) const
    {
        unsigned beside = memory.neighbours[s];
        return memory.costs[b * nodes + s] - memory.costs[a * nodes + s] + capacity * (Count(beside & inB) - Count(beside & inA));
    }

    /// False where the cut of a pair is known to leave all as it is. One thread.
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

    /// The slot of open pair number `skip` from a slot on; -1 where there are no more. All lanes of a warp.
    __device__ __forceinline__ int Next(int from, int skip) const
    {
        int words = Words();
#pragma unroll 1
        for (int base = from / 32; base < words; base += 32)
        {
            unsigned word = base + lane < words ? memory.open[base + lane] : 0;
            if (base + lane == from / 32) word &= Full << from % 32;
            int own = Count(word), sum = own;
#pragma unroll
            for (int step = 1; step < 32; step *= 2)
            {
                int before = __shfl_sync(Full, sum, (lane - step) & 31);
                if (lane >= step) sum += before;
            }

            unsigned beyond = __ballot_sync(Full, sum > skip);
            if (beyond != 0)
            {
                int holder = __builtin_ctz(beyond);
                word = __shfl_sync(Full, word, holder);
                skip -= __shfl_sync(Full, sum - own, holder);
#pragma unroll 1
                for (; skip > 0; skip--) word &= word - 1;
                return 32 * (base + holder) + __builtin_ctz(word);
            }

            skip -= __shfl_sync(Full, sum, 31);
        }

        return -1;
    }

    /// Cuts a pair against the labelling as it is, and leaves word of it. One warp.
    __device__ __forceinline__ void Cut(int slot)
    {
        unsigned toB = 0, toA = 0;
        if (slot >= 0)
        {
            int a, b;
            Pair(slot, a, b);
            unsigned inA = memory.members[a], inB = memory.members[b], sink = SinkSide(a, b, inA, inB);
            toB = inA & sink;
            toA = inB & ~sink;
        }

        if (lane != 0) return;
        memory.slot[warp] = slot;
        memory.toB[warp] = toB;
        memory.toA[warp] = toA;
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

    /// Relabels what a cut moved, and tells the neighbours. All threads.
    __device__ __forceinline__ void Apply(int slot, unsigned toB, unsigned toA)
    {
        int a, b;
        Pair(slot, a, b);
        if (thread == 0)
        {
            memory.members[a] ^= toB | toA;
            memory.members[b] ^= toB | toA;
        }

        if (thread < nodes && ((toB | toA) >> thread & 1) != 0) memory.label[thread] = (toB >> thread & 1) != 0 ? b : a;
        unsigned beside = Beside(toB | toA);
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

    /// Closes the slots from one on up to that of the cut, and looks anew at the pairs that the moved nodes matter to; at all where there was
    /// no cut (slot -1). All threads.
    __device__ __forceinline__ void Open(int from, int cut, unsigned moved)
    {
        int cutA, cutB;
        Pair(cut, cutA, cutB);
        unsigned zone = moved | Beside(moved);
#pragma unroll 1
        for (int word = warp; word < Words(); word += Warps)
        {
            int a, b, slot = 32 * word + lane;
            Pair(slot, a, b);
            bool isOpen = (memory.open[word] >> lane & 1) != 0 && (slot < from || slot > cut);
            if (a >= labels || b <= a || slot == cut) isOpen = false;
            else if (cut < 0 || a == cutA || a == cutB || b == cutA || b == cutB || ((memory.members[a] | memory.members[b]) & zone) != 0)
                isOpen = MayChange(a, b);
            unsigned open = __ballot_sync(Full, isOpen);
            // All have read the word: a ballot itself orders no memory.
            __syncwarp(Full);
            if (lane == 0) memory.open[word] = open;
        }
    }

    /// Closes the slots [from, end). All threads.
    __device__ __forceinline__ void Close(int from, int end)
    {
#pragma unroll 1
        for (int word = thread; word < Words(); word += Threads)
        {
            int low = from - 32 * word, high = end - 32 * word;
            unsigned keep = (low >= 32 ? Full : low <= 0 ? 0 : (1u << low) - 1) | (high >= 32 ? 0 : high <= 0 ? Full : Full << high);
            memory.open[word] &= keep;
        }
    }
};

#endif
