using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>One call of SnapMix with everything it takes, and the reference for it.</summary>
internal sealed class SnapMixRun : IDisposable
{
    private const int Classes = 3;
    private readonly Backend _backend;
    private readonly StageCase _batch;
    private readonly int[][] _boxes;
    private readonly int[][] _patches;
    private readonly int _nodesH;
    private readonly int _nodesW;
    private readonly int _features;
    private readonly double[] _values;
    private readonly double[] _weights;

    internal SnapMixRun(Backend backend, StageCase batch, int nodesH, int nodesW, int features, int[][] boxes, int[][] patches)
    {
        (_backend, _batch, _nodesH, _nodesW, _features, _boxes, _patches) = (backend, batch, nodesH, nodesW, features, boxes, patches);
        Images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        var random = new Random(batch.Seed);
        // Some below 0, as they come before a ReLU.
        _values = [.. Enumerable.Range(0, batch.N * features * nodesH * nodesW).Select(_ => (random.NextDouble() * 4) - 1)];
        _weights = [.. Enumerable.Range(0, Classes * features).Select(_ => random.NextDouble() - 0.5)];
        Labels = [.. Enumerable.Range(0, batch.N).Select(_ => random.Next(Classes))];
        Partners = [.. Enumerable.Range(0, batch.N).Select(_ => random.Next(batch.N))];
        (ResultType, ResultLayout) = (batch.Type, batch.Layout);
    }

    internal GuardedTensor Images { get; }

    internal int[] Partners { get; set; }

    internal int[] Labels { get; set; }

    internal ElementType ResultType { get; init; }

    internal BatchLayout ResultLayout { get; init; }

    internal ElementType FeatureType { get; init; } = ElementType.Float32;

    internal BatchLayout FeatureLayout { get; init; } = BatchLayout.Nchw;

    internal ElementType WeightType { get; init; } = ElementType.Float32;

    /// <summary>The classifier's bias, which only the reference is told.</summary>
    internal double Bias { get; init; }

    internal double[] Mixed { get; private set; } = [];

    internal byte[] MixedBytes { get; private set; } = [];

    internal double[] Ratio { get; private set; } = [];

    internal double[] PartnerRatio { get; private set; } = [];

    internal int[] Flags { get; private set; } = [];

    /// <summary>A box anywhere: of any size, whole, without pixels, or a single row or column.</summary>
    internal static int[] Box(Random random, int h, int w)
    {
        (int top, int bottom) = Side(random, h);
        (int left, int right) = Side(random, w);
        return [top, left, bottom, right];
    }

    /// <summary>Sets a pixel of channel 0.</summary>
    internal void SetPixel(int image, int y, int x, double value)
    {
        Images[(((long)image * _batch.C * _batch.H) + y) * _batch.W + x] = value;
        Images.Freeze();
    }

    internal void SetFeature(int at, double value)
    {
        int pixels = _nodesH * _nodesW, image = at / pixels;
        for (int f = 0; f < _features; f++) _values[(((image * _features) + f) * pixels) + (at % pixels)] = value;
    }

