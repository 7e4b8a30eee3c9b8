using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>s = SpectralResidual(x): [N,C,H,W] → [N,H,W].</summary>
public class SpectralResidualBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _saliency = null!;

    [Params(ElementType.Float32, ElementType.UInt8)]
    public ElementType Type { get; set; }

    protected override long MinimumBytes => (long)N * Side * Side * (C * Type.Size() + sizeof(float));

    [Benchmark]
    public void SpectralResidual() => GuidedMixup.SpectralResidual.Compute(_images.View, _saliency.View, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages(Type, isChannelsLast: false);
        _saliency = Take(ElementType.Float32, N, Side, Side);
    }
}
