using System;

namespace GuidedMixup.Cli;

/// <summary>
/// What SnapMix asks of a classifier, without one: each picture is a class of its own, and its saliency map, averaged over squares, stands in
/// for its class activation map.
/// </summary>
internal sealed class ClassifierStandIn : IDisposable
{
    private const int MostSquares = 7;
    private readonly HostTensor _features;
    private readonly HostTensor _weights;
    private readonly HostTensor _labels;
    private readonly int _squares;

    internal ClassifierStandIn(int n, int size)
    {
        _squares = Math.Min(MostSquares, size);
        _features = HostTensor.Allocate(ElementType.Float32, n, 1, _squares, _squares);
        _weights = HostTensor.Allocate(ElementType.Float32, n, 1);
        _labels = HostTensor.Allocate(ElementType.Int32, n);
        _weights.AsSpan<float>().Fill(1);
        for (int i = 0; i < n; i++) _labels.AsSpan<int>()[i] = i;
    }

    /// <summary>Averages the map of picture <paramref name="i"/>.</summary>
    internal void See(int i, ReadOnlySpan<float> map, int size)
    {
        Span<float> features = _features.AsSpan<float>().Slice(i * _squares * _squares, _squares * _squares);
        features.Clear();
        for (int at = 0; at < map.Length; at++) features[(at / size * _squares / size * _squares) + (at % size * _squares / size)] += map[at];
    }

    internal MixInputs Inputs(TensorView images) => new()
    {
        Images = images,
        Labels = _labels.View,
        Features = _features.View,
        ClassWeights = _weights.View,
    };

    public void Dispose()
    {
        _features.Dispose();
        _weights.Dispose();
        _labels.Dispose();
    }
}
