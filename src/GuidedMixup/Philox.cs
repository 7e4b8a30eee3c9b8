using System;

namespace GuidedMixup;

/// <summary>Philox4x32-10: random numbers as a pure function of (seed, step, rank), the same on every backend.</summary>
/// <remarks>
/// Key: the seed's low and high word. Counter: (index, step low, step high, purpose·2²⁴ + rank). Source: Salmon, Moraes, Dror and Shaw,
/// "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
/// </remarks>
public static class Philox
{
    /// <summary>The largest rank a draw takes: the counter holds 24 bits of it.</summary>
    public const int MaxRank = (1 << 24) - 1;

    /// <summary>The four words of one counter.</summary>
    /// <param name="counter">Four words.</param>
    /// <param name="key">Two words.</param>
    /// <param name="words">Receives four words.</param>
    /// <exception cref="ArgumentException">A span of another length.</exception>
    public static void Block(ReadOnlySpan<uint> counter, ReadOnlySpan<uint> key, Span<uint> words)
    {
        if (counter.Length != 4) throw new ArgumentException($"{counter.Length} words; it has 4.", nameof(counter));
        if (key.Length != 2) throw new ArgumentException($"{key.Length} words; it has 2.", nameof(key));
        if (words.Length != 4) throw new ArgumentException($"{words.Length} words; it has 4.", nameof(words));
        uint c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53ul * c0, p1 = 0xCD9E8D57ul * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        (words[0], words[1], words[2], words[3]) = (c0, c1, c2, c3);
    }

    /// <summary>The first two words of a draw, as one 64-bit key.</summary>
    internal static ulong Draw(ulong seed, ulong step, int rank, Purpose purpose, uint index)
    {
        Span<uint> words = stackalloc uint[4];
        Block(
            [index, (uint)step, (uint)(step >> 32), ((uint)purpose << 24) + (uint)rank],
            [(uint)seed, (uint)(seed >> 32)],
            words);
        return ((ulong)words[0] << 32) | words[1];
    }

    /// <summary>A uniform number in [0, 1), with 53 bits.</summary>
    internal static double Uniform(ulong seed, ulong step, int rank, Purpose purpose, uint index) =>
        (Draw(seed, step, rank, purpose, index) >> 11) * (1.0 / (1ul << 53));

    /// <summary>Two uniform numbers in [0, 1), with 53 bits each: the first two words of a block, and the last two.</summary>
    internal static (double U, double V) UniformPair(ulong seed, ulong step, int rank, Purpose purpose, uint index)
    {
        Span<uint> words = stackalloc uint[4];
        Block(
            [index, (uint)step, (uint)(step >> 32), ((uint)purpose << 24) + (uint)rank],
            [(uint)seed, (uint)(seed >> 32)],
            words);
        ulong first = ((ulong)words[0] << 32) | words[1], second = ((ulong)words[2] << 32) | words[3];
        return ((first >> 11) * (1.0 / (1ul << 53)), (second >> 11) * (1.0 / (1ul << 53)));
    }

    /// <summary>What a draw is for, so that no two uses share numbers.</summary>
    internal enum Purpose
    {
        /// <summary>The sort keys of a random permutation, one an image.</summary>
        Permutation = 0,

        /// <summary>Whether a batch, or an image, is mixed at all.</summary>
        Probability = 1,

        /// <summary>The label weights λ, one a draw.</summary>
        Ratio = 2,

        /// <summary>The centres of boxes, one a draw.</summary>
        Centre = 3,

        /// <summary>SnapMix's second λ, that of the partner's boxes.</summary>
        PartnerRatio = 4,

        /// <summary>The centres of the partner's boxes.</summary>
        PartnerCentre = 5,

        /// <summary>Where AugMix's weights cut [0, 1).</summary>
        ChainCut = 6,

        /// <summary>AugMix's m.</summary>
        Skip = 7,

        /// <summary>PuzzleMix's number of blocks, one a batch.</summary>
        Blocks = 16,

        /// <summary>Co-Mixup's Dirichlet weights, eight blocks an image.</summary>
        Dirichlet = 17,

        /// <summary>Co-Mixup's start layouts, one a block of an image.</summary>
        Layout = 18,
    }
}
