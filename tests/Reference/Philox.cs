using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>Philox4x32-10 from its paper (Salmon et al., SC 2011), in wide arithmetic.</summary>
public static class Philox
{
    /// <summary>The four words of one counter under one key.</summary>
    public static uint[] Block(uint[] counter, uint[] key)
    {
        uint[] r = (uint[])counter.Clone(), k = (uint[])key.Clone();
        for (int round = 0; round < 10; round++)
        {
            UInt128 left = (UInt128)0xD2511F53 * r[0], right = (UInt128)0xCD9E8D57 * r[2];
            r = [High(right) ^ r[1] ^ k[0], (uint)(right & uint.MaxValue), High(left) ^ r[3] ^ k[1], (uint)(left & uint.MaxValue)];
            k = [unchecked(k[0] + 0x9E3779B9), unchecked(k[1] + 0xBB67AE85)];
        }

        return r;
    }

    /// <summary>The 64-bit key of one draw: counter (index, step, purpose and rank), keyed by the seed.</summary>
    public static ulong Key(ulong seed, ulong step, int rank, uint purpose, uint index)
    {
        uint[] words = Block(
            [index, (uint)(step & uint.MaxValue), (uint)(step >> 32), (purpose * 0x1000000) + (uint)rank],
            [(uint)(seed & uint.MaxValue), (uint)(seed >> 32)]);
        return (words[0] * 0x1_0000_0000ul) + words[1];
    }

    private static uint High(UInt128 product) => (uint)(product >> 32);
}
