using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Blur and sum-to-1 against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class GaussianBlurTests(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.Maps))]
    public void Blur_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var maps = Batch.Maps(batch.Seed, batch.Type, batch.Layout, batch.N, batch.H, batch.W);
        double[] expected = Reference.GaussianBlur.BlurAll(maps.ToDoubles(), batch.N, batch.H, batch.W);
        double[] blurred = Blur(maps, new GuidedMixerOptions(), $"{batch}");
        Tolerance.OfMaximum(blurred, expected, batch.N, Tolerance.Blur, $"{backend}, reference: blur", $"{batch}");
    }

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Maps))]
    public void Normalise_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var maps = Batch.Maps(batch.Seed, batch.Type, batch.Layout, batch.N, batch.H, batch.W);
        (double[] expected, _) = Reference.GaussianBlur.Normalise(maps.ToDoubles(), batch.N, batch.H, batch.W);
        (double[] normalised, int[] flags) = Normalise(maps, $"{batch}");
        Tolerance.OfMaximum(normalised, expected, batch.N, 2 * Tolerance.Blur, $"{backend}, reference: normalised", $"{batch}");
        Assert.That(flags, Is.All.Zero, $"Normalise of {batch}: flags");
    }

    [TestCase(1, 3, 5, 4)]
    [TestCase(3, 0.1, 4, 9)]
    [TestCase(3, 100, 20, 33)]
    [TestCase(5, 1.25, 17, 19)]
    [TestCase(7, 3, 4, 4)]
    [TestCase(9, 2, 5, 5)]
    [TestCase(31, 9, 16, 40)]
    [TestCase(63, 12, 40, 32)]
    public void Blur_OfAnySizeAndSigma_IsTheReference(int size, double sigma, int h, int w)
    {
        using var maps = Batch.Maps(size, ElementType.Float32, BatchLayout.Nchw, 2, h, w);
        var options = new GuidedMixerOptions { BlurSize = size, BlurSigma = sigma };
        double[] expected = Reference.GaussianBlur.BlurAll(maps.ToDoubles(), 2, h, w, size, sigma);
        double[] blurred = Blur(maps, options, $"{size} taps, sigma {sigma}");
        Tolerance.OfMaximum(blurred, expected, 2, Tolerance.Blur, $"{backend}, reference: blur", $"{size} taps, sigma {sigma}, {h}x{w}");
    }

    [Test]
    public void Blur_OfOneTap_KeepsEveryBit()
    {
        using var maps = Batch.Maps(3, ElementType.Float32, BatchLayout.Nchw, 2, 9, 21);
        Assert.That(Blur(maps, new GuidedMixerOptions { BlurSize = 1 }, "one tap"), Is.EqualTo(maps.ToDoubles()), "blur of one tap");
    }

    [Test]
    public void Normalise_OfADegenerateMap_IsUniformAndFlagged(
        [Values("zero", "NaN", "infinity", "minus infinity", "negative", "overflowing sum")] string kind,
        [Values("4x4", "16x16", "33x47")] string size)
    {
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null), pixels = h * w;
        using var clean = Batch.Maps(11, ElementType.Float32, BatchLayout.Nchw, 3, h, w);
        (double[] expected, _) = Normalise(clean, "clean maps");
        double[] values = clean.ToDoubles();
        Span<double> map = values.AsSpan(pixels, pixels);
        if (kind == "zero") map.Clear();
        else if (kind == "overflowing sum") map.Fill(3e38);
        else if (kind == "negative") map[5] = -1e4;
        else map[5] = kind switch { "NaN" => double.NaN, "infinity" => double.PositiveInfinity, _ => double.NegativeInfinity };
        using var maps = GuardedTensor.Holding(ElementType.Float32, values, 3, h, w);
        (double[] normalised, int[] flags) = Normalise(maps, kind);
        Assert.That(flags, Is.EqualTo(new[] { 0, (int)ImageFlags.DegenerateMap, 0 }), $"{kind} {size}: flags");
        Assert.That(normalised.Skip(pixels).Take(pixels), Is.All.EqualTo((double)(1f / pixels)), $"{kind} {size}: the uniform map");
        for (int i = 0; i < 3; i += 2)
        {
            Assert.That(
                normalised.Skip(i * pixels).Take(pixels), Is.EqualTo(expected.Skip(i * pixels).Take(pixels)),
                $"{kind} {size}: its neighbour {i}");
        }
    }

    private double[] Blur(GuardedTensor maps, GuidedMixerOptions options, string what)
    {
        using var blurred = GuardedTensor.Compact(ElementType.Float32, maps.Shape);
        GaussianBlur.Blur(backend.View(maps), backend.View(blurred), options, backend.Execution);
        backend.Finish();
        maps.AssertIntact($"Blur of {what}: maps");
        blurred.AssertIntact($"Blur of {what}: blurred");
        return blurred.ToDoubles();
    }

    private (double[] Normalised, int[] Flags) Normalise(GuardedTensor maps, string what)
    {
        using var normalised = GuardedTensor.Compact(ElementType.Float32, maps.Shape);
        using var flags = GuardedTensor.Compact(ElementType.Int32, maps.Shape[0]);
        GaussianBlur.Normalise(backend.View(maps), backend.View(normalised), backend.View(flags), null, backend.Execution);
        backend.Finish();
        maps.AssertIntact($"Normalise of {what}: maps");
        normalised.AssertIntact($"Normalise of {what}: normalised");
        flags.AssertIntact($"Normalise of {what}: flags");
        return (normalised.ToDoubles(), Array.ConvertAll(flags.ToDoubles(), f => (int)f));
    }
}
