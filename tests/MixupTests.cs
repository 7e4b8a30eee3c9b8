using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Mixup of images and of features of any shape, against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class MixupTests(Backend backend)
{
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Mixes))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        using var partners = Partners(batch.Seed, batch.N);
        using var ratio = Ratios(batch.Seed, batch.N);
        ElementType type = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type;
        using var mixed = GuardedTensor.Create(type, _layouts[batch.Seed / 3 % 4], batch.N, batch.C, batch.H, batch.W);
        GuidedMixerOptions options = Pixels.Options(batch);
        int[] flags = Mix(images, ratio, partners, mixed, options, $"{batch} to {type}");
        double[] x = type == ElementType.UInt8 ? images.ToDoubles() : Pixels.Normalised(images, options);
        AssertMixed(mixed, x, ratio, partners, $"{batch} to {type}");
        Assert.That(flags, Is.All.Zero, $"{batch}: flags");
    }

    /// <summary>Features: the dimensions in every order of memory, with and without gaps, the result in an order of its own.</summary>
    [Test]
    public void Mix_OfAnyRankAndOrderOfMemory_IsTheReference(
        [Values("9", "6x1", "5x40", "7x5x33", "3x4x5x6", "2x3x4x5x6", "3x2x1x4x3x5", "2x3x2x2x3x2x4", "2x2x1x3x2x2x2x5")] string shape,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values(1, 2, 3)] int seed)
    {
        long[] sizes = Array.ConvertAll(shape.Split('x'), long.Parse);
        using var features = new GuardedTensor(type, sizes, Steps(sizes, seed), seed);
        var random = new Random(seed);
        for (long i = 0; i < features.Length; i++) features[i] = type == ElementType.UInt8 ? random.Next(256) : (4 * random.NextDouble()) - 2;
        features.Freeze();
        using var partners = Partners(seed, (int)sizes[0]);
        using var ratio = Ratios(seed, (int)sizes[0]);
        ElementType to = type == ElementType.UInt8 && seed == 2 ? ElementType.Float16 : type;
        using var mixed = new GuardedTensor(to, sizes, Steps(sizes, seed == 3 ? 3 : seed + 5));
        Mix(features, ratio, partners, mixed, new GuidedMixerOptions(), $"{shape} {type} seed {seed}");
        double[] x = to == type ? features.ToDoubles() : Array.ConvertAll(features.ToDoubles(), v => v * (1f / 255));
        AssertMixed(mixed, x, ratio, partners, $"{shape} {type} seed {seed}");
    }

    /// <summary>Bytes to floats, in orders of memory that leave more lines beside each other than a kernel has scales.</summary>
    [Test]
    public void Mix_OfManyLinesToAFloatType_IsTheReference([Values(64, 65, 131)] int lines)
    {
        using var images = new GuardedTensor(ElementType.UInt8, [2, 3, lines, 5], [lines * 16, 1, 16, 3], lines);
        var random = new Random(lines);
        for (long i = 0; i < images.Length; i++) images[i] = random.Next(256);
        images.Freeze();
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 0], 2);
        using var ratio = Ratios(lines, 2);
        using var mixed = GuardedTensor.Create(ElementType.Float32, BatchLayout.Nchw, 2, 3, lines, 5);
        Mix(images, ratio, partners, mixed, new GuidedMixerOptions(), $"{lines} lines");
        AssertMixed(mixed, Array.ConvertAll(images.ToDoubles(), v => v * (1f / 255)), ratio, partners, $"{lines} lines");
    }

    [TestCase(512, 512)]
    [TestCase(511, 513)]
    public void Mix_OfALargeBatch_IsTheReference(int h, int w)
    {
        using var images = Batch.Images(h, ElementType.Float32, BatchLayout.Nchw, 3, 3, h, w);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 2, 0], 3);
        using var ratio = GuardedTensor.Holding(ElementType.Float32, [0.3, 1, 0], 3);
        using var mixed = GuardedTensor.Create(ElementType.Float32, BatchLayout.Nchw, 3, 3, h, w);
        Mix(images, ratio, partners, mixed, new GuidedMixerOptions(), $"3x3x{h}x{w}");
        AssertMixed(mixed, images.ToDoubles(), ratio, partners, $"3x3x{h}x{w}");
    }

    /// <summary>λ = 1, λ = 0 and an image with itself: every bit of one image, whatever the other holds.</summary>
    [Test]
    public void Mix_WithAWeightOfZero_LeavesTheOtherOut(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
        using var clean = Batch.Images(3, type, layout, 4, 3, 9, 21);
        using var images = GuardedTensor.Create(type, layout, 4, 3, 9, 21);
        images.Fill(clean.ToDoubles());
        // Image 3 stays as it was made: NaN everywhere, in floats.
        if (type != ElementType.UInt8)
            for (int i = 3 * 567; i < 4 * 567; i++) images[i] = double.NaN;
        images.Freeze();
        using var partners = GuardedTensor.Holding(ElementType.Int64, [3, 0, 2, 1], 4);
        using var ratio = GuardedTensor.Holding(ElementType.Float32, [1, 0, 0.3, 0], 4);
        using var mixed = GuardedTensor.Create(type, _layouts[3 - (int)layout], 4, 3, 9, 21);
        int[] flags = Mix(images, ratio, partners, mixed, new GuidedMixerOptions(), $"{type} {layout}");
        byte[] x = images.ToBytes(), y = mixed.ToBytes();
        int size = x.Length / 4;
        Assert.That(y[..size], Is.EqualTo(x[..size]), $"{type} {layout}: λ = 1");
        Assert.That(y[size..(2 * size)], Is.EqualTo(x[..size]), $"{type} {layout}: λ = 0");
        Assert.That(y[(2 * size)..(3 * size)], Is.EqualTo(x[(2 * size)..(3 * size)]), $"{type} {layout}: itself");
        Assert.That(y[(3 * size)..], Is.EqualTo(x[size..(2 * size)]), $"{type} {layout}: λ = 0 of an image of NaN");
        int found = type == ElementType.UInt8 ? 0 : (int)ImageFlags.NonFinitePixels;
        Assert.That(flags, Is.EqualTo(new[] { 0, 0, 0, found }), $"{type} {layout}: flags");
    }

    [Test]
    public void Mix_OfNeighboursHalfway_RoundsToEven(
        [Values(ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type, [Values] BatchLayout layout)
    {
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
        using var partners = GuardedTensor.Holding(ElementType.Int32, [1, 0], 2);
        using var ratio = GuardedTensor.Holding(ElementType.Float32, [0.5, 0.5], 2);
        using var mixed = GuardedTensor.Create(type, layout, 2, 1, 4, 61);
        Mix(images, ratio, partners, mixed, new GuidedMixerOptions(), $"halves, {type} {layout}");
        Assert.That(mixed.ToDoubles(), Is.EqualTo(expected.ToDoubles()), $"{type} {layout}: halves");
    }

    /// <summary>Steps of a memory order shuffled by the seed; odd seeds leave gaps.</summary>
    private static long[] Steps(long[] shape, int seed)
    {
        int[] order = [.. Enumerable.Range(0, shape.Length)];
        new Random(seed).Shuffle(order);
        if (seed == 1) order = [.. Enumerable.Range(0, shape.Length).Reverse()];
        var steps = new long[shape.Length];
        long step = 1;
        foreach (int d in order)
        {
            steps[d] = step;
            step *= shape[d] + (seed % 2 == 0 || seed == 1 ? 0 : 1);
        }

        return steps;
    }

    private static GuardedTensor Partners(int seed, int n) =>
        seed % 2 == 0 ? Batch.AnyPartners(seed, ElementType.Int32, n) : Batch.Permutation(seed, ElementType.Int64, n);

    private static GuardedTensor Ratios(int seed, int n)
    {
        var random = new Random(seed);
        return GuardedTensor.Holding(ElementType.Float32, [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], n);
    }

    private void AssertMixed(GuardedTensor mixed, double[] x, GuardedTensor ratio, GuardedTensor partners, string what)
    {
        int[] pairs = Array.ConvertAll(partners.ToDoubles(), p => (int)p);
        double[] weights = ratio.ToDoubles(), expected = Reference.Mixup.Mix(x, weights, pairs);
        double[] size = Reference.Mixup.Mix(Array.ConvertAll(x, v => Math.Abs(v) + 1), weights, pairs);
        double Rounding(double value) => mixed.Type switch
        {
            ElementType.UInt8 => 0.5,
            ElementType.Float32 => 0,
            _ => (ElementBits.Epsilon(mixed.Type) * Math.Abs(value)) + ElementBits.Tiny(mixed.Type),
        };
        double[] bounds = [.. expected.Select((value, i) => (Tolerance.Alone * size[i]) + Rounding(value))];
        Tolerance.Each(mixed.ToDoubles(), expected, bounds, $"{backend}, reference: mixup, {mixed.Type}", what);
    }

    private int[] Mix(
        GuardedTensor tensors, GuardedTensor ratio, GuardedTensor partners, GuardedTensor mixed, GuidedMixerOptions options, string what)
    {
        using var flags = GuardedTensor.Compact(ElementType.Int32, tensors.Shape[0]);
        Mixup.Mix(
            backend.View(tensors), backend.View(ratio), backend.View(partners), backend.View(mixed), backend.View(flags), options, backend.Execution);
        backend.Finish();
        foreach ((GuardedTensor tensor, string name) in new[]
        {
            (tensors, "tensors"), (ratio, "ratio"), (partners, "partners"), (mixed, "mixed"), (flags, "flags"),
        })
        {
            tensor.AssertIntact($"Mix of {what}: {name}");
        }

        return Array.ConvertAll(flags.ToDoubles(), f => (int)f);
    }
}
