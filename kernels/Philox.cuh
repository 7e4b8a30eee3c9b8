// Philox4x32-10 and the draws made with it, the numbers of src/GuidedMixup/Philox.cs and Selection.cs.
// Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
#ifndef GUIDEDMIXUP_PHILOX_CUH
#define GUIDEDMIXUP_PHILOX_CUH

#include "Cuda.h"

/// Which images take part. step, where not null, wins over hostStep: a captured graph replays with the number the caller refreshed.
struct Selection
{
    const unsigned char* subset;
    const unsigned long long* step;
    unsigned long long seed, hostStep;
    double probability;
    int rank, mode; // mode 0: one draw a batch, 1: one an image
};

static_assert(sizeof(Selection) == 48, "C# mirrors this");

enum PhiloxPurpose { PhiloxPermutation = 0, PhiloxProbability = 1, PhiloxDirichlet = 17, PhiloxLayout = 18 };

/// The four words of counter (index, step, purpose and rank) under the key seed, as two 64-bit numbers.
struct PhiloxPair { unsigned long long first, second; };

__device__ __forceinline__ PhiloxPair PhiloxDraws(
    unsigned long long seed, unsigned long long step, int rank, PhiloxPurpose purpose, unsigned index)
{
    unsigned c0 = index, c1 = (unsigned)step, c2 = (unsigned)(step >> 32), c3 = ((unsigned)purpose << 24) + (unsigned)rank;
    unsigned k0 = (unsigned)seed, k1 = (unsigned)(seed >> 32);
    for (int round = 0; round < 10; round++)
    {
        unsigned long long p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
        c0 = (unsigned)(p1 >> 32) ^ c1 ^ k0;
        c1 = (unsigned)p1;
        c2 = (unsigned)(p0 >> 32) ^ c3 ^ k1;
        c3 = (unsigned)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }

    return {((unsigned long long)c0 << 32) | c1, ((unsigned long long)c2 << 32) | c3};
}

/// The first two words of them.
__device__ __forceinline__ unsigned long long PhiloxDraw(
    unsigned long long seed, unsigned long long step, int rank, PhiloxPurpose purpose, unsigned index)
{
    return PhiloxDraws(seed, step, rank, purpose, index).first;
}

/// A number in [0, 1), with 53 bits.
__device__ __forceinline__ double Uniform(unsigned long long draw) { return (double)(draw >> 11) * (1.0 / 9007199254740992.0); }

__device__ __forceinline__ unsigned long long StepOf(const Selection& s)
{
    // A choice of two loads would become a load of a chosen address, and the argument be copied to local memory: so the sum of one of
    // them and 0.
    unsigned long long fresh = 0;
    if (s.step) fresh = *s.step;
    return fresh + (s.step ? 0 : s.hostStep);
}

/// Whether image i takes part: in the subset, and not spared by the draw.
__device__ __forceinline__ bool IsSelected(const Selection& s, unsigned long long step, int i)
{
    if (s.subset && s.subset[i] == 0) return false;
    if (s.probability >= 1) return true;
    unsigned long long draw = PhiloxDraw(s.seed, step, s.rank, PhiloxProbability, s.mode == 1 ? (unsigned)i : 0u);
    return Uniform(draw) < s.probability;
}

#endif
