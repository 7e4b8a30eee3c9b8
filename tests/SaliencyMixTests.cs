using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Boxes around the partner's saliency maximum, against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class SaliencyMixTests(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.Maps))]
    public void Boxes_OfMapsOfAnyShapeTypeAndLayout_AreTheReferences(StageCase batch)
    {
        using var maps = Batch.Maps(batch.Seed, batch.Type, batch.Layout, batch.N, batch.H, batch.W);
        foreach (DrawMode mode in Enum.GetValues<DrawMode>()) AssertBoxes(maps, mode, batch.Seed, 0, $"{batch}, {mode}");
    }

    [TestCase(ElementType.Float32)]
    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    public void Boxes_OfTies_AreAroundTheFirst(ElementType type)
    {
        using var maps = GuardedTensor.Create(type, BatchLayout.Nchw, 4, 11, 13);
        for (int i = 0; i < 4 * 143; i++) maps[i] = 0.25;
        // Two peaks in one vector, two in different ones, one at the very end and in the middle.
        foreach (int at in (int[])[5, 9, 143 + 30, 143 + 140, 286 + 142, 286 + 17]) maps[at] = 0.5;
        maps.Freeze();
        // Small boxes, so that no border hides where they are.
        using var ratios = GuardedTensor.Holding(ElementType.Float32, [0.97, 0.97, 0.97, 0.97], 4);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 3, 0], 4);
        Assert.That(AssertBoxes(maps, ratios, partners, DrawMode.Image, $"ties, {type}"), Is.All.Zero);
    }

    /// <summary>NaN is passed over; what has no finite maximum above 0 is flagged, and its first largest value counts.</summary>
    [TestCase(ElementType.Float32)]
    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    public void Boxes_OfDegenerateMaps_AreDefinedAndFlagged(ElementType type)
    {
        double[][] faults =
        [
            [.. Enumerable.Repeat(double.NaN, 99)],
            [.. Enumerable.Repeat(0.0, 99)],
            [.. Enumerable.Range(0, 99).Select(i => i == 60 ? double.PositiveInfinity : 1)],
            [.. Enumerable.Range(0, 99).Select(i => i < 40 ? double.NaN : double.NegativeInfinity)],
            [.. Enumerable.Range(0, 99).Select(i => i == 70 ? -0.5 : -1.0)],
            [.. Enumerable.Range(0, 99).Select(i => i is 3 or 98 ? double.NaN : i == 50 ? 2 : 0.5)],
        ];
        using var maps = GuardedTensor.Create(type, BatchLayout.Crop, 6, 9, 11);
        maps.Fill([.. faults.SelectMany(f => f)]);
        maps.Freeze();
        using var ratios = GuardedTensor.Holding(ElementType.Float32, [0.9, 0.8, 0.7, 0.6, 0.5, 0.95], 6);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 3, 4, 5, 0], 6);
        int[] degenerate = [1, 1, 1, 1, 1, 0];
        Assert.That(AssertBoxes(maps, ratios, partners, DrawMode.Image, $"faults, {type}"), Is.EqualTo(degenerate), "flags");
        Assert.That(AssertBoxes(maps, ratios, partners, DrawMode.Batch, $"faults, {type}"), Is.EqualTo(new[] { 0, 1, 0, 0, 0, 0 }), "flags, batch");
    }

    private void AssertBoxes(GuardedTensor maps, DrawMode mode, int seed, int expectedFlags, string what)
    {
        int n = (int)maps.Shape[0];
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, n).Select(i => i % 5 == 4 ? i % 2 : random.NextDouble())];
        using var ratios = GuardedTensor.Holding(ElementType.Float32, values, n);
        using GuardedTensor partners = seed % 2 == 0 ? Batch.AnyPartners(seed, ElementType.Int32, n) : Batch.Permutation(seed, ElementType.Int64, n);
        Assert.That(AssertBoxes(maps, ratios, partners, mode, what), Is.All.EqualTo(expectedFlags), $"flags of {what}");
    }

    private int[] AssertBoxes(GuardedTensor maps, GuardedTensor ratios, GuardedTensor partners, DrawMode mode, string what)
    {
        int n = (int)maps.Shape[0], h = (int)maps.Shape[1], w = (int)maps.Shape[2];
        using var boxes = GuardedTensor.Compact(ElementType.Int32, n, 4);
        using var flags = GuardedTensor.Compact(ElementType.Int32, n);
        SaliencyMix.Boxes(
            backend.View(maps), backend.View(ratios), backend.View(partners), backend.View(boxes), backend.View(flags),
            new GuidedMixerOptions { DrawMode = mode }, backend.Execution);
        backend.Finish();
        foreach (GuardedTensor tensor in new[] { maps, ratios, partners, boxes, flags }) tensor.AssertIntact($"Boxes of {what}");
        float[] lambda = Array.ConvertAll(ratios.ToDoubles(), r => (float)r);
        int[] pairs = Array.ConvertAll(partners.ToDoubles(), p => (int)p);
        int[] expected = Reference.SaliencyMix.Boxes(maps.ToDoubles(), lambda, pairs, mode, h, w);
        Assert.That(Array.ConvertAll(boxes.ToDoubles(), b => (int)b), Is.EqualTo(expected), $"boxes of {what}");
        return Array.ConvertAll(flags.ToDoubles(), f => (int)f);
    }
}
