using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The pairing against the reference: equal, always.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class CycleCoverTests(Backend backend)
{
    [Test]
    public void Greedy_OfAnyMatrix_IsTheReference(
        [Values("random", "asymmetric", "ties", "zeros", "negative", "some NaN", "all NaN", "some minus infinity", "infinities",
            "a row of NaN")]
        string kind,
        [Values(1, 2, 3, 4, 5, 8, 16, 17, 31, 64, 65, 128, 200)] int n)
    {
        using var distance = GuardedTensor.Holding(ElementType.Float32, Matrix(kind, n), n, n);
        foreach ((string name, bool[]? subset) in Subsets(n))
        {
            string what = $"{kind}, {n} images, {name}";
            int[] partners = Greedy(distance, subset, n % 2 == 0 ? ElementType.Int32 : ElementType.Int64, out int[] flags, what);
            Assert.That(partners, Is.EqualTo(Reference.CycleCover.Greedy(distance.ToDoubles(), n, subset)), $"Greedy of {what}");
            AssertOneCycle(partners, subset, what);
            Assert.That(flags, Is.EqualTo(Flags(distance, n)), $"Greedy of {what}: flags");
        }
    }

    [Test]
    public void Greedy_WhateverTheDiagonalHolds_IsTheSame([Values(double.NaN, double.PositiveInfinity, 1e30, -1e30)] double diagonal)
    {
        double[] matrix = Matrix("random", 17), other = (double[])matrix.Clone();
        for (int i = 0; i < 17; i++) (matrix[18 * i], other[18 * i]) = (0, diagonal);
        using var plain = GuardedTensor.Holding(ElementType.Float32, matrix, 17, 17);
        using var spoiled = GuardedTensor.Holding(ElementType.Float32, other, 17, 17);
        int[] expected = Greedy(plain, null, ElementType.Int32, out _, "zero diagonal");
        Assert.That(Greedy(spoiled, null, ElementType.Int32, out int[] flags, $"diagonal {diagonal}"), Is.EqualTo(expected),
            $"diagonal {diagonal}");
        Assert.That(flags, Is.All.Zero, $"diagonal {diagonal}: flags");
    }

    [Test]
    public void Random_OfAnySeedStepAndRank_IsTheReference(
        [Values(1, 2, 3, 7, 64, 65, 200)] int n,
        [Values(0ul, 1ul, 0xFEDCBA9876543210ul)] ulong seed,
        [Values(0ul, 5_000_000_000ul)] ulong step,
        [Values(0, 3, Philox.MaxRank)] int rank)
    {
        foreach ((string name, bool[]? subset) in Subsets(n))
        {
            string what = $"{n} images, seed {seed}, step {step}, rank {rank}, {name}";
            using GuardedTensor? members = Members(subset);
            using var partners = GuardedTensor.Compact(n % 2 == 0 ? ElementType.Int64 : ElementType.Int32, n);
            CycleCover.Random(
                backend.View(partners), seed, step, rank, members == null ? default : backend.View(members), backend.Execution);
            backend.Finish();
            partners.AssertIntact($"Random of {what}: partners");
            members?.AssertIntact($"Random of {what}: subset");
            Assert.That(Indices(partners), Is.EqualTo(Reference.CycleCover.Random(n, seed, step, rank, subset)), $"Random of {what}");
        }
    }

    [Test]
    public void Random_OverManySteps_IsUniform()
    {
        var count = new int[5, 5];
        using var partners = GuardedTensor.Compact(ElementType.Int32, 5);
        for (ulong step = 0; step < 5000; step++)
        {
            CycleCover.Random(backend.View(partners), 42, step, execution: backend.Execution);
            backend.Finish();
            for (int i = 0; i < 5; i++) count[i, (int)partners[i]]++;
        }

        // 1000 expected in each place, standard deviation 28.
        Assert.That(count.Cast<int>(), Is.All.InRange(860, 1140), "how often image i got partner j");
    }

    private static double[] Matrix(string kind, int n)
    {
        var random = new Random(n);
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double value = kind switch
                {
                    "ties" => random.Next(4),
                    "zeros" => 0,
                    "negative" => -random.NextDouble(),
                    "some NaN" => random.Next(3) == 0 ? double.NaN : random.NextDouble(),
                    "all NaN" => double.NaN,
                    "some minus infinity" => random.Next(3) == 0 ? double.NegativeInfinity : -random.NextDouble(),
                    "infinities" => random.Next(3) switch { 0 => double.PositiveInfinity, 1 => double.NegativeInfinity, _ => double.NaN },
                    "a row of NaN" => i == n / 2 || j == n / 2 ? double.NaN : random.NextDouble(),
                    _ => random.NextDouble(),
                };
                matrix[(i * n) + j] = i == j ? 0 : j < i && kind is "random" or "ties" ? matrix[(j * n) + i] : value;
            }
        }

        return matrix;
    }

    private static IEnumerable<(string Name, bool[]? Subset)> Subsets(int n)
    {
        var random = new Random(n);
        yield return ("no subset", null);
        yield return ("everyone", Enumerable.Repeat(true, n).ToArray());
        yield return ("nobody", new bool[n]);
        yield return ("the last alone", Enumerable.Range(0, n).Select(i => i == n - 1).ToArray());
        yield return ("the ends", Enumerable.Range(0, n).Select(i => i == 0 || i == n - 1).ToArray());
        yield return ("some", Enumerable.Range(0, n).Select(_ => random.Next(2) == 0).ToArray());
    }

    private static int[] Flags(GuardedTensor distance, int n) => Enumerable.Range(0, n)
        .Select(i => Enumerable.Range(0, n).Any(j => j != i && double.IsNaN(distance[(i * n) + j])))
        .Select(hasNaN => hasNaN ? (int)ImageFlags.NotANumberDistance : 0)
        .ToArray();

    private static void AssertOneCycle(int[] partners, bool[]? subset, string what)
    {
        int[] members = Enumerable.Range(0, partners.Length).Where(i => subset == null || subset[i]).ToArray();
        for (int i = 0; i < partners.Length; i++)
        {
            if (!members.Contains(i)) Assert.That(partners[i], Is.EqualTo(i), $"{what}: image {i} is left out and keeps itself");
        }

        var seen = new HashSet<int>();
        for (int i = members.FirstOrDefault(-1); i >= 0 && seen.Add(i);) i = partners[i];
        Assert.That(seen, Is.EquivalentTo(members), $"{what}: one cycle through all");
    }

    private static GuardedTensor? Members(bool[]? subset) => subset == null ? null
        : GuardedTensor.Holding(ElementType.UInt8, Array.ConvertAll(subset, s => s ? 1.0 : 0), subset.Length);

    private static int[] Indices(GuardedTensor tensor) => Array.ConvertAll(tensor.ToDoubles(), v => (int)v);

    private int[] Greedy(GuardedTensor distance, bool[]? subset, ElementType type, out int[] found, string what)
    {
        using GuardedTensor? members = Members(subset);
        using var partners = GuardedTensor.Compact(type, distance.Shape[0]);
        using var flags = GuardedTensor.Compact(ElementType.Int32, distance.Shape[0]);
        CycleCover.Greedy(
            backend.View(distance), backend.View(partners), members == null ? default : backend.View(members), backend.View(flags),
            execution: backend.Execution);
        backend.Finish();
        distance.AssertIntact($"Greedy of {what}: distance");
        members?.AssertIntact($"Greedy of {what}: subset");
        partners.AssertIntact($"Greedy of {what}: partners");
        flags.AssertIntact($"Greedy of {what}: flags");
        found = Indices(flags);
        return Indices(partners);
    }
}
