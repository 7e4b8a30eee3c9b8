using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Masks, mixed images and label weights against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class PixelMixTests(Backend backend)
{
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Mixes))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        using var maps = Batch.Normalised(batch.Seed, batch.N, batch.H, batch.W);
        ElementType index = batch.Seed % 2 == 0 ? ElementType.Int32 : ElementType.Int64;
        using GuardedTensor partners = batch.Seed % 3 == 0
            ? Batch.AnyPartners(batch.Seed, index, batch.N)
            : Batch.Permutation(batch.Seed, index, batch.N);
        // The result has a layout of its own, and for bytes any of the types.
        ElementType type = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type;
        using var mixed = GuardedTensor.Create(type, _layouts[batch.Seed / 3 % 4], batch.N, batch.C, batch.H, batch.W);
        GuidedMixerOptions options = Pixels.Options(batch);
        (double[] mask, double[] ratio, int[] flags) = Mix(images, maps, partners, mixed, options, $"{batch} to {type}");

        int pixels = batch.H * batch.W;
        int[] pairs = Indices(partners);
        double[] expectedMask = Reference.PixelMix.Mask(maps.ToDoubles(), pairs, pixels);
        Tolerance.Absolute(mask, expectedMask, Tolerance.Alone, $"{backend}, reference: mask", $"{batch}");
        Tolerance.Absolute(
            ratio, Reference.PixelMix.Ratio(expectedMask, batch.N), Tolerance.Alone, $"{backend}, reference: ratio", $"{batch}");
        double[] x = type == ElementType.UInt8 ? images.ToDoubles() : Pixels.Normalised(images, options);
        AssertMixed(mixed, x, expectedMask, pairs, batch.C, $"{batch} to {type}");
        Assert.That(flags, Is.All.Zero, $"Mix of {batch}: flags");
    }

    /// <summary>Results above the cache's size take stores of their own.</summary>
    [TestCase(512, 512, BatchLayout.Nchw)]
    [TestCase(511, 513, BatchLayout.Nchw)]
    [TestCase(511, 513, BatchLayout.Nhwc)]
    public void Mix_OfALargeBatch_IsTheReference(int h, int w, BatchLayout layout)
    {
        using var images = Batch.Images(h, ElementType.Float32, layout, 3, 3, h, w);
        using var maps = Batch.Normalised(w, 3, h, w);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 0], 3);
        using var mixed = GuardedTensor.Create(ElementType.Float32, layout, 3, 3, h, w);
        (double[] mask, double[] ratio, _) = Mix(images, maps, partners, mixed, new GuidedMixerOptions(), $"3x3x{h}x{w}");
        double[] expected = Reference.PixelMix.Mask(maps.ToDoubles(), [1, 2, 0], h * w);
        Tolerance.Absolute(mask, expected, Tolerance.Alone, $"{backend}, reference: mask", $"3x3x{h}x{w}");
        Tolerance.Absolute(ratio, Reference.PixelMix.Ratio(expected, 3), Tolerance.Alone, $"{backend}, reference: ratio", $"3x3x{h}x{w}");
        AssertMixed(mixed, images.ToDoubles(), expected, [1, 2, 0], 3, $"3x3x{h}x{w} {layout}");
    }

    [Test]
    public void Mix_OfAnImageWithItself_KeepsEveryBit(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] BatchLayout layout)
    {
        using var images = Batch.Images(9, type, layout, 3, 3, 9, 21);
        using var maps = Batch.Normalised(9, 3, 9, 21);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [0, 1, 2], 3);
        using var mixed = GuardedTensor.Create(type, _layouts[3 - (int)layout], 3, 3, 9, 21);
        (double[] mask, double[] ratio, int[] flags) =
            Mix(images, maps, partners, mixed, new GuidedMixerOptions(), $"itself, {type} {layout}");
        Assert.That(mixed.ToBytes(), Is.EqualTo(images.ToBytes()), $"{type} {layout}: mixed with itself");
        Assert.That(mask, Is.All.EqualTo(0.5), $"{type} {layout}: mask");
        Assert.That(ratio, Is.All.EqualTo(0.5), $"{type} {layout}: ratio");
        Assert.That(flags, Is.All.Zero, $"{type} {layout}: flags");
    }

    [Test]
    public void Mix_OfNeighboursHalfway_RoundsToEven(
        [Values(ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        // Equal maps: every pixel is the mean of a and the next number after a, halfway between the two.
        using var images = GuardedTensor.Create(type, layout, 2, 1, 4, 61);
        var random = new Random(2);
        for (int i = 0; i < 244; i++)
        {
            images[i] = type == ElementType.UInt8 ? i : random.NextDouble() * Math.ScaleB(1, random.Next(-20, 15));
            images[244 + i] = type == ElementType.UInt8 ? i + 1 : ElementBits.Next(images[i], type);
        }

        images.Freeze();
        using var expected = GuardedTensor.Compact(type, 2, 1, 4, 61);
        for (int i = 0; i < 488; i++) expected[i] = (images[i % 244] + images[244 + (i % 244)]) / 2;
        using var maps = GuardedTensor.Holding(ElementType.Float32, Enumerable.Repeat(1 / 244.0, 488).ToArray(), 2, 4, 61);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 0], 2);
        using var mixed = GuardedTensor.Create(type, layout, 2, 1, 4, 61);
        Mix(images, maps, partners, mixed, new GuidedMixerOptions(), $"halves, {type} {layout}");
        Assert.That(mixed.ToDoubles(), Is.EqualTo(expected.ToDoubles()), $"{type} {layout}: halves");
    }

    [Test]
    public void Mix_OfEveryTypeAndPairOfLayouts_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] BatchLayout layout,
        [Values] BatchLayout result,
        [Values(1, 3, 4)] int c)
    {
        ElementType[] types = type == ElementType.UInt8
            ? [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8]
            : [type];
        var batch = new StageCase(3, c, 9, 35, type, layout, c);
        GuidedMixerOptions options = Pixels.Options(batch);
        using var images = Batch.Images(c, type, layout, 3, c, 9, 35);
        using var maps = Batch.Normalised(c, 3, 9, 35);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [2, 0, 0], 3);
        double[] mask = Reference.PixelMix.Mask(maps.ToDoubles(), [2, 0, 0], 9 * 35);
        foreach (ElementType to in types)
        {
            string what = $"{batch} to {to} {result}";
            using var mixed = GuardedTensor.Create(to, result, 3, c, 9, 35);
            Mix(images, maps, partners, mixed, options, what);
            double[] x = to == ElementType.UInt8 ? images.ToDoubles() : Pixels.Normalised(images, options);
            AssertMixed(mixed, x, mask, [2, 0, 0], c, what);
        }
    }

    [Test]
    public void Mix_WhereBothMapsAreZero_IsTheMeanAndFlagged()
    {
        using var images = Batch.Images(4, ElementType.Float32, BatchLayout.Nchw, 4, 3, 7, 9);
        double[] map = Enumerable.Range(0, 63).Select(i => i < 20 ? 0 : 1 / 43.0).ToArray();
        double[] full = Enumerable.Repeat(1 / 63.0, 63).ToArray();
        using var maps = GuardedTensor.Holding(ElementType.Float32, [.. map, .. map, .. full, .. full], 4, 7, 9);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 3, 0], 4);
        using var mixed = GuardedTensor.Create(ElementType.Float32, BatchLayout.Nchw, 4, 3, 7, 9);
        (double[] mask, _, int[] flags) = Mix(images, maps, partners, mixed, new GuidedMixerOptions(), "both zero");
        Assert.That(mask.Take(20), Is.All.EqualTo(0.5), "mask where both are zero");
        Assert.That(mask.Skip(63).Take(20), Is.All.Zero, "mask where only the image's own map is zero");
        Assert.That(flags, Is.EqualTo(new[] { (int)ImageFlags.EmptyOverlap, 0, 0, 0 }), "flags");
        AssertMixed(mixed, images.ToDoubles(), Reference.PixelMix.Mask(maps.ToDoubles(), [1, 2, 3, 0], 63), [1, 2, 3, 0], 3, "both zero");
    }

    [Test]
    public void Mix_OfNonFinitePixels_KeepsThemWhereTheyAre(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values] BatchLayout layout,
        [Values(double.NaN, double.PositiveInfinity, double.NegativeInfinity)] double value)
    {
        string what = $"{value} in {type} {layout}";
        using var clean = Batch.Images(6, type, layout, 4, 3, 6, 19);
        using var images = GuardedTensor.Create(type, layout, 4, 3, 6, 19);
        images.Fill(clean.ToDoubles());
        const int Image = 3 * 6 * 19, Place = 150;
        images[(2 * Image) + Place] = value;
        images.Freeze();
        using var maps = Batch.Normalised(6, 4, 6, 19);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [3, 0, 1, 2], 4);
        using var mixed = GuardedTensor.Create(type, layout, 4, 3, 6, 19);
        (double[] mask, double[] ratio, int[] flags) = Mix(images, maps, partners, mixed, new GuidedMixerOptions(), what);
        int[] found = Enumerable.Range(0, 4 * Image).Where(i => !double.IsFinite(mixed[i])).ToArray();
        Assert.That(found, Is.EqualTo(new[] { (2 * Image) + Place, (3 * Image) + Place }), $"{what}: where the mix is not finite");
        Assert.That(mask.Concat(ratio).All(double.IsFinite), Is.True, $"{what}: mask and ratio");
        Assert.That(flags, Is.EqualTo(new[] { 0, 0, (int)ImageFlags.NonFinitePixels, 0 }), $"{what}: flags");
    }

    private static int[] Indices(GuardedTensor tensor) => Array.ConvertAll(tensor.ToDoubles(), v => (int)v);

    private void AssertMixed(GuardedTensor mixed, double[] x, double[] mask, int[] partners, int c, string what) =>
        Tolerance.MixedPixels(mixed, x, mask, partners, c, $"{backend}, reference: mixed", what);

    private (double[] Mask, double[] Ratio, int[] Flags) Mix(
        GuardedTensor images, GuardedTensor maps, GuardedTensor partners, GuardedTensor mixed, GuidedMixerOptions options, string what)
    {
        using var mask = GuardedTensor.Compact(ElementType.Float32, maps.Shape);
        using var ratio = GuardedTensor.Compact(ElementType.Float32, maps.Shape[0]);
        using var flags = GuardedTensor.Compact(ElementType.Int32, maps.Shape[0]);
        PixelMix.Mix(
            backend.View(images), backend.View(maps), backend.View(partners), backend.View(mixed), backend.View(mask), backend.View(ratio),
            backend.View(flags), options, backend.Execution);
        backend.Finish();
        foreach ((GuardedTensor tensor, string name) in new[]
        {
            (images, "images"), (maps, "maps"), (partners, "partners"), (mixed, "mixed"), (mask, "mask"), (ratio, "ratio"),
            (flags, "flags"),
        })
        {
            tensor.AssertIntact($"Mix of {what}: {name}");
        }

        return (mask.ToDoubles(), ratio.ToDoubles(), Indices(flags));
    }
}
