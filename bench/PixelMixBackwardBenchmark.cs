using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>∂L/∂x from ∂L/∂y with the mask fixed: [N,C,H,W] → [N,C,H,W].</summary>
public class PixelMixBackwardBenchmark : StageBenchmark
{
    private HostTensor _mixedGradient = null!;
    private HostTensor _mask = null!;
    private HostTensor _partners = null!;
    private HostTensor _imageGradient = null!;

    protected override long MinimumBytes => (long)N * Side * Side * (3 * C + 2) * sizeof(float);

    [Benchmark]
    public void PixelMixBackward() =>
        PixelMix.Backward(_mixedGradient.View, _mask.View, _partners.View, _imageGradient.View, Execution);

    protected override void Prepare()
    {
        _mixedGradient = TakeImages(ElementType.Float32, isChannelsLast: false);
        _mask = Take(ElementType.Float32, N, Side, Side);
        _partners = Take(ElementType.Int32, N);
        _imageGradient = TakeImages(ElementType.Float32, isChannelsLast: false);
    }
}
