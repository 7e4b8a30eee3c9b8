using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Guided-SR saliency against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class SpectralResidualTests(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.Images))]
    public void Compute_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        GuidedMixerOptions options = Pixels.Options(batch);
        double[] expected = Reference.SpectralResidual.Compute(
            Pixels.Normalised(images, options), batch.N, batch.C, batch.H, batch.W, Pixels.Weights(options));
        double[] saliency = Compute(images, options, $"{batch}");
        double[] bounds = InputRounding.Bounds(images, options, expected, saliency);
        Tolerance.Each(saliency, expected, bounds, $"{backend}, reference: saliency", $"{batch}");
    }

    [Test]
    public void Compute_OfEveryTypeLayoutAndChannels_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] BatchLayout layout,
        [Values(1, 3, 4)] int c,
        [Values(9, 130)] int h)
    {
        var batch = new StageCase(2, c, h, 21, type, layout, c + h);
        using var images = Batch.Images(batch.Seed, type, layout, 2, c, h, 21);
        GuidedMixerOptions options = Pixels.Options(batch);
        double[] expected = Reference.SpectralResidual.Compute(Pixels.Normalised(images, options), 2, c, h, 21, Pixels.Weights(options));
        double[] saliency = Compute(images, options, $"{batch}");
        double[] bounds = InputRounding.Bounds(images, options, expected, saliency);
        Tolerance.Each(saliency, expected, bounds, $"{backend}, reference: saliency", $"{batch}");
    }

    [TestCase(129, 64)]
    [TestCase(224, 224)]
    [TestCase(160, 131)]
    [TestCase(400, 20)]
    public void Compute_WithAntialias_IsTheReference(int h, int w)
    {
        using var images = Batch.Images(h + w, ElementType.Float32, BatchLayout.Nchw, 1, 3, h, w);
        var options = new GuidedMixerOptions { Antialias = true };
        double[] expected = Reference.SpectralResidual.Compute(images.ToDoubles(), 1, 3, h, w, antialias: true);
        double[] released = Reference.SpectralResidual.Compute(images.ToDoubles(), 1, 3, h, w);
        double[] saliency = Compute(images, options, $"antialias {h}x{w}");
        Tolerance.OfMaximum(saliency, expected, 1, Tolerance.Map, $"{backend}, reference: saliency, antialias", $"{h}x{w}");
        Assert.That(saliency.Zip(released, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(1e-3 * released.Max()),
            $"{h}x{w}: antialias differs");
    }

    [TestCase(1, 3)]
    [TestCase(3, 1)]
    [TestCase(5, 0.7)]
    [TestCase(11, 4)]
    public void Compute_WithAnyBlur_IsTheReference(int size, double sigma)
    {
        foreach ((int h, int w) in new[] { (33, 47), (131, 40) })
        {
            using var images = Batch.Images(size, ElementType.Float32, BatchLayout.Nchw, 2, 3, h, w);
            var options = new GuidedMixerOptions { BlurSize = size, BlurSigma = sigma };
            double[] expected = Reference.SpectralResidual.Compute(images.ToDoubles(), 2, 3, h, w, blurSize: size, sigma: sigma);
            double[] saliency = Compute(images, options, $"blur {size}, {sigma} of {h}x{w}");
            Tolerance.OfMaximum(
                saliency, expected, 2, Tolerance.Map, $"{backend}, reference: saliency, any blur", $"{size}, {sigma} of {h}x{w}");
        }
    }

    /// <summary>Near-zero bins have a logarithm and a phase made of rounding; there the input's own rounding sets the bound.</summary>
    [Test]
    public void Compute_OfIllConditionedImages_IsWithinTheInputsOwnRounding(
        [Values("constant", "large constant", "nearly constant", "one pixel", "stripes across", "stripes down", "diagonal stripes",
            "steps")]
        string kind,
        [Values("4x4", "16x16", "32x32", "33x47", "64x48", "13x26", "31x97", "100x60", "127x17", "64x64", "131x24")] string size)
    {
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null);
        using var images = GuardedTensor.Holding(ElementType.Float32, IllConditioned(kind, h, w), 1, 1, h, w);
        double[] expected = Reference.SpectralResidual.Compute(images.ToDoubles(), 1, 1, h, w);
        double bound = Math.Max(4 * InputRounding.Change(images, new GuidedMixerOptions(), expected)[0], Tolerance.Map * expected.Max());
        double[] saliency = Compute(images, new GuidedMixerOptions(), $"{kind} {size}");
        Tolerance.Absolute(saliency, expected, bound, $"{backend}, reference: saliency, ill-conditioned", $"{kind} {size}");
    }

    [TestCase(16, 16)]
    [TestCase(33, 47)]
    [TestCase(160, 64)]
    public void Compute_OfAZeroImage_IsExactlyZero(int h, int w)
    {
        using var images = GuardedTensor.Holding(ElementType.Float32, new double[3 * h * w], 1, 3, h, w);
        Assert.That(Compute(images, new GuidedMixerOptions(), $"zero {h}x{w}"), Is.All.Zero, $"zero image of {h}x{w}");
    }

    [TestCase(16, 16, double.NaN)]
    [TestCase(33, 47, double.PositiveInfinity)]
    [TestCase(160, 64, double.NegativeInfinity)]
    public void Compute_OfAnImageWithANonFinitePixel_SpoilsThatMapAlone(int h, int w, double value)
    {
        using var clean = Batch.Images(5, ElementType.Float32, BatchLayout.Nchw, 4, 3, h, w);
        double[] x = clean.ToDoubles();
        x[(2 * 3 * h * w) + (h * w) + 7] = value;
        using var spoiled = GuardedTensor.Holding(ElementType.Float32, x, 4, 3, h, w);
        double[] expected = Compute(clean, new GuidedMixerOptions(), $"clean {h}x{w}");
        double[] saliency = Compute(spoiled, new GuidedMixerOptions(), $"spoiled {h}x{w}");
        int pixels = h * w;
        Assert.That(saliency.Skip(2 * pixels).Take(pixels), Is.All.NaN, $"{value} in image 2 of {h}x{w}");
        for (int i = 0; i < 4; i++)
        {
            if (i != 2)
                Assert.That(saliency.Skip(i * pixels).Take(pixels), Is.EqualTo(expected.Skip(i * pixels).Take(pixels)),
                    $"{value}: image {i} of {h}x{w}");
        }
    }

    private static double[] IllConditioned(string kind, int h, int w)
    {
        var random = new Random(7);
        var image = new double[h * w];
        for (int i = 0; i < image.Length; i++)
        {
            int y = i / w, x = i % w;
            image[i] = kind switch
            {
                "constant" => 0.75,
                "large constant" => -2.1179039,
                "nearly constant" => 1 + (1e-6 * random.NextDouble()),
                "one pixel" => i == 0 ? 1 : 0,
                "stripes across" => Math.Sin(2 * Math.PI * y * 2 / h),
                "stripes down" => Math.Sin(2 * Math.PI * x * 4 / w),
                "diagonal stripes" => Math.Sin(2 * Math.PI * ((y * 2.0 / h) + (x * 3.0 / w))),
                _ => (y < h / 2 ? 0.5 : -0.5) + (x < w / 2 ? 0.25 : -0.25),
            };
        }

        return image;
    }

    private double[] Compute(GuardedTensor images, GuidedMixerOptions options, string what)
    {
        using var saliency = GuardedTensor.Compact(ElementType.Float32, images.Shape[0], images.Shape[2], images.Shape[3]);
        SpectralResidual.Compute(backend.View(images), backend.View(saliency), options, backend.Execution);
        backend.Finish();
        images.AssertIntact($"SpectralResidual of {what}: images");
        saliency.AssertIntact($"SpectralResidual of {what}: saliency");
        return saliency.ToDoubles();
    }
}
