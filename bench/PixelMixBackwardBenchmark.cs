using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>∂L/∂x from ∂L/∂y with the mask fixed: [N,C,H,W] → [N,C,H,W].</summary>
public class PixelMixBackwardBenchmark : StageBenchmark
{
    private HostTensor _mixedGradient = null!;
    private HostTensor _mask = null!;
    private HostTensor _partners = null!;
    private HostTensor _imageGradient = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.FloatTypes;

    public static IEnumerable<bool> Layouts => BenchmarkSettings.Layouts;

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    public override long MinimumBytes => (3 * Shape.Length * Type.Size()) + (2 * Shape.MapLength * sizeof(float));

    [Benchmark]
    public void PixelMixBackward() =>
        PixelMix.Backward(_mixedGradient.View, _mask.View, _partners.View, _imageGradient.View, Execution);

    protected override void Prepare()
    {
        _mixedGradient = TakeImages(Type, ChannelsLast);
        _mask = TakeMaps();
        _partners = Take(ElementType.Int32, Shape.N);
        _imageGradient = TakeImages(Type, ChannelsLast);
    }
}
