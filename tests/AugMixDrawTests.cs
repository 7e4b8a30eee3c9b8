using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>
/// AugMix's draws: values and distribution. Seeds are fixed, so a test that passes once passes always; a right sampler with another seed would
/// fail one of the statistical tests with a probability of 1e-6.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class AugMixDrawTests
{
    private const int Samples = 20_000;

    [Test]
    public void Draw_IsTheReferences([Values(1, 2, 3, 5, 64)] int k, [Values(0ul, 0xDEADBEEFCAFEBABEul)] ulong seed)
    {
        (double[] weights, double[] skip) = Draw(40, k, seed, 0x1_0000_0007, 3);
        for (int i = 0; i < 40; i++)
        {
            (double[] expected, double m) = Reference.AugMix.Draw(k, i, seed, 0x1_0000_0007, 3);
            Assert.That(weights[(i * k)..((i + 1) * k)], Is.EqualTo(expected.Select(w => (double)(float)w)), $"w of image {i}");
            Assert.That(skip[i], Is.EqualTo((double)(float)m), $"m of image {i}");
        }
    }

    /// <summary>A marginal of Dirichlet(1, …, 1) is Beta(1, K − 1), so P(w ≤ x) = 1 − (1 − x)^(K−1); m is uniform.</summary>
    [Test]
    public void Draws_AreDirichletAndBetaDistributed([Values(2, 3, 4)] int k, [Values("image", "step", "seed", "rank")] string over)
    {
        double[] weights, skip;
        if (over == "image")
        {
            (weights, skip) = Draw(Samples, k, 77, 123, 5);
        }
        else
        {
            var draws = Enumerable.Range(0, Samples).Select(
                i => Draw(1, k, over == "seed" ? (ulong)i : 77, over == "step" ? (ulong)i : 123, over == "rank" ? i : 5)).ToArray();
            (weights, skip) = ([.. draws.SelectMany(d => d.Weights)], [.. draws.SelectMany(d => d.Skip)]);
        }

        for (int j = 0; j < k; j++)
        {
            double[] marginal = [.. Enumerable.Range(0, Samples).Select(i => weights[(i * k) + j])];
            Assert.That(Distance(marginal, x => 1 - Math.Pow(1 - x, k - 1)), Is.LessThan(2.694), $"w[{j}] of {k}, over {over}");
        }

        Assert.That(Distance(skip, x => x), Is.LessThan(2.694), $"m, over {over}");
        for (int i = 0; i < Samples; i++) Assert.That(weights.Skip(i * k).Take(k).Sum(), Is.EqualTo(1).Within(k * 6e-8), $"w of draw {i}");
    }

    /// <summary>Pearson's χ² of m and the first weight over 8 × 8 cells of equal probability.</summary>
    [Test]
    public void Weights_AreIndependentOfTheSkip()
    {
        (double[] weights, double[] skip) = Draw(Samples, 3, 9, 4, 0);
        var cells = new int[64];
        for (int i = 0; i < Samples; i++)
        {
            double share = 1 - ((1 - weights[3 * i]) * (1 - weights[3 * i]));
            cells[(8 * Math.Min(7, (int)(8 * share))) + Math.Min(7, (int)(8 * skip[i]))]++;
        }

        double expected = Samples / 64.0, statistic = cells.Sum(c => (c - expected) * (c - expected) / expected);
        // P(χ²₆₃ > 132) = 1e-6.
        Assert.That(statistic, Is.LessThan(132));
    }

    [Test]
    public void Draw_OfBadArguments_NamesThem()
    {
        using GuardedTensor weights = GuardedTensor.Compact(ElementType.Float32, 4, 3), skip = GuardedTensor.Compact(ElementType.Float32, 4);
        using GuardedTensor many = GuardedTensor.Compact(ElementType.Float32, 4, 65), few = GuardedTensor.Compact(ElementType.Float32, 3);
        Assert.That(Assert.Throws<ArgumentException>(() => AugMix.Draw(many.View, skip.View, 1))!.ParamName, Is.EqualTo("weights"));
        Assert.That(Assert.Throws<ArgumentException>(() => AugMix.Draw(weights.View, few.View, 1))!.ParamName, Is.EqualTo("skip"));
        Assert.That(Assert.Throws<ArgumentException>(() => AugMix.Draw(weights.View, skip.View, 1, rank: 1 << 24))!.ParamName, Is.EqualTo("rank"));
        Assert.That(weights.ToDoubles().Concat(skip.ToDoubles()), Is.All.NaN, "nothing was written");
    }

    /// <summary>√n times Kolmogorov and Smirnov's distance; P(√n·D > 2.694) = 1e-6.</summary>
    private static double Distance(double[] values, Func<double, double> cumulative)
    {
        double[] sorted = [.. values.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            distance = Math.Max(distance, ((i + 1.0) / sorted.Length) - cumulative(sorted[i]));
            distance = Math.Max(distance, cumulative(sorted[i]) - ((double)i / sorted.Length));
        }

        return Math.Sqrt(sorted.Length) * distance;
    }

    private static (double[] Weights, double[] Skip) Draw(int n, int k, ulong seed, ulong step, int rank)
    {
        using GuardedTensor weights = GuardedTensor.Compact(ElementType.Float32, n, k), skip = GuardedTensor.Compact(ElementType.Float32, n);
        AugMix.Draw(weights.View, skip.View, seed, step, rank);
        weights.AssertIntact("Draw: weights");
        skip.AssertIntact("Draw: skip");
        return (weights.ToDoubles(), skip.ToDoubles());
    }
}
