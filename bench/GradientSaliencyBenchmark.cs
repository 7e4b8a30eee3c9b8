using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>s = √(mean over c of g²): [N,C,H,W] → [N,H,W].</summary>
public class GradientSaliencyBenchmark : StageBenchmark
{
    private HostTensor _gradient = null!;
    private HostTensor _saliency = null!;

    [Params(false, true)]
    public bool ChannelsLast { get; set; }

    protected override long MinimumBytes => (long)N * Side * Side * (C + 1) * sizeof(float);

    [Benchmark]
    public void GradientSaliency() => GuidedMixup.GradientSaliency.Compute(_gradient.View, _saliency.View, Execution);

    protected override void Prepare()
    {
        _gradient = TakeImages(ElementType.Float32, ChannelsLast);
        _saliency = Take(ElementType.Float32, N, Side, Side);
    }
}
