using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Mixed labels against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class LabelMixTests(Backend backend)
{
    [Test]
    public void Soft_OfClasses_IsTheReference(
        [Values(1, 2, 3, 64, 65)] int n, [Values(1, 2, 10, 1000)] int k, [Values(ElementType.Int32, ElementType.Int64)] ElementType type)
    {
        using var labels = Batch.Classes(n + k, type, n, k);
        int[] classes = Array.ConvertAll(labels.ToDoubles(), c => (int)c);
        Soft(labels, Reference.LabelMix.OneHot(classes, k), n, k, $"{n} classes of {k}, {type}");
    }

    [Test]
    public void Soft_OfRows_IsTheReference([Values(1, 2, 3, 64, 65)] int n, [Values(1, 2, 10, 1000)] int k)
    {
        var random = new Random(n * k);
        using var labels =
            GuardedTensor.Holding(ElementType.Float32, Enumerable.Range(0, n * k).Select(_ => random.NextDouble()).ToArray(), n, k);
        Soft(labels, labels.ToDoubles(), n, k, $"{n} rows of {k}");
    }

    [Test]
    public void Soft_OfAnImageWithItself_KeepsItsLabel([Values(0f, 0.3f, 0.5f)] float ratio)
    {
        using var rows = GuardedTensor.Holding(ElementType.Float32, [0.1, 0.7, 0.2, 0.9, 0.05, 0.05], 2, 3);
        using var classes = GuardedTensor.Holding(ElementType.Int32, [2, 0], 2);
        using var partners = GuardedTensor.Holding(ElementType.Int32, [0, 1], 2);
        using var ratios = GuardedTensor.Holding(ElementType.Float32, [ratio, ratio], 2);
        using var soft = GuardedTensor.Compact(ElementType.Float32, 2, 3);
        LabelMix.Soft(backend.View(rows), backend.View(partners), backend.View(ratios), backend.View(soft), backend.Execution);
        backend.Finish();
        Assert.That(soft.ToDoubles(), Is.EqualTo(rows.ToDoubles()), $"rows, ratio {ratio}");
        soft.Poison();
        LabelMix.Soft(backend.View(classes), backend.View(partners), backend.View(ratios), backend.View(soft), backend.Execution);
        backend.Finish();
        Assert.That(soft.ToDoubles(), Is.EqualTo(new double[] { 0, 0, 1, 1, 0, 0 }), $"classes, ratio {ratio}");
    }

    [TestCase(ElementType.Int32)]
    [TestCase(ElementType.Int64)]
    [TestCase(ElementType.Float32)]
    public void Pair_OfLabels_IsTheLabelsAndThePartners(ElementType type)
    {
        foreach (int n in new[] { 1, 2, 7, 65 })
        {
            long[] shape = type == ElementType.Float32 ? [n, 11] : [n];
            int row = type == ElementType.Float32 ? 11 : 1;
            var random = new Random(n);
            double[] values =
                Enumerable.Range(0, n * row).Select(_ => type == ElementType.Float32 ? random.NextDouble() : random.Next()).ToArray();
            using var labels = GuardedTensor.Holding(type, values, shape);
            using var partners = Batch.AnyPartners(n, ElementType.Int32, n);
            using GuardedTensor a = GuardedTensor.Compact(type, shape), b = GuardedTensor.Compact(type, shape);
            LabelMix.Pair(backend.View(labels), backend.View(partners), backend.View(a), backend.View(b), backend.Execution);
            backend.Finish();
            foreach (GuardedTensor tensor in new[] { labels, partners, a, b }) tensor.AssertIntact($"Pair of {n} {type}");
            double[] x = labels.ToDoubles();
            Assert.That(a.ToBytes(), Is.EqualTo(labels.ToBytes()), $"labels_a, {n} {type}");
            double[] expected = Enumerable.Range(0, n * row).Select(i => x[((int)partners[i / row] * row) + (i % row)]).ToArray();
            Assert.That(b.ToDoubles(), Is.EqualTo(expected), $"labels_b, {n} {type}");
        }
    }

    private void Soft(GuardedTensor labels, double[] rows, int n, int k, string what)
    {
        var random = new Random(n);
        using GuardedTensor partners = n % 2 == 0 ? Batch.Permutation(n, ElementType.Int64, n) : Batch.AnyPartners(n, ElementType.Int32, n);
        using var ratio = GuardedTensor.Holding(ElementType.Float32, Enumerable.Range(0, n).Select(_ => random.NextDouble()).ToArray(), n);
        using var soft = GuardedTensor.Compact(ElementType.Float32, n, k);
        LabelMix.Soft(backend.View(labels), backend.View(partners), backend.View(ratio), backend.View(soft), backend.Execution);
        backend.Finish();
        foreach (GuardedTensor tensor in new[] { labels, partners, ratio, soft }) tensor.AssertIntact($"Soft of {what}");
        double[] expected = Reference.LabelMix.Soft(rows, Array.ConvertAll(partners.ToDoubles(), p => (int)p), ratio.ToDoubles());
        Tolerance.Absolute(soft.ToDoubles(), expected, Tolerance.Alone, $"{backend}, reference: soft labels", what);
    }
}
