using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>A stage that reads images: their element type and memory layout too.</summary>
public abstract class ImageBenchmark : StageBenchmark
{
    public static IEnumerable<ElementType> Types => BenchmarkSettings.Types;

    public static IEnumerable<bool> Layouts => BenchmarkSettings.Layouts;

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    /// <summary>Bytes of the images.</summary>
    protected long ImageBytes => Shape.Length * Type.Size();

    /// <summary>The element type of the result, where it is not the images' own.</summary>
    public ElementType? ResultType { get; set; }

    /// <summary>Bytes of the result.</summary>
    protected long MixedBytes => Shape.Length * (ResultType ?? Type).Size();

    /// <summary>Seeded images [N,C,H,W] of the benchmark's type and layout.</summary>
    protected HostTensor TakeImages() => TakeImages(Type, ChannelsLast);

    /// <summary>Room for the result.</summary>
    protected HostTensor TakeMixed() => TakeImages(ResultType ?? Type, ChannelsLast);
}
