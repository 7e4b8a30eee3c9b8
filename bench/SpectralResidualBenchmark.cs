using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>s = SpectralResidual(x): [N,C,H,W] → [N,H,W].</summary>
public class SpectralResidualBenchmark : ImageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _saliency = null!;

    public override long MinimumBytes => ImageBytes + (Shape.MapLength * sizeof(float));

    [Benchmark]
    public void SpectralResidual() => GuidedMixup.SpectralResidual.Compute(_images.View, _saliency.View, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages();
        _saliency = TakeMaps();
    }
}
