using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>d[i,j] = ‖p[i] − p[j]‖₂: [N,H,W] → [N,N].</summary>
public class PairDistanceBenchmark : StageBenchmark
{
    private HostTensor _normalised = null!;
    private HostTensor _distance = null!;

    public static IEnumerable<DistanceMetric> Metrics =>
        BenchmarkSettings.IsShort ? [DistanceMetric.L2] : [DistanceMetric.L2, DistanceMetric.L1, DistanceMetric.Cosine];

    [ParamsSource(nameof(Metrics))]
    public DistanceMetric Metric { get; set; }

    public override long MinimumBytes => (Shape.MapLength + ((long)Shape.N * Shape.N)) * sizeof(float);

    [Benchmark]
    public void PairDistance() => GuidedMixup.PairDistance.Compute(_normalised.View, _distance.View, Metric, Execution);

    protected override void Prepare()
    {
        _normalised = TakeMaps();
        foreach (ref float value in _normalised.AsSpan<float>()) value /= Shape.H * Shape.W / 2f;
        _distance = Take(ElementType.Float32, Shape.N, Shape.N);
    }
}
