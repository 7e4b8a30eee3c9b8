using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = M·x + (1 − M)·x[π], with λ: images [N,C,H,W] and maps [N,H,W] → mixed images.</summary>
public class PixelMixBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _maps = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;
    private HostTensor _ratio = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.IsShort
        ? [ElementType.Float32]
        : [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8];

    public static IEnumerable<bool> Layouts => BenchmarkSettings.IsShort ? [false] : [false, true];

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    // Each image is read as itself and as a partner, its map likewise.
    protected override long MinimumBytes => (long)N * Side * Side * (3 * C * Type.Size() + 2 * sizeof(float));

    [Benchmark]
    public void PixelMix() => GuidedMixup.PixelMix.Mix(
        _images.View, _maps.View, _partners.View, _mixed.View, default, _ratio.View, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages(Type, ChannelsLast);
        _maps = Take(ElementType.Float32, N, Side, Side);
        _partners = Take(ElementType.Int32, N);
        _mixed = TakeImages(Type, ChannelsLast);
        _ratio = Take(ElementType.Float32, N);
    }
}
