// Labels for the nodes of a grid by α-β swap, as src/GuidedMixup/Cpu/AlphaBetaSwap.cs, by one block whose warps cut ahead of each other.
//
// The swap takes pairs of labels in order, and most cuts change nothing:
// - Pairs are bits in order ("slots": a ascending, b descending). A bit is open where the pair's cut could change a node. All threads clear
//   those that need no cut, a pair a thread: neither label is in use; or one is, and none of its nodes would leave even if its fellows
//   left before it.
// - The warps cut the next open pairs in order, each against the labelling as it is. The first that changes a node is applied; those before
//   it are closed, those behind it are cut again. A closed pair opens when a node of its labels, or beside one, changes.
// A pair is passed over only where its cut would change nothing, so the labels are those of the plain order, bit for bit. Within a round the
// slots only go on, and rounds are bounded: so is the time.
#ifndef GUIDEDMIXUP_BLOCKSWAP_CUH
#define GUIDEDMIXUP_BLOCKSWAP_CUH

#include "Cuda.h"

const int BlockSwapWarps = 16;

/// What all warps share: for each warp its slot, -1 for none, and whether its cut changes a node; then a bit a pair.
struct BlockSwapMemory
{
    int* slot;
    int* isChanged;
    unsigned* open;
};

/// Cuts: labels; warps, how many of them cut; and, by all threads: Start(), everything at label 0; long long Energy(), in every lane; void
/// Apply(a, b, warp), what a warp's cut found; by one warp: bool Cut(a, b), true where it changes a node; by one thread: bool MayChange(a, b),
/// false where a cut is known to leave all as it is; bool IsNear(label), whether a node of the label has been moved by Apply or is beside one.
template <class Cuts>
struct BlockSwap
{
    static const int Warps = BlockSwapWarps, Threads = 32 * Warps;
    static const unsigned Full = 0xFFFFFFFFu;

    /// A bound on the time, as on the CPU; the instances at hand take 2 to 5.
    static const int MaxRounds = 100;

    Cuts& cuts;
    BlockSwapMemory memory;
    int labels, lane, warp;

    __device__ __forceinline__ BlockSwap(Cuts& c, const BlockSwapMemory& m)
        : cuts(c), memory(m), labels(c.labels), lane((int)threadIdx.x % 32), warp((int)threadIdx.x / 32)
    {
    }

    /// Labels the nodes; returns their energy, in every thread. All threads of the block; a barrier before anything is changed.
    __device__ __forceinline__ long long Solve()
    {
        cuts.Start();
        int from = 0, end = 0, slot = -1, round = 0;
        // From the start every pair is looked at, as if all nodes had moved.
        bool isRound = true, isMoved = true;
        long long energy = 0x7FFFFFFFFFFFFFFFll;
#pragma unroll 1
        while (true)
        {
            if (isMoved)
            {
                __syncthreads();
                Open(from, slot);
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
                energy = cuts.Energy();
                if (energy >= previous || round == MaxRounds) return energy;
                round++;
                from = 0;
            }

            if (warp < cuts.warps) Cut(Next(from, warp));
            __syncthreads();
            // The first cut that changes something, or the last of all.
            bool isWarp = lane < cuts.warps;
            slot = isWarp ? memory.slot[lane] : -1;
            unsigned changed = __ballot_sync(Full, isWarp && memory.isChanged[lane] != 0), made = __ballot_sync(Full, slot >= 0);
            int last = changed != 0 ? __builtin_ctz(changed) : cuts.warps - 1;
            isMoved = changed != 0;
            isRound = !isMoved && made != (1u << cuts.warps) - 1;
            slot = __shfl_sync(Full, slot, last);
            end = isRound ? labels * labels : slot + 1;
            if (!isMoved) continue;
            int a, b;
            Pair(slot, a, b);
            cuts.Apply(a, b, last);
        }
    }

private:
    /// Slots come in the order of the swap; those with b at most a are no pairs.
    __device__ __forceinline__ void Pair(int slot, int& a, int& b) const
    {
        a = slot / labels;
        b = labels - 1 - (slot - a * labels);
    }

    __device__ __forceinline__ int Words() const { return (labels * labels + 31) / 32; }

    /// The slot of open pair number `skip` from a slot on; -1 where there are no more. All lanes of a warp.
    __device__ __forceinline__ int Next(int from, int skip) const
    {
        int words = Words();
#pragma unroll 1
        for (int base = from / 32; base < words; base += 32)
        {
            unsigned word = base + lane < words ? memory.open[base + lane] : 0;
            if (base + lane == from / 32) word &= Full << from % 32;
            int own = __builtin_popcount(word), sum = own;
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

    /// Cuts a pair against the labelling as it is. One warp.
    __device__ __forceinline__ void Cut(int slot)
    {
        bool isChanged = false;
        if (slot >= 0)
        {
            int a, b;
            Pair(slot, a, b);
            isChanged = cuts.Cut(a, b);
        }

        if (lane != 0) return;
        memory.slot[warp] = slot;
        memory.isChanged[warp] = isChanged ? 1 : 0;
    }

    /// Closes the slots from one on up to that of the cut, and looks anew at the pairs that the moved nodes matter to; at all where there was
    /// no cut (slot -1). All threads.
    __device__ __forceinline__ void Open(int from, int cut)
    {
        int cutA, cutB;
        Pair(cut, cutA, cutB);
#pragma unroll 1
        for (int word = warp; word < Words(); word += Warps)
        {
            int a, b, slot = 32 * word + lane;
            Pair(slot, a, b);
            bool isOpen = (memory.open[word] >> lane & 1) != 0 && (slot < from || slot > cut);
            if (a >= labels || b <= a || slot == cut) isOpen = false;
            else if (cut < 0 || a == cutA || a == cutB || b == cutA || b == cutB || cuts.IsNear(a) || cuts.IsNear(b)) isOpen = cuts.MayChange(a, b);
            unsigned open = __ballot_sync(Full, isOpen);
            // All lanes have read the word.
            __syncwarp(Full);
            if (lane == 0) memory.open[word] = open;
        }
    }

    /// Closes the slots [from, end). All threads.
    __device__ __forceinline__ void Close(int from, int end)
    {
#pragma unroll 1
        for (int word = (int)threadIdx.x; word < Words(); word += Threads)
        {
            int low = from - 32 * word, high = end - 32 * word;
            unsigned keep = (low >= 32 ? Full : low <= 0 ? 0 : (1u << low) - 1) | (high >= 32 ? 0 : high <= 0 ? Full : Full << high);
            memory.open[word] &= keep;
        }
    }
};

#endif
