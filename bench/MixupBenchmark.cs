using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = λ·x + (1 − λ)·x[π]: images [N,C,H,W] → mixed images.</summary>
public class MixupBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _ratio = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.IsShort
        ? [ElementType.Float32]
        : [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8];

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    // Each image is read as itself and as a partner.
    public override long MinimumBytes => (long)N * Side * Side * 3 * C * Type.Size();

    [Benchmark]
    public void Mixup() => GuidedMixup.Mixup.Mix(_images.View, _ratio.View, _partners.View, _mixed.View, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages(Type, false);
        _ratio = Take(ElementType.Float32, N);
        _partners = Take(ElementType.Int32, N);
        _mixed = TakeImages(Type, false);
    }
}
