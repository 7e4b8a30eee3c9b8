using System;
using System.Globalization;

namespace GuidedMixup.Cli;

/// <summary>The memory of this machine, asked before a large allocation: Linux grants any, and kills who uses it.</summary>
internal static class MemoryBudget
{
    internal static void Demand(Int128 bytes, string name)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes <= available) return;
        string needed = ((double)bytes / (1L << 30)).ToString("N1", CultureInfo.InvariantCulture);
        string there = ((double)available / (1L << 30)).ToString("N1", CultureInfo.InvariantCulture);
        throw new InputException($"{name}: needs {needed} GiB of memory where this machine has {there}; take a smaller batch.");
    }
}
