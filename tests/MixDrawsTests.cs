using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>
/// λ and boxes: the values, their distribution, and what they depend on. Seeds are fixed, so a test that passes once passes always; a right
/// sampler with another seed would fail one of the statistical tests with a probability of 1e-6.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MixDrawsTests
{
    private const int Samples = 20_000;

    [Test]
    public void Draw_IsTheReferences([Values(0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 300.0)] double alpha, [Values(0ul, 0xDEADBEEFCAFEBABEul)] ulong seed)
    {
        var options = new GuidedMixerOptions { Method = MixMethod.CutMix, Alpha = alpha, Seed = seed, Rank = 3 };
        (float[] ratios, int[] boxes) = Draw(options, 0x1_0000_0007, 500, 37, 61);
        for (int k = 0; k < ratios.Length; k++)
        {
            double expected = Reference.MixDraws.Ratio(alpha, seed, 0x1_0000_0007, 3, k);
            // The reference's own rounding, and that of the result; relative also where λ is tiny.
            Assert.That(ratios[k], Is.EqualTo(expected).Within((1e-6 * expected) + float.Epsilon), $"λ[{k}], α = {alpha}");
            (double y, double x) = Reference.MixDraws.Centre(seed, 0x1_0000_0007, 3, k, 37, 61);
            Assert.That(boxes[(4 * k)..((4 * k) + 4)], Is.EqualTo(Reference.MixDraws.Box(y, x, ratios[k], 37, 61)), $"box[{k}], α = {alpha}");
        }
    }

    /// <summary>The bits that every machine must give: recorded once, from the formula in another language.</summary>
    [TestCase(0.2, new uint[] { 1051905273, 1065334200, 1065064083, 1062989339, 1025101906 })]
    [TestCase(1.0, new uint[] { 1056181173, 1062177882, 1060654442, 1059951519, 1048738600 })]
    [TestCase(5.0, new uint[] { 1056670498, 1059063651, 1058457159, 1058325424, 1053279741 })]
    public void Draw_GivesTheRecordedBits(double alpha, uint[] expected)
    {
        (float[] ratios, _) = Draw(new GuidedMixerOptions { Alpha = alpha, Seed = 7 }, 11, expected.Length, 32, 32);
        Assert.That(ratios.Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(expected));
    }

    /// <summary>Kolmogorov and Smirnov's test of λ against Beta(α, α), over draws of a step, steps, seeds and ranks.</summary>
    [Test]
    public void Ratios_AreBetaDistributed([Values(0.2, 1.0, 5.0)] double alpha, [Values("draw", "step", "seed", "rank")] string over)
    {
        double[] values = [.. Enumerable.Range(0, Samples).Select(i => (double)One(alpha, over, i)).Order()];
        double distance = 0;
        for (int i = 0; i < Samples; i++)
        {
            double cumulative = Reference.BetaDistribution.Cumulative(alpha, values[i]);
            // λ is a float32: where many round to 1, the step is tested at its lower end only.
            if (values[i] < 1) distance = Math.Max(distance, ((i + 1.0) / Samples) - cumulative);
            if (values[i] < 1) distance = Math.Max(distance, cumulative - ((double)i / Samples));
        }

        // P(√n·D > 2.694) = 1e-6.
        Assert.That(Math.Sqrt(Samples) * distance, Is.LessThan(2.694), $"α = {alpha}, over {over}");
    }

    /// <summary>Pearson's χ² of box centres over 8×8 cells, and of λ against either coordinate: uniform, and independent of each other.</summary>
    [TestCase("y", "x")]
    [TestCase("λ", "y")]
    [TestCase("λ", "x")]
    public void Centres_AreUniformAndIndependentOfTheRatio(string first, string second)
    {
        var cells = new int[64];
        var options = new GuidedMixerOptions { Method = MixMethod.CutMix, Seed = 5 };
        for (int k = 0; k < Samples; k++)
        {
            (double y, double x) = MixDraws.Centre(options, 3, k, 24, 40);
            Assert.That(y is >= 0 and < 24 && x is >= 0 and < 40, Is.True, $"centre {k} is ({y},{x})");
            // α = 1: λ itself is uniform.
            double Share(string which) => which == "y" ? y / 24 : which == "x" ? x / 40 : MixDraws.Ratio(options, 3, k);
            cells[(8 * Math.Min(7, (int)(8 * Share(first)))) + Math.Min(7, (int)(8 * Share(second)))]++;
        }

        double expected = Samples / 64.0, statistic = cells.Sum(c => (c - expected) * (c - expected) / expected);
        // P(χ²₆₃ > 132) = 1e-6.
        Assert.That(statistic, Is.LessThan(132), $"{first} and {second}");
    }

    [Test]
    public void Draws_DifferInSeedStepRankAndNumber()
    {
        var seen = new HashSet<(float, float)>();
        GuidedMixerOptions options = new() { Method = MixMethod.CutMix, Seed = 9, Rank = 1 };
        (GuidedMixerOptions Options, ulong Step, int Number)[] cases =
        [
            (options, 4, 2), (options, 4, 3), (options, 5, 2), (options, 4 + (1ul << 32), 2), (options with { Seed = 10 }, 4, 2),
            (options with { Seed = 9 + (1ul << 32) }, 4, 2), (options with { Rank = 2 }, 4, 2), (options with { Rank = 256 }, 4, 2),
        ];
        foreach ((GuidedMixerOptions some, ulong step, int number) in cases)
        {
            (double y, _) = MixDraws.Centre(some, step, number, 1 << 20, 1 << 20);
            Assert.That(seen.Add((MixDraws.Ratio(some, step, number), (float)y)), Is.True, $"seed {some.Seed}, step {step}, rank {some.Rank}, number {number}");
            Assert.That(seen.Select(s => s.Item1).Distinct().Count(), Is.EqualTo(seen.Count), "λ");
            Assert.That(seen.Select(s => s.Item2).Distinct().Count(), Is.EqualTo(seen.Count), "centre");
        }

        // Nor does a draw depend on the method, or on how many are made.
        (float[] few, _) = Draw(options, 4, 3, 32, 32);
        (float[] many, _) = Draw(options with { Method = MixMethod.Mixup }, 4, 70, 32, 32);
        Assert.That(many[..3], Is.EqualTo(few));
    }

    [Test]
    public void PortableMath_IsMathToAFewUnitsInTheLastPlace()
    {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble(), small = Math.ScaleB(x + 0.5, -random.Next(54)), wide = (x - 0.5) * 1400;
            Assert.That(PortableMath.Log(small), Is.EqualTo(Math.Log(small)).Within(1e-15 + (4e-16 * Math.Abs(Math.Log(small)))), $"ln {small:r}");
            Assert.That(PortableMath.Exp(wide), Is.EqualTo(Math.Exp(wide)).Within(1e-15 * Math.Exp(wide)), $"exp {wide:r}");
            Assert.That(PortableMath.CosTurns(x), Is.EqualTo(Math.Cos(2 * Math.PI * x)).Within(1e-15), $"cos {x:r} turns");
        }

        Assert.That(PortableMath.Log(1), Is.Zero);
        Assert.That(PortableMath.Exp(0), Is.EqualTo(1));
        Assert.That(new[] { 0, 0.25, 0.5, 0.75 }.Select(PortableMath.CosTurns), Is.EqualTo(new double[] { 1, 0, -1, 0 }));
    }

    [TestCase(1e-300)]
    [TestCase(1e-3)]
    [TestCase(1e12)]
    [TestCase(double.MaxValue)]
    public void Ratios_OfAnyAlpha_AreWithinZeroAndOne(double alpha)
    {
        (float[] ratios, _) = Draw(new GuidedMixerOptions { Alpha = alpha, Seed = 2 }, 0, 1000, 32, 32);
        Assert.That(ratios, Has.All.InRange(0f, 1f));
        foreach ((double u, double v) in new[] { (0, 0.25), (0.5, 0.25), (0, 0), (1 - Math.ScaleB(1, -53), 0.5), (1 - Math.ScaleB(1, -53), 0) })
            Assert.That(BetaDraw.Of(alpha, u, v), Is.InRange(0.0, 1.0), $"U = {u:r}, V = {v:r}");
    }

    private static float One(double alpha, string over, int i)
    {
        var options = new GuidedMixerOptions
        {
            Method = MixMethod.Mixup,
            Alpha = alpha,
            Seed = over == "seed" ? (ulong)i : 77,
            Rank = over == "rank" ? i : 5,
        };
        return MixDraws.Ratio(options, over == "step" ? (ulong)i : 123, over == "draw" ? i : 0);
    }

    private static (float[] Ratios, int[] Boxes) Draw(GuidedMixerOptions options, ulong step, int n, int h, int w)
    {
        using var ratios = GuardedTensor.Compact(ElementType.Float32, n);
        using var boxes = GuardedTensor.Compact(ElementType.Int32, n, 4);
        MixDraws.Draw(ratios.View, boxes.View, h, w, options, step);
        ratios.AssertIntact("Draw: ratios");
        boxes.AssertIntact("Draw: boxes");
        return (Array.ConvertAll(ratios.ToDoubles(), r => (float)r), Array.ConvertAll(boxes.ToDoubles(), b => (int)b));
    }
}
