using System.Collections.Generic;

namespace GuidedMixup.Benchmarks;

/// <summary>What every benchmark is run over.</summary>
public static class BenchmarkSettings
{
    /// <summary>CI's sign of life: one small shape.</summary>
    public static bool IsShort { get; set; }

    /// <summary>Side of the square images; batches are 64×3×side².</summary>
    public static IEnumerable<int> Sides => IsShort ? [64] : [32, 64, 224];

    /// <summary>Threads a call may use.</summary>
    public static IEnumerable<int> Threads => IsShort ? [2] : [1, 2];
}
