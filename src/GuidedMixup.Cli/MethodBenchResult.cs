namespace GuidedMixup.Cli;

/// <summary>
/// Medians of one method on one shape, in milliseconds: its batch, and memcpy of as many bytes as it has to read and write. With a refusal the
/// method was not timed.
/// </summary>
internal sealed record MethodBenchResult(
    BenchShape Shape, int Threads, string Backend, MixMethod Method, double Total, long LeastBytes, double Copy, int Rounds, string? Refusal = null)
{
    /// <summary>The bandwidth of the least bytes as a share of memcpy's, both read and written.</summary>
    internal double CopyShare => Copy / Total;
}
