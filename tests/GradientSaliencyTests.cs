using System;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Guided-AP saliency against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class GradientSaliencyTests(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.Gradients))]
    public void Compute_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var gradient = Batch.Gradient(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        double[] expected = Reference.GradientSaliency.Compute(gradient.ToDoubles(), batch.N, batch.C, batch.H, batch.W);
        Tolerance.Relative(
            Compute(gradient, $"{batch}"), expected, Tolerance.Alone, $"{backend}, reference: gradient saliency", $"{batch}");
    }

    [Test]
    public void Compute_OfEveryTypeLayoutAndChannels_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values] BatchLayout layout,
        [Values(1, 2, 3, 4, 7)] int c)
    {
        using var gradient = Batch.Gradient(c, type, layout, 3, c, 9, 35);
        double[] expected = Reference.GradientSaliency.Compute(gradient.ToDoubles(), 3, c, 9, 35);
        string what = $"3x{c}x9x35 {type} {layout}";
        Tolerance.Relative(Compute(gradient, what), expected, Tolerance.Alone, $"{backend}, reference: gradient saliency", what);
    }

    [Test]
    public void Compute_OfZeroNaNAndInfinity_KeepsEachInItsPlace()
    {
        double[] values = new double[2 * 3 * 4 * 5];
        for (int i = 60; i < values.Length; i++) values[i] = i;
        (values[60], values[61 + 20], values[62 + 40]) = (double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        using var gradient = GuardedTensor.Holding(ElementType.Float32, values, 2, 3, 4, 5);
        double[] expected = Reference.GradientSaliency.Compute(gradient.ToDoubles(), 2, 3, 4, 5);
        double[] saliency = Compute(gradient, "zero, NaN and Inf");
        Assert.That(saliency.AsSpan(0, 20).ToArray(), Is.All.Zero, "image 0 is zero");
        Assert.That(saliency[20], Is.NaN, "pixel 0 of image 1");
        Assert.That(saliency[21], Is.EqualTo(double.PositiveInfinity), "pixel 1 of image 1");
        Assert.That(saliency[22], Is.EqualTo(double.PositiveInfinity), "pixel 2 of image 1");
        Tolerance.Relative(saliency, expected, Tolerance.Alone, $"{backend}, reference: gradient saliency", "zero, NaN and Inf");
    }

    private double[] Compute(GuardedTensor gradient, string what)
    {
        using var saliency = GuardedTensor.Compact(ElementType.Float32, gradient.Shape[0], gradient.Shape[2], gradient.Shape[3]);
        GradientSaliency.Compute(backend.View(gradient), backend.View(saliency), backend.Execution);
        backend.Finish();
        gradient.AssertIntact($"GradientSaliency of {what}: gradient");
        saliency.AssertIntact($"GradientSaliency of {what}: saliency");
        return saliency.ToDoubles();
    }
}
