using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Co-Mixup's layouts: the stored ones reproduced, the objective held against an independent checker, never worse in quality.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CoMixupTests
{
    private static IEnumerable<CoMixupGolden> Goldens => CoMixupGolden.All("comix_");

    private static IEnumerable<CoMixupGolden> Tiny => CoMixupGolden.All("brute_");

    [TestCaseSource(nameof(Goldens))]
    public void Parity_OfAStoredPart_IsTheReleasedLayout(CoMixupGolden golden)
    {
        var options = new CoMixupOptions { Iterations = golden.Iterations };
        double[] z = Solve(golden, options, out long[] energies);
        Assert.That(z, Is.EqualTo(golden.Z));
        // Float32 rounding might move one by ±1 a block; in this order of operations it moves none.
        Assert.That(energies, Is.EqualTo(golden.Energies), "energies");
        Assert.That(Reference(golden, z, null, options), Is.EqualTo(golden.F).Within(1e-6), "F");
    }

    [TestCaseSource(nameof(Goldens))]
    public void Quality_OfAStoredPart_IsNoWorseThanParity(CoMixupGolden golden)
    {
        var options = new CoMixupOptions { Iterations = golden.Iterations, Mode = SolverMode.Quality };
        double[] z = Solve(golden, options, out _);
        AssertLayout(z, golden.Inputs);
        Assert.That(Reference(golden, z, null, options)[0], Is.LessThan(golden.F[0]), "with A = I");
        double parity = Reference(golden, golden.Z, golden.Compatibility, options)[0];
        Assert.That(Reference(golden, z, golden.Compatibility, options)[0], Is.LessThanOrEqualTo(parity), "with the part's A");
    }

    [TestCaseSource(nameof(Tiny))]
    public void ATinyPart_IsNoWorseThanItsHardOptimum(CoMixupGolden golden)
    {
        var options = new CoMixupOptions { Iterations = golden.Iterations };
        double least = double.PositiveInfinity;
        int count = (int)Math.Pow(golden.Inputs, golden.Init.Length);
        for (int code = 0; code < count; code++)
        {
            var hard = new double[golden.Init.Length * golden.Inputs];
            for (int i = 0, rest = code; i < golden.Init.Length; i++, rest /= golden.Inputs) hard[i * golden.Inputs + rest % golden.Inputs] = 1;
            least = Math.Min(least, Reference(golden, hard, null, options)[0]);
        }

        Assert.That(least, Is.EqualTo(golden.HardOptimum).Within(1e-6), "the stored optimum");
        double parity = Reference(golden, Solve(golden, options, out _), null, options)[0];
        Assert.That(parity, Is.EqualTo(golden.F[0]).Within(1e-6), "parity");
        double quality = Reference(golden, Solve(golden, options with { Mode = SolverMode.Quality }, out _), null, options)[0];
        Assert.That(quality, Is.LessThanOrEqualTo(Math.Min(parity, least) + 1e-9), "quality");
    }

    [Test]
    public void Quality_OfAnyPart_IsNoWorseThanParity(
        [Values(1, 2, 3, 4, 7, 13, 20)] int inputs,
        [Values("random", "flat", "identical", "one peak", "zero", "ties")] string kind)
    {
        Part part = Part.Of(inputs, 4, 4, kind, inputs);
        var options = new CoMixupOptions();
        double[] parity = part.Solve(options), quality = part.Solve(options with { Mode = SolverMode.Quality });
        AssertLayout(parity, inputs);
        AssertLayout(quality, inputs);
        double[] before = part.Reference(parity, false, options), after = part.Reference(quality, false, options);
        Assert.That(after[0], Is.LessThanOrEqualTo(before[0] + 1e-9), "with A = I");
        Assert.That(part.Reference(quality, true, options)[0], Is.LessThanOrEqualTo(part.Reference(parity, true, options)[0] + 1e-9), "with A");
        CoMixupValue value = part.Objective(quality, options);
        Assert.That(new[] { value.Total, value.Unary, value.Pairwise, value.Penalty }, Is.EqualTo(part.Reference(quality, true, options)).Within(1e-6));
    }

    [Test]
    public void MoreStarts_AreNoWorse([Range(0, 3)] int seed)
    {
        Part part = Part.Of(8, 4, 4, "random", seed, starts: 6);
        var options = new CoMixupOptions { Mode = SolverMode.Quality };
        double[] values = [.. Enumerable.Range(1, 6).Select(starts => part.Reference(part.Solve(options, starts), false, options)[0])];
        for (int starts = 1; starts < 6; starts++) Assert.That(values[starts], Is.LessThanOrEqualTo(values[starts - 1] + 1e-9), $"{starts + 1} starts");
    }

    [Test]
    public void OddGridsAndWeights_EndInTime(
        [Values("1x1", "1x7", "3x5", "8x8", "32x32")] string size, [Values] SolverMode mode, [Values("random", "flat")] string kind)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        int inputs = sides[0] == 32 ? 4 : 9;
        Part part = Part.Of(inputs, sides[0], sides[1], kind, 1);
        foreach (CoMixupOptions options in new[]
                 {
                     new CoMixupOptions { Mode = mode },
                     new CoMixupOptions { Mode = mode, Beta = 0, Gamma = 0, Tau = 0, Eta = 0 },
                     new CoMixupOptions { Mode = mode, Beta = 1e6, Gamma = 1e6, Tau = 0, Eta = 1e6, Iterations = 2 },
                 })
        {
            long start = Stopwatch.GetTimestamp();
            AssertLayout(part.Solve(options), inputs);
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(30)));
        }
    }

    [Test]
    public void Solve_OfABadValue_NamesItAndWritesNothing()
    {
        Part part = Part.Of(3, 4, 4, "random", 0);
        part.Saliency[5] = float.NaN;
        Assert.That(Assert.Throws<ArgumentException>(() => part.Solve(new CoMixupOptions()))!.ParamName, Is.EqualTo("saliency"));
        part = Part.Of(3, 4, 4, "random", 0);
        part.Alpha[1] = -1;
        Assert.That(Assert.Throws<ArgumentException>(() => part.Solve(new CoMixupOptions()))!.ParamName, Is.EqualTo("alpha"));
        part = Part.Of(3, 4, 4, "random", 0);
        part.Start[7] = 3;
        Assert.That(Assert.Throws<ArgumentException>(() => part.Solve(new CoMixupOptions()))!.ParamName, Is.EqualTo("start"));
        part = Part.Of(3, 4, 4, "random", 0);
        foreach (CoMixupOptions bad in new[]
                 {
                     new CoMixupOptions { Iterations = 0 }, new CoMixupOptions { Beta = -1 }, new CoMixupOptions { Tau = double.NaN },
                     new CoMixupOptions { Omega = 2 }, new CoMixupOptions { Starts = 0 }, new CoMixupOptions { PartSize = 251 },
                 })
            Assert.That(Assert.Throws<ArgumentException>(() => part.Solve(bad))!.ParamName, Is.EqualTo("options"));
    }

    /// <summary>Every block shows one input, or two by halves.</summary>
    private static void AssertLayout(double[] z, int inputs)
    {
        foreach (double[] block in z.Chunk(inputs))
        {
            double[] shown = block.Where(weight => weight != 0).ToArray();
            Assert.That(shown, Is.EqualTo(new[] { 1.0 }).Or.EqualTo(new[] { 0.5, 0.5 }));
        }
    }

    private static double[] Solve(CoMixupGolden golden, CoMixupOptions options, out long[] energies) =>
        new Part(golden.Inputs, golden.Outputs, golden.Grid, golden.Grid, golden.Saliency, golden.Alpha, golden.Compatibility, golden.Init)
            .Solve(options, out energies);

    private static double[] Reference(CoMixupGolden golden, double[] z, float[]? compatibility, CoMixupOptions options) =>
        Tests.Reference.CoMixup.Objective(
            Array.ConvertAll(golden.Saliency, v => (double)v), Array.ConvertAll(golden.Alpha, v => (double)v),
            compatibility == null ? null : Array.ConvertAll(compatibility, v => (double)v), z, golden.Inputs, golden.Outputs, golden.Grid, golden.Grid,
            options);

    /// <summary>The arrays of one part.</summary>
    private sealed record Part(
        int Inputs, int Outputs, int H, int W, float[] Saliency, float[] Alpha, float[] Compatibility, int[] Start)
    {
        internal static Part Of(int n, int h, int w, string kind, int seed, int starts = 1)
        {
            var random = new Random(seed);
            int blocks = h * w;
            var saliency = new float[n * blocks];
            for (int m = 0; m < n; m++)
            {
                for (int s = 0; s < blocks; s++)
                {
                    saliency[m * blocks + s] = kind switch
                    {
                        "flat" => 1,
                        "identical" => m == 0 ? random.NextSingle() : saliency[s],
                        "one peak" => s == 0 ? 1 : 0,
                        "ties" => random.Next(2),
                        _ => random.NextSingle(),
                    };
                }

                float sum = saliency.Skip(m * blocks).Take(blocks).Sum();
                if (kind == "identical" && m > 0) continue;
                for (int s = 0; s < blocks; s++) saliency[m * blocks + s] = kind == "zero" || sum == 0 ? 0 : saliency[m * blocks + s] / sum;
            }

            var compatibility = new float[n * n];
            for (int i = 0; i < n * n; i++) compatibility[i] = i % (n + 1) == 0 ? 0.999f : 0.001f * random.NextSingle();
            float[] alpha = Enumerable.Range(0, n).Select(_ => kind == "flat" ? 1f / n : random.NextSingle()).ToArray();
            int[] start = Enumerable.Range(0, starts * n * blocks).Select(_ => random.Next(n)).ToArray();
            return new Part(n, n, h, w, saliency, alpha, compatibility, start);
        }

        internal double[] Solve(CoMixupOptions options, int starts = 1) => Solve(options, out _, starts);

        internal double[] Solve(CoMixupOptions options, out long[] energies, int starts = 1)
        {
            int length = Outputs * H * W;
            var layout = new float[length * Inputs];
            var found = new long[Math.Max(options.Iterations, 1) * Outputs];
            using HostTensor saliency = HostTensor.Pin<float>(Saliency, Inputs, H, W), alpha = HostTensor.Pin<float>(Alpha, Inputs);
            using HostTensor a = HostTensor.Pin<float>(Compatibility, Inputs, Inputs), z = HostTensor.Pin<float>(layout, Outputs, H, W, Inputs);
            using HostTensor start = HostTensor.Pin<int>(Start.AsMemory(0, starts * length), starts, Outputs, H, W), e = HostTensor.Pin<long>(found, found.Length);
            CoMixup.Solve(saliency.View, alpha.View, a.View, start.View, z.View, e.View, options);
            energies = found.Where(energy => energy != long.MinValue).ToArray();
            return Array.ConvertAll(layout, v => (double)v);
        }

        internal CoMixupValue Objective(double[] layout, CoMixupOptions options)
        {
            using HostTensor saliency = HostTensor.Pin<float>(Saliency, Inputs, H, W), alpha = HostTensor.Pin<float>(Alpha, Inputs);
            using HostTensor a = HostTensor.Pin<float>(Compatibility, Inputs, Inputs);
            using HostTensor z = HostTensor.Pin<float>(Array.ConvertAll(layout, v => (float)v), Outputs, H, W, Inputs);
            return CoMixup.Objective(saliency.View, alpha.View, a.View, z.View, options);
        }

        internal double[] Reference(double[] z, bool withCompatibility, CoMixupOptions options) =>
            Tests.Reference.CoMixup.Objective(
                Array.ConvertAll(Saliency, v => (double)v), Array.ConvertAll(Alpha, v => (double)v),
                withCompatibility ? Array.ConvertAll(Compatibility, v => (double)v) : null, z, Inputs, Outputs, H, W, options);
    }
}
