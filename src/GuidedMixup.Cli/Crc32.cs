using System;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cli;

/// <summary>The cyclic redundancy check of PNG chunks (ISO 3309, polynomial 0xEDB88320).</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Goes on from the check of earlier bytes; begin with 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Append(uint check, ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        uint c = ~check;
        foreach (byte b in bytes) c = table[(byte)(c ^ b)] ^ (c >> 8);
        return ~c;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}
