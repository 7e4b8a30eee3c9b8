using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>s = √(mean over c of g²): [N,C,H,W] → [N,H,W].</summary>
public class GradientSaliencyBenchmark : StageBenchmark
{
    private HostTensor _gradient = null!;
    private HostTensor _saliency = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.FloatTypes;

    public static IEnumerable<bool> Layouts => BenchmarkSettings.Layouts;

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    public override long MinimumBytes => (Shape.Length * Type.Size()) + (Shape.MapLength * sizeof(float));

    [Benchmark]
    public void GradientSaliency() => GuidedMixup.GradientSaliency.Compute(_gradient.View, _saliency.View, Execution);

    protected override void Prepare()
    {
        _gradient = TakeImages(Type, ChannelsLast);
        _saliency = TakeMaps();
    }
}
