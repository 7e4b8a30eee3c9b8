using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>What <see cref="Pipeline"/> gives, stage by stage.</summary>
public sealed record PipelineResult
{
    public double[] Saliency { get; init; } = Array.Empty<double>();

    public double[] Normalised { get; init; } = Array.Empty<double>();

    public bool[] IsDegenerate { get; init; } = Array.Empty<bool>();

    public double[] Distance { get; init; } = Array.Empty<double>();

    public int[] Partners { get; init; } = Array.Empty<int>();

    public double[] Mask { get; init; } = Array.Empty<double>();

    public double[] Mixed { get; init; } = Array.Empty<double>();

    public double[] Ratio { get; init; } = Array.Empty<double>();
}
