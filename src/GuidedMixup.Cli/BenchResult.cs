using System.Collections.Generic;

namespace GuidedMixup.Cli;

/// <summary>Medians of one shape, in milliseconds. The floor is what memcpy takes for the bytes that a batch must move at least.</summary>
internal sealed record BenchResult(
    BenchShape Shape,
    int Threads,
    string Backend,
    double Total,
    IReadOnlyList<(string Name, double Milliseconds)> Stages,
    double Floor,
    long FloorBytes,
    int Rounds)
{
    /// <summary>Bytes that memcpy copied in a second, in the same run on the same threads.</summary>
    internal double CopyRate => FloorBytes / (Floor / 1e3);
}
