using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Distances against the reference.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class PairDistanceTests(Backend backend)
{
    [TestCaseSource(typeof(StageCases), nameof(StageCases.CompactMaps))]
    public void Distance_OfAnyShape_IsTheReference(StageCase batch)
    {
        using var maps = Batch.Normalised(batch.Seed, batch.N, batch.H, batch.W);
        AssertL2(maps, $"{batch}");
        AssertOthers(maps, $"{batch}");
    }

    [Test]
    public void Distance_OfHardMaps_IsTheReference(
        [Values("almost uniform", "almost equal", "one pixel", "zeros", "mixed scales")] string kind,
        [Values(2, 5, 17)] int n,
        [Values("4x4", "33x47", "128x128")] string size)
    {
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null);
        using var maps = GuardedTensor.Holding(ElementType.Float32, Hard(kind, n, h * w), n, h, w);
        AssertL2(maps, $"{kind}, {n} of {size}");
        AssertOthers(maps, $"{kind}, {n} of {size}");
    }

    [Test]
    public void Distance_OfEqualMaps_IsExactlyZero([Values] DistanceMetric metric, [Values("4x4", "33x47", "64x64", "131x160")] string size)
    {
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null), pixels = h * w;
        using var two = Batch.Normalised(h, 2, h, w);
        double[] values = two.ToDoubles();
        double[] a = values[..pixels], b = values[pixels..];
        using var maps = GuardedTensor.Holding(ElementType.Float32, [.. a, .. b, .. a, .. a, .. b, .. a, .. b], 7, h, w);
        double[] distance = Compute(maps, metric, $"equal maps of {size}");
        bool[] isA = [true, false, true, true, false, true, false];
        for (int i = 0; i < 49; i++)
        {
            string pair = $"{metric} of {size}: [{i / 7},{i % 7}]";
            if (isA[i / 7] == isA[i % 7]) Assert.That(distance[i], Is.Zero, pair);
            else Assert.That(distance[i], Is.EqualTo(distance[1]).And.Positive, pair);
        }
    }

    [Test]
    public void Distance_Cosine_ToAMapOfNormZero_IsOne()
    {
        using var maps = GuardedTensor.Holding(ElementType.Float32, [.. new double[20], .. Enumerable.Repeat(0.05, 20)], 2, 4, 5);
        Assert.That(Compute(maps, DistanceMetric.Cosine, "a zero map"), Is.EqualTo(new double[] { 0, 1, 1, 0 }), "cosine to a zero map");
    }

    private static double[] Hard(string kind, int n, int pixels)
    {
        var random = new Random(pixels + n);
        double[] shared = Enumerable.Range(0, pixels).Select(_ => random.NextDouble()).ToArray();
        var maps = new double[n * pixels];
        for (int i = 0; i < maps.Length; i++)
        {
            maps[i] = kind switch
            {
                "almost uniform" => 1 + (1e-3 * random.NextDouble()),
                "almost equal" => shared[i % pixels] * (1 + (1e-4 * random.NextDouble())),
                "one pixel" => i % pixels == i / pixels % pixels ? 1 : 0,
                "zeros" => i / pixels == 1 || random.Next(8) > 0 ? 0 : random.NextDouble(),
                _ => Math.Pow(random.NextDouble(), 1 + (8 * (i / pixels))),
            };
        }

        for (int image = 0; image < n; image++)
        {
            Span<double> map = maps.AsSpan(image * pixels, pixels);
            double sum = 0;
            foreach (double value in map) sum += value;
            for (int i = 0; i < pixels && sum > 0; i++) map[i] /= sum;
        }

        return maps;
    }

    private void AssertL2(GuardedTensor maps, string what)
    {
        int n = (int)maps.Shape[0];
        double[] distance = Compute(maps, DistanceMetric.L2, what);
        Tolerance.Distances(distance, maps.ToDoubles(), n, $"{backend}, reference: distance", what);
    }

    private void AssertOthers(GuardedTensor maps, string what)
    {
        int n = (int)maps.Shape[0], pixels = (int)(maps.Length / n);
        double[] l1 = Reference.PairDistance.Compute(maps.ToDoubles(), n, pixels, DistanceMetric.L1);
        Tolerance.Relative(
            Compute(maps, DistanceMetric.L1, what), l1, Tolerance.GoldenDistance, $"{backend}, reference: distance, L1", what);
        double[] cosine = Reference.PairDistance.Compute(maps.ToDoubles(), n, pixels, DistanceMetric.Cosine);
        Tolerance.Absolute(
            Compute(maps, DistanceMetric.Cosine, what), cosine, Tolerance.Alone, $"{backend}, reference: distance, cosine", what);
    }

    private double[] Compute(GuardedTensor maps, DistanceMetric metric, string what)
    {
        long n = maps.Shape[0];
        using var distance = GuardedTensor.Compact(ElementType.Float32, n, n);
        PairDistance.Compute(backend.View(maps), backend.View(distance), metric, backend.Execution);
        backend.Finish();
        maps.AssertIntact($"PairDistance, {metric}, of {what}: maps");
        distance.AssertIntact($"PairDistance, {metric}, of {what}: distance");
        double[] values = distance.ToDoubles();
        for (long i = 0; i < n; i++)
        {
            Assert.That(values[(i * n) + i], Is.Zero, $"{metric} of {what}: the diagonal at {i}");
            for (long j = 0; j < i; j++)
                Assert.That(values[(i * n) + j], Is.EqualTo(values[(j * n) + i]), $"{metric} of {what}: symmetric at [{i},{j}]");
        }

        return values;
    }
}
