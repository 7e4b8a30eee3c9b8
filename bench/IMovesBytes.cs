namespace GuidedMixup.Benchmarks;

/// <summary>A benchmark whose throughput can be told.</summary>
public interface IMovesBytes
{
    /// <summary>Bytes that must be read and written at least, for the parameters as they are set.</summary>
    long MinimumBytes { get; }
}
