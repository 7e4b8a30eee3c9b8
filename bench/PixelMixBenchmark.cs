using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = M·x + (1 − M)·x[π], with λ: images [N,C,H,W] and maps [N,H,W] → mixed images.</summary>
public class PixelMixBenchmark : ImageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _maps = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;
    private HostTensor _ratio = null!;

    // Each image is read as itself and as a partner, its map likewise.
    public override long MinimumBytes => (3 * ImageBytes) + (2 * Shape.MapLength * sizeof(float));

    [Benchmark]
    public void PixelMix() => GuidedMixup.PixelMix.Mix(
        _images.View, _maps.View, _partners.View, _mixed.View, default, _ratio.View, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages();
        _maps = TakeMaps();
        _partners = Take(ElementType.Int32, Shape.N);
        _mixed = TakeImages();
        _ratio = Take(ElementType.Float32, Shape.N);
    }
}
