using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = λ·x + (1 − λ)·x[π]: images [N,C,H,W] → mixed images.</summary>
public class MixupBenchmark : ImageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _ratio = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;

    // Each image is read as itself and as a partner.
    public override long MinimumBytes => (2 * ImageBytes) + MixedBytes;

    [Benchmark]
    public void Mixup() => GuidedMixup.Mixup.Mix(_images.View, _ratio.View, _partners.View, _mixed.View, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages();
        _ratio = Take(ElementType.Float32, Shape.N);
        _partners = Take(ElementType.Int32, Shape.N);
        _mixed = TakeMixed();
    }
}
