namespace GuidedMixup.Benchmarks;

/// <summary>PuzzleMix: costs, cuts, transport and blend.</summary>
public class PuzzleMixBenchmark() : BlockMixBenchmark(MixMethod.PuzzleMix);
