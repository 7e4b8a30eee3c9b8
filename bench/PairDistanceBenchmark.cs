using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>d[i,j] = ‖p[i] − p[j]‖₂: [N,H,W] → [N,N].</summary>
public class PairDistanceBenchmark : StageBenchmark
{
    private HostTensor _normalised = null!;
    private HostTensor _distance = null!;

    [Params(DistanceMetric.L2, DistanceMetric.L1, DistanceMetric.Cosine)]
    public DistanceMetric Metric { get; set; }

    protected override long MinimumBytes => (long)N * Side * Side * sizeof(float);

    [Benchmark]
    public void PairDistance() => GuidedMixup.PairDistance.Compute(_normalised.View, _distance.View, Metric, Execution);

    protected override void Prepare()
    {
        _normalised = Take(ElementType.Float32, N, Side, Side);
        foreach (ref float value in _normalised.AsSpan<float>()) value /= Side * Side / 2f;
        _distance = Take(ElementType.Float32, N, N);
    }
}
