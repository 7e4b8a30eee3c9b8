namespace GuidedMixup.Benchmarks;

/// <summary>Co-Mixup: maps measured, parts of 20 (4×4 blocks) or 16 laid out, images put together.</summary>
public class CoMixupBenchmark() : BlockMixBenchmark(MixMethod.CoMixup);
