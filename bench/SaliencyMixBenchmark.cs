using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>Boxes around the partners' saliency maxima: maps [N,H,W] → boxes [N,4], one an image.</summary>
public class SaliencyMixBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new() { DrawMode = DrawMode.Image };
    private HostTensor _maps = null!;
    private HostTensor _ratios = null!;
    private HostTensor _partners = null!;
    private HostTensor _boxes = null!;

    public override long MinimumBytes => Shape.MapLength * sizeof(float);

    [Benchmark]
    public void SaliencyMix() =>
        GuidedMixup.SaliencyMix.Boxes(_maps.View, _ratios.View, _partners.View, _boxes.View, default, _options, Execution);

    protected override void Prepare()
    {
        _maps = TakeMaps();
        _ratios = Take(ElementType.Float32, Shape.N);
        _partners = Take(ElementType.Int32, Shape.N);
        _boxes = Take(ElementType.Int32, Shape.N, 4);
    }
}
