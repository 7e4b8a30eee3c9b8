using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>CutMix against the reference: every pixel from exactly one image, the area counted exactly.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class CutMixTests(Backend backend)
{
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Mixes))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        using GuardedTensor partners = batch.Seed % 2 == 0
            ? Batch.AnyPartners(batch.Seed, ElementType.Int32, batch.N)
            : Batch.Permutation(batch.Seed, ElementType.Int64, batch.N);
        using var boxes = Boxes(batch.Seed, batch.N, batch.H, batch.W);
        ElementType type = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type;
        using var mixed = GuardedTensor.Create(type, _layouts[batch.Seed / 3 % 4], batch.N, batch.C, batch.H, batch.W);
        GuidedMixerOptions options = Pixels.Options(batch);
        (double[] ratio, int[] flags) = Mix(images, boxes, partners, mixed, options, $"{batch} to {type}", isScanned: batch.Seed % 3 > 0);
        AssertMixed(mixed, images, boxes, partners, options, $"{batch} to {type}");
        AssertRatio(ratio, boxes, partners, batch.H, batch.W, $"{batch}");
        Assert.That(flags, Is.All.Zero, $"{batch}: flags");
    }

    /// <summary>Every box there is in a small image, at every border and empty ones too.</summary>
    [Test]
    public void Mix_OfEveryBoxOfASmallImage_CountsItsArea(
        [Values(1, 3)] int c, [Values(ElementType.Float32, ElementType.Float16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        const int H = 4, W = 9;
        var every = new List<double>();
        for (int top = 0; top <= H; top++)
            for (int bottom = top; bottom <= H; bottom++)
                for (int left = 0; left <= W; left++)
                    for (int right = left; right <= W; right++) every.AddRange([top, left, bottom, right]);
        int n = every.Count / 4;
        using var images = Batch.Images(1, type, layout, n, c, H, W);
        using var boxes = GuardedTensor.Holding(ElementType.Int32, [.. every], n, 4);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [.. Enumerable.Range(1, n).Select(i => (double)(i % n))], n);
        using var mixed = GuardedTensor.Create(type, layout, n, c, H, W);
        (double[] ratio, _) = Mix(images, boxes, partners, mixed, new GuidedMixerOptions(), $"{n} boxes, {type} {layout}", isScanned: false);
        AssertMixed(mixed, images, boxes, partners, new GuidedMixerOptions(), $"{n} boxes, {type} {layout}");
        AssertRatio(ratio, boxes, partners, H, W, $"{n} boxes");
    }

    /// <summary>Results above the cache's size take stores of their own.</summary>
    [TestCase(512, 512, BatchLayout.Nchw, ElementType.Float32)]
    [TestCase(511, 513, BatchLayout.Nchw, ElementType.Float32)]
    [TestCase(767, 1025, BatchLayout.Nhwc, ElementType.Float16)]
    public void Mix_OfALargeBatch_IsTheReference(int h, int w, BatchLayout layout, ElementType type)
    {
        using var images = Batch.Images(h, type, layout, 3, 3, h, w);
        using var boxes = Boxes(4, 3, h, w);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 0], 3);
        using var mixed = GuardedTensor.Create(type, layout, 3, 3, h, w);
        (double[] ratio, _) = Mix(images, boxes, partners, mixed, new GuidedMixerOptions(), $"3x3x{h}x{w}", isScanned: false);
        AssertMixed(mixed, images, boxes, partners, new GuidedMixerOptions(), $"3x3x{h}x{w}");
        AssertRatio(ratio, boxes, partners, h, w, $"3x3x{h}x{w}");
    }

    /// <summary>Bits that arithmetic would not keep: NaN with a payload, negative zero, subnormal numbers.</summary>
    [Test]
    public void Mix_OfAnyBits_KeepsThem(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        using var images = GuardedTensor.Create(type, layout, 3, 3, 8, 11);
        var random = new Random(5);
        unsafe
        {
            foreach (long i in Enumerable.Range(0, (int)images.Length))
            {
                byte* element = images.Data + (Place(images, i) * type.Size());
                random.NextBytes(new Span<byte>(element, type.Size()));
            }
        }

        images.Freeze();
        using var boxes = GuardedTensor.Holding(ElementType.Int32, [1, 2, 6, 9, 0, 0, 8, 11, 3, 0, 4, 7], 3, 4);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 0], 3);
        using var mixed = GuardedTensor.Create(type, _layouts[3 - (int)layout], 3, 3, 8, 11);
        Mix(images, boxes, partners, mixed, new GuidedMixerOptions(), $"bits of {type} {layout}", isScanned: true);
        byte[] x = images.ToBytes(), y = mixed.ToBytes();
        int size = type.Size(), image = 3 * 8 * 11;
        double[] source = Reference.CutMix.Mix(
            [.. Enumerable.Range(0, 3 * image).Select(i => (double)i)], Integers(boxes), [1, 2, 0], 3, 8, 11);
        for (int i = 0; i < 3 * image; i++)
        {
            int from = (int)source[i];
            Assert.That(y.AsSpan(i * size, size).SequenceEqual(x.AsSpan(from * size, size)), Is.True, $"{type} {layout}: element {i}");
        }
    }

    [Test]
    public void Mix_OfNonFinitePixels_FlagsTheirImageAlone(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values] BatchLayout layout,
        [Values(double.NaN, double.PositiveInfinity)] double value)
    {
        using var clean = Batch.Images(6, type, layout, 3, 3, 6, 19);
        using var images = GuardedTensor.Create(type, layout, 3, 3, 6, 19);
        images.Fill(clean.ToDoubles());
        // Inside the box of image 1, which cuts it away.
        images[342 + (2 * 19) + 5] = value;
        images.Freeze();
        using var boxes = GuardedTensor.Holding(ElementType.Int32, [0, 0, 2, 19, 1, 3, 5, 17, 0, 0, 0, 0], 3, 4);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 0], 3);
        using var mixed = GuardedTensor.Create(type, layout, 3, 3, 6, 19);
        (_, int[] flags) = Mix(images, boxes, partners, mixed, new GuidedMixerOptions(), $"{value} in {type} {layout}", isScanned: true);
        Assert.That(flags, Is.EqualTo(new[] { 0, (int)ImageFlags.NonFinitePixels, 0 }), $"{value} in {type} {layout}");
        Assert.That(mixed.ToDoubles(), Has.All.Matches<double>(double.IsFinite), "it was cut away");
    }

    private static long Place(GuardedTensor tensor, long i)
    {
        long place = 0;
        for (int d = tensor.Shape.Length - 1; d >= 0; d--)
        {
            place += i % tensor.Shape[d] * tensor.Strides[d];
            i /= tensor.Shape[d];
        }

        return place;
    }

    /// <summary>Boxes of any size, cut off at the borders, some empty and some the whole image.</summary>
    private static GuardedTensor Boxes(int seed, int n, int h, int w)
    {
        var random = new Random(seed);
        var boxes = new List<double>();
        for (int i = 0; i < n; i++)
        {
            int[] rows = [random.Next(h + 1), random.Next(h + 1)], columns = [random.Next(w + 1), random.Next(w + 1)];
            boxes.AddRange(i % 7 == 3 ? [0, 0, h, w] : [rows.Min(), columns.Min(), rows.Max(), columns.Max()]);
        }

        return GuardedTensor.Holding(ElementType.Int32, [.. boxes], n, 4);
    }

    private static int[] Integers(GuardedTensor tensor) => Array.ConvertAll(tensor.ToDoubles(), v => (int)v);

    private static void AssertRatio(double[] ratio, GuardedTensor boxes, GuardedTensor partners, int h, int w, string what)
    {
        double[] expected = Reference.CutMix.Ratio(Integers(boxes), Integers(partners), h, w);
        Assert.That(ratio, Is.EqualTo(Array.ConvertAll(expected, r => (double)(float)r)), $"λ of {what}");
    }

    private void AssertMixed(
        GuardedTensor mixed, GuardedTensor images, GuardedTensor boxes, GuardedTensor partners, GuidedMixerOptions options, string what)
    {
        int c = (int)images.Shape[1], h = (int)images.Shape[2], w = (int)images.Shape[3];
        double[] x = mixed.Type == images.Type ? images.ToDoubles() : Pixels.Normalised(images, options);
        double[] expected = Reference.CutMix.Mix(x, Integers(boxes), Integers(partners), c, h, w);
        if (mixed.Type == images.Type)
        {
            Assert.That(mixed.ToDoubles(), Is.EqualTo(expected), $"mixed, {what}");
            return;
        }

        double[] bounds = Array.ConvertAll(
            expected,
            v => (Tolerance.Alone * (Math.Abs(v) + 4)) + (mixed.Type == ElementType.Float32 ? 0 : (ElementBits.Epsilon(mixed.Type) * Math.Abs(v)) + ElementBits.Tiny(mixed.Type)));
        Tolerance.Each(mixed.ToDoubles(), expected, bounds, $"{backend}, reference: cut, {mixed.Type}", what);
    }

    private (double[] Ratio, int[] Flags) Mix(
        GuardedTensor images, GuardedTensor boxes, GuardedTensor partners, GuardedTensor mixed, GuidedMixerOptions options, string what, bool isScanned)
    {
        using var ratio = GuardedTensor.Compact(ElementType.Float32, images.Shape[0]);
        using var flags = GuardedTensor.Compact(ElementType.Int32, images.Shape[0]);
        CutMix.Mix(
            backend.View(images), backend.View(boxes), backend.View(partners), backend.View(mixed), backend.View(ratio),
            isScanned ? backend.View(flags) : default, options, backend.Execution);
        backend.Finish();
        foreach ((GuardedTensor tensor, string name) in new[]
        {
            (images, "images"), (boxes, "boxes"), (partners, "partners"), (mixed, "mixed"), (ratio, "ratio"), (flags, "flags"),
        })
        {
            tensor.AssertIntact($"Mix of {what}: {name}");
        }

        return (ratio.ToDoubles(), isScanned ? Integers(flags) : [0]);
    }
}