    internal void MixAndCompare()
    {
        (double[] features, double[] weights) = Mix();
        string what = $"{_batch} to {ResultType} {ResultLayout}, features {_features}x{_nodesH}x{_nodesW} {FeatureType} {FeatureLayout}";
        int pixels = _batch.H * _batch.W, image = _batch.C * pixels;
        double[] bias = [.. Enumerable.Repeat(Bias, Classes)];
        double[] maps = Reference.SnapMix.Map(features, weights, bias, Labels, _nodesH * _nodesW);
        double[][] shares = [.. Enumerable.Range(0, _batch.N).Select(
            i => Reference.SnapMix.Share(maps.AsSpan(i * _nodesH * _nodesW, _nodesH * _nodesW), _nodesH, _nodesW, _batch.H, _batch.W))];
        double[] x = ResultType == ElementType.UInt8 ? Images.ToDoubles() : Pixels.Normalised(Images, Pixels.Options(_batch));
        double[] a = new double[_batch.N], b = new double[_batch.N], expected = new double[x.Length];
        for (int i = 0; i < _batch.N; i++)
        {
            int p = Partners[i];
            (a[i], b[i]) = Reference.SnapMix.Ratio(shares[i], shares[p], _boxes[i], _patches[i], Labels[i] == Labels[p], i == p, _batch.W);
            int[] box = i == p ? [0, 0, 0, 0] : _boxes[i];
            Reference.SnapMix.Mix(x.AsSpan(i * image, image), x.AsSpan(p * image, image), box, _patches[i], _batch.C, _batch.W).CopyTo(expected, i * image);
        }

        Tolerance.Absolute(Ratio, a, Tolerance.Alone, $"{_backend}, reference: SnapMix, λa", what);
        Tolerance.Absolute(PartnerRatio, b, Tolerance.Alone, $"{_backend}, reference: SnapMix, λb", what);
        bool[] isFlat = [.. shares.Select(share => double.IsNaN(share[0]))];
        Assert.That(Flags.Select(f => f == (int)ImageFlags.DegenerateMap), Is.EqualTo(isFlat), $"{what}: flags");
        double[] bounds = expected.Select(value => ResultType switch
        {
            ElementType.UInt8 => 0.5 + (255 * Tolerance.Alone),
            ElementType.Float32 => Tolerance.Alone * 4,
            _ => (Tolerance.Alone * 4) + (ElementBits.Epsilon(ResultType) * Math.Abs(value)) + ElementBits.Tiny(ResultType),
        }).ToArray();
        Tolerance.Each(Mixed, expected, bounds, $"{_backend}, reference: SnapMix, {ResultType}", what);
    }

    /// <summary>Runs the stage; returns features and weights as their types hold them.</summary>
    internal (double[] Features, double[] Weights) Mix()
    {
        ElementType index = _batch.Seed % 2 == 0 ? ElementType.Int32 : ElementType.Int64;
        using var partners = GuardedTensor.Holding(index, Array.ConvertAll(Partners, p => (double)p), _batch.N);
        using var labels = GuardedTensor.Holding(index, Array.ConvertAll(Labels, l => (double)l), _batch.N);
        using var boxes = GuardedTensor.Holding(ElementType.Int32, [.. _boxes.SelectMany(box => box).Select(edge => (double)edge)], _batch.N, 4);
        using var patches = GuardedTensor.Holding(ElementType.Int32, [.. _patches.SelectMany(box => box).Select(edge => (double)edge)], _batch.N, 4);
        using var features = GuardedTensor.Create(FeatureType, FeatureLayout, _batch.N, _features, _nodesH, _nodesW);
        features.Fill(_values);
        features.Freeze();
        using var weights = GuardedTensor.Holding(WeightType, _weights, Classes, _features);
        using var mixed = GuardedTensor.Create(ResultType, ResultLayout, _batch.N, _batch.C, _batch.H, _batch.W);
        using GuardedTensor ratio = GuardedTensor.Compact(ElementType.Float32, _batch.N), other = GuardedTensor.Compact(ElementType.Float32, _batch.N);
        using var flags = GuardedTensor.Compact(ElementType.Int32, _batch.N);
        SnapMix.Mix(
            _backend.View(Images), _backend.View(boxes), _backend.View(patches), _backend.View(partners), _backend.View(features), _backend.View(weights),
            _backend.View(labels), _backend.View(mixed), _backend.View(ratio), _backend.View(other), _backend.View(flags), Pixels.Options(_batch),
            _backend.Execution);
        _backend.Finish();
        foreach (GuardedTensor tensor in new[] { Images, partners, labels, boxes, patches, features, weights, mixed, ratio, other, flags })
            tensor.AssertIntact($"SnapMix of {_batch}");
        (Mixed, MixedBytes) = (mixed.ToDoubles(), mixed.ToBytes());
        (Ratio, PartnerRatio, Flags) = (ratio.ToDoubles(), other.ToDoubles(), Array.ConvertAll(flags.ToDoubles(), f => (int)f));
        return (features.ToDoubles(), weights.ToDoubles());
    }

    public void Dispose() => Images.Dispose();

    private static (int Start, int End) Side(Random random, int length)
    {
        switch (random.Next(8))
        {
            case 0: return (0, length);
            case 1: return (length / 2, length / 2);
            case 2: return (length - 1, length);
            default:
                int a = random.Next(length + 1), b = random.Next(length + 1);
                return (Math.Min(a, b), Math.Max(a, b));
        }
    }
}
