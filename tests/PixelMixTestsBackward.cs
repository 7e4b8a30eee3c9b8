using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The gradient through the mix against the reference, and the reference against differences.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class PixelMixTestsBackward(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.Gradients))]
    public void Backward_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var gradient = Batch.Gradient(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        ElementType index = batch.Seed % 2 == 0 ? ElementType.Int32 : ElementType.Int64;
        using GuardedTensor partners = batch.Seed % 3 > 0
            ? Batch.AnyPartners(batch.Seed, index, batch.N)
            : Batch.Permutation(batch.Seed, index, batch.N);
        Run(gradient, partners, (BatchLayout)(batch.Seed / 3 % 4), $"{batch}").Dispose();
    }

    [Test]
    public void Backward_OfEveryTypeAndPairOfLayouts_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values] BatchLayout layout,
        [Values] BatchLayout result,
        [Values(1, 3, 4)] int c)
    {
        using var gradient = Batch.Gradient(c, type, layout, 4, c, 9, 35);
        using var partners = GuardedTensor.Holding(ElementType.Int64, [2, 1, 0, 0], 4);
        Run(gradient, partners, result, $"4x{c}x9x35 {type} {layout} to {result}").Dispose();
    }

    [TestCase(0)]
    [TestCase(32)]
    [TestCase(64)]
    public void Backward_WhereAllShareOnePartner_IsTheReference(int partner)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float16, ElementType.BFloat16 })
        {
            using var gradient = Batch.Gradient(5, type, BatchLayout.Nchw, 65, 3, 5, 7);
            using var partners = GuardedTensor.Holding(ElementType.Int32, Enumerable.Repeat((double)partner, 65).ToArray(), 65);
            Run(gradient, partners, BatchLayout.Nhwc, $"65 images with partner {partner}, {type}").Dispose();
        }
    }

    [Test]
    public void Backward_OfAnImageWithItself_KeepsEveryBit(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type, [Values] BatchLayout layout)
    {
        using var gradient = Batch.Gradient(8, type, layout, 3, 3, 9, 21);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [0, 1, 2], 3);
        using GuardedTensor result = Run(gradient, partners, layout, $"itself, {type} {layout}");
        Assert.That(result.ToBytes(), Is.EqualTo(gradient.ToBytes()), $"{type} {layout}: gradient of an image mixed with itself");
    }

    [Test]
    public void Backward_IsTheDerivativeOfTheMix()
    {
        const int N = 4, C = 2, H = 4, W = 5;
        var random = new Random(3);
        double[] x = Enumerable.Range(0, N * C * H * W).Select(_ => random.NextDouble() - 0.5).ToArray();
        double[] weights = Enumerable.Range(0, x.Length).Select(_ => (double)(float)(random.NextDouble() - 0.5)).ToArray();
        int[] partners = [2, 2, 2, 0];
        using var mask =
            GuardedTensor.Holding(ElementType.Float32, Enumerable.Range(0, N * H * W).Select(_ => random.NextDouble()).ToArray(), N, H, W);
        using var gradient = GuardedTensor.Holding(ElementType.Float32, weights, N, C, H, W);
        using var pairs = GuardedTensor.Holding(ElementType.Int32, Array.ConvertAll(partners, p => (double)p), N);
        using var result = GuardedTensor.Compact(ElementType.Float32, N, C, H, W);
        PixelMix.Backward(backend.View(gradient), backend.View(mask), backend.View(pairs), backend.View(result), backend.Execution);
        backend.Finish();

        // L = Σ weight·y, so ∂L/∂y = weight; L is linear in x, and a central difference is exact but for rounding.
        double Loss(double[] images) =>
            Reference.PixelMix.Mix(images, mask.ToDoubles(), partners, C, H * W).Zip(weights, (y, weight) => y * weight).Sum();

        double[] differences = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] up = (double[])x.Clone(), down = (double[])x.Clone();
            up[i] += 0.5;
            down[i] -= 0.5;
            differences[i] = Loss(up) - Loss(down);
        }

        Tolerance.Absolute(result.ToDoubles(), differences, Tolerance.Alone, $"{backend}: backward against differences", "4x2x4x5");
        Tolerance.Absolute(
            Reference.PixelMix.Backward(weights, mask.ToDoubles(), partners, C, H * W), differences, 1e-12,
            "Reference: backward against differences", "4x2x4x5");
    }

    private GuardedTensor Run(GuardedTensor gradient, GuardedTensor partners, BatchLayout layout, string what)
    {
        int n = (int)gradient.Shape[0], c = (int)gradient.Shape[1], h = (int)gradient.Shape[2], w = (int)gradient.Shape[3];
        var random = new Random(n);
        using var mask =
            GuardedTensor.Holding(ElementType.Float32, Enumerable.Range(0, n * h * w).Select(_ => random.NextDouble()).ToArray(), n, h, w);
        var result = GuardedTensor.Create(gradient.Type, layout, n, c, h, w);
        PixelMix.Backward(backend.View(gradient), backend.View(mask), backend.View(partners), backend.View(result), backend.Execution);
        backend.Finish();
        gradient.AssertIntact($"Backward of {what}: gradient");
        mask.AssertIntact($"Backward of {what}: mask");
        partners.AssertIntact($"Backward of {what}: partners");
        result.AssertIntact($"Backward of {what}: result");

        int[] pairs = Array.ConvertAll(partners.ToDoubles(), p => (int)p);
        double[] g = gradient.ToDoubles(), m = mask.ToDoubles();
        double[] expected = Reference.PixelMix.Backward(g, m, pairs, c, h * w);
        // Summed in float32, rounded to the type once.
        double[] size = Reference.PixelMix.Backward(Array.ConvertAll(g, Math.Abs), m, pairs, c, h * w);
        double Rounding(double value) => gradient.Type == ElementType.Float32
            ? 0
            : (ElementBits.Epsilon(gradient.Type) * Math.Abs(value)) + ElementBits.Tiny(gradient.Type);
        double[] bounds = expected.Select((value, i) => (Tolerance.Alone * size[i]) + 1e-30 + Rounding(value)).ToArray();
        Tolerance.Each(result.ToDoubles(), expected, bounds, $"{backend}, reference: backward, {gradient.Type}", what);
        return result;
    }
}
