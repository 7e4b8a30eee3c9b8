using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Resized patches and label weights against the reference, and the cases that the method defines apart.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class SnapMixTests(Backend backend)
{
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();
    private static readonly ElementType[] _floats = [ElementType.Float32, ElementType.Float16, ElementType.BFloat16];
    private static readonly (int H, int W)[] _nodes = [(7, 7), (1, 1), (2, 3), (1, 5), (14, 14), (4, 6), (9, 2)];

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Mixes))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        (int h, int w) = _nodes[batch.Seed % _nodes.Length];
        (h, w) = (Math.Min(h, batch.H), Math.Min(w, batch.W));
        var random = new Random(batch.Seed);
        int[][] boxes = [.. Enumerable.Range(0, batch.N).Select(_ => SnapMixRun.Box(random, batch.H, batch.W))];
        int[][] patches = [.. Enumerable.Range(0, batch.N).Select(_ => SnapMixRun.Box(random, batch.H, batch.W))];
        using var run = new SnapMixRun(backend, batch, h, w, 1 + (batch.Seed % 40), boxes, patches)
        {
            ResultType = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type,
            ResultLayout = _layouts[batch.Seed / 3 % 4],
            FeatureType = _floats[batch.Seed % 3],
            FeatureLayout = _layouts[batch.Seed / 5 % 4],
            WeightType = _floats[batch.Seed / 2 % 3],
        };
        run.MixAndCompare();
    }

    [Test]
    public void Mix_OfEveryTypeAndLayout_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] BatchLayout layout,
        [Values(1, 3, 4)] int c)
    {
        ElementType[] types = type == ElementType.UInt8 ? [.. _floats, ElementType.UInt8] : [type];
        foreach (ElementType to in types)
        {
            using var run = new SnapMixRun(
                backend, new StageCase(3, c, 29, 75, type, layout, c), 4, 5, 3, [[2, 3, 27, 70], [0, 0, 29, 75], [5, 40, 22, 41]],
                [[1, 9, 29, 33], [3, 3, 9, 75], [0, 0, 29, 75]])
            {
                ResultType = to,
                ResultLayout = layout,
            };
            run.MixAndCompare();
        }
    }

    /// <summary>Results above the cache's size take stores of their own; the second patch is wider than two vectors' reach.</summary>
    [TestCase(512, 512, BatchLayout.Nchw)]
    [TestCase(511, 513, BatchLayout.Nhwc)]
    public void Mix_OfALargeBatch_IsTheReference(int h, int w, BatchLayout layout)
    {
        using var run = new SnapMixRun(
            backend, new StageCase(3, 3, h, w, ElementType.Float32, layout, h), 7, 7, 5, [[20, 7, 400, 371], [3, 17, 300, 150], [0, 0, h, w]],
            [[40, 11, 511, 483], [0, 0, h, w], [100, 100, 311, 402]]);
        run.MixAndCompare();
    }

    /// <summary>The widths that torch's bilinear interpolation with aligned corners gives these lines.</summary>
    [TestCase(3, 1, new double[] { 10 })]
    [TestCase(3, 2, new double[] { 10, 40 })]
    [TestCase(3, 3, new double[] { 10, 20, 40 })]
    [TestCase(3, 5, new double[] { 10, 15, 20, 30, 40 })]
    [TestCase(1, 4, new double[] { 10, 10, 10, 10 })]
    [TestCase(1, 1, new double[] { 10 })]
    [TestCase(2, 5, new double[] { 10, 12.5, 15, 17.5, 20 })]
    public void Mix_OfPatchesDownToOnePixel_AlignsTheirCorners(int from, int to, double[] expected)
    {
        foreach (bool isColumn in new[] { false, true })
        {
            int[] patch = isColumn ? [1, 2, 1 + from, 3] : [1, 2, 2, 2 + from], box = isColumn ? [0, 1, to, 2] : [0, 1, 1, 1 + to];
            using var run = new SnapMixRun(
                backend, new StageCase(2, 1, 6, 6, ElementType.Float32, BatchLayout.Nchw, 1), 2, 2, 3, [box, [0, 0, 0, 0]], [patch, patch]);
            double[] line = [10, 20, 40];
            for (int i = 0; i < from; i++) run.SetPixel(1, isColumn ? 1 + i : 1, isColumn ? 2 : 2 + i, line[i]);
            run.Partners = [1, 0];
            run.MixAndCompare();
            double[] found = [.. Enumerable.Range(0, to).Select(i => run.Mixed[isColumn ? (i * 6) + 1 : 1 + i])];
            Assert.That(found, Is.EqualTo(expected), $"{from} to {to} pixels, {(isColumn ? "down" : "across")}");
        }
    }

    [Test]
    public void Mix_OfAPatchOfTheBoxesSize_CopiesEveryBit(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        using var run = new SnapMixRun(
            backend, new StageCase(2, 3, 24, 50, type, layout, 5), 3, 3, 4, [[4, 9, 20, 49], [0, 0, 16, 40]], [[8, 1, 24, 41], [3, 4, 19, 44]])
        {
            Partners = [1, 0],
        };
        if (type != ElementType.UInt8) run.SetPixel(1, 10, 20, double.NaN);
        run.Mix();
        double[] x = run.Images.ToDoubles();
        int Place(int image, int channel, int y, int column) => (((((image * 3) + channel) * 24) + y) * 50) + column;
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < 24; y++)
            {
                for (int column = 0; column < 50; column++)
                {
                    bool isInside = y is >= 4 and < 20 && column is >= 9 and < 49;
                    double expected = isInside ? x[Place(1, channel, y + 4, column - 8)] : x[Place(0, channel, y, column)];
                    Assert.That(run.Mixed[Place(0, channel, y, column)], Is.EqualTo(expected), $"{type} {layout}: channel {channel}, row {y}, column {column}");
                }
            }
        }
    }

    [Test]
    public void Mix_OfAnEmptyBoxOrAnImageWithItself_KeepsEveryBit(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        using var run = new SnapMixRun(
            backend, new StageCase(5, 3, 9, 21, type, layout, 9), 2, 3, 4,
            [[0, 0, 0, 0], [4, 9, 4, 21], [2, 5, 9, 5], [1, 1, 8, 8], [0, 0, 9, 21]],
            [[0, 0, 9, 21], [0, 0, 9, 21], [0, 0, 9, 21], [3, 3, 3, 9], [1, 1, 8, 8]])
        {
            Partners = [1, 2, 3, 4, 4],
            ResultLayout = _layouts[3 - (int)layout],
        };
        if (type != ElementType.UInt8) run.SetPixel(4, 5, 5, double.NaN);
        run.Mix();
        Assert.That(run.MixedBytes, Is.EqualTo(run.Images.ToBytes()), $"{type} {layout}: images");
        Assert.That(run.Ratio, Is.All.EqualTo(1), $"{type} {layout}: λa");
        Assert.That(run.PartnerRatio, Is.All.Zero, $"{type} {layout}: λb");
        int broken = type == ElementType.UInt8 ? 0 : (int)ImageFlags.NonFinitePixels;
        Assert.That(run.Flags, Is.EqualTo(new[] { 0, 0, 0, 0, broken }), $"{type} {layout}: flags");
    }

    [Test]
    public void Mix_OfOneClass_GivesBothWeightsTheirSum()
    {
        using var run = new SnapMixRun(
            backend, new StageCase(4, 1, 16, 16, ElementType.Float32, BatchLayout.Nchw, 3), 4, 4, 6,
            [[2, 3, 12, 16], [0, 0, 8, 8], [5, 5, 9, 13], [1, 0, 15, 16]], [[0, 0, 9, 9], [3, 3, 16, 16], [4, 2, 10, 12], [0, 1, 3, 9]])
        {
            Partners = [1, 0, 3, 2],
            Labels = [2, 2, 0, 1],
        };
        run.MixAndCompare();
        Assert.That(run.Ratio[0], Is.EqualTo(run.PartnerRatio[0]), "one class");
        Assert.That(run.Ratio[1], Is.EqualTo(run.PartnerRatio[1]), "one class");
        Assert.That(run.Ratio[2], Is.Not.EqualTo(run.PartnerRatio[2]), "two classes");
    }

    [Test]
    public void Mix_OfAFlatOrBrokenMap_TakesTheArea([Values(0, 1, 3.5, double.NaN, double.PositiveInfinity)] double value)
    {
        // Image 1's map is spoilt: its own λa, and the λb of image 0, whose partner it is; so is the sum of one class.
        using var run = new SnapMixRun(
            backend, new StageCase(4, 1, 10, 10, ElementType.Float32, BatchLayout.Nchw, 3), 3, 4, 2,
            [[0, 0, 5, 10], [0, 0, 5, 4], [1, 1, 4, 9], [0, 0, 3, 3]], [[1, 1, 4, 9], [2, 2, 8, 8], [3, 3, 10, 10], [0, 0, 8, 8]])
        {
            Partners = [1, 2, 3, 1],
            Labels = [0, 1, 2, 1],
        };
        for (int i = 0; i < 12; i++) run.SetFeature(12 + i, double.IsFinite(value) || i == 7 ? value : 1);
        run.MixAndCompare();
        Assert.That(run.PartnerRatio[0], Is.EqualTo(0.5).Within(1e-7), "λb of image 0, whose partner has no map");
        Assert.That(run.Ratio[1], Is.EqualTo(0.8).Within(1e-7), "λa of image 1");
        Assert.That(run.Ratio[3], Is.EqualTo(0.91).Within(1e-7), "λa of image 3, of its partner's class");
        Assert.That(run.PartnerRatio[3], Is.EqualTo(0.09).Within(1e-7), "λb of image 3");
        Assert.That(run.Flags, Is.EqualTo(new[] { 0, (int)ImageFlags.DegenerateMap, 0, 0 }), "flags");
    }

    [Test]
    public void Mix_WithAndWithoutTheClassifiersBias_GivesTheSameWeights([Values(-3.0, 1000.0)] double bias)
    {
        using var run = new SnapMixRun(
            backend, new StageCase(2, 1, 40, 33, ElementType.Float32, BatchLayout.Nchw, 8), 5, 7, 9, [[3, 3, 30, 20], [0, 10, 33, 33]],
            [[9, 0, 31, 32], [1, 1, 12, 22]])
        {
            Bias = bias,
        };
        run.MixAndCompare();
    }
}
