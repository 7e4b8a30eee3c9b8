using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>One part of Co-Mixup on a device: the released layouts, and the CPU's bit for bit from any part.</summary>
[TestFixture]
public sealed class CoMixupTests : CudaFixture
{
    private static IEnumerable<CoMixupGolden> Goldens => CoMixupGolden.All("comix_");

    protected override bool NeedsEmulation => false;

    [TestCaseSource(nameof(Goldens))]
    public void Stored_part_has_the_released_layout(CoMixupGolden golden)
    {
        var part = new Part(golden.Inputs, golden.Outputs, golden.Grid, golden.Grid, golden.Saliency, golden.Alpha, golden.Compatibility, golden.Init);
        (float[] z, long[] energies) = part.OnDevice(new CoMixupOptions { Iterations = golden.Iterations });
        Assert.That(z, Is.EqualTo(Array.ConvertAll(golden.Z, v => (float)v)));
        Assert.That(energies.Where(energy => energy != long.MinValue), Is.EqualTo(golden.Energies), "energies");
    }

    [Test]
    public void Any_part_has_the_layout_of_the_CPU(
        [Values(1, 2, 3, 4, 7, 13, 20)] int inputs, [Values("random", "flat", "identical", "one peak", "zero", "ties", "wild")] string kind)
    {
        Part part = Part.Of(inputs, inputs == 7 ? 5 : inputs, 4, 4, kind);
        AssertSame(part, new CoMixupOptions());
        AssertSame(part, new CoMixupOptions { Beta = 8, Gamma = 0.1, Tau = 0.2, Eta = 1, Iterations = 2 });
    }

    [Test]
    public void Any_grid_has_the_layout_of_the_CPU(
        [Values("1x1", "1x7", "7x1", "1x32", "32x1", "2x16", "4x8", "5x6", "3x11", "8x8", "32x32")] string size, [Values("random", "flat", "ties")] string kind)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        Part part = Part.Of(size == "32x32" ? 2 : 5, 4, sides[0], sides[1], kind);
        int iterations = size == "32x32" ? 2 : 3;
        AssertSame(part, new CoMixupOptions { Iterations = iterations });
        AssertSame(part, new CoMixupOptions { Beta = 0, Gamma = 0, Tau = 0, Eta = 0, Iterations = 2 });
        AssertSame(part, new CoMixupOptions { Beta = 1e6, Gamma = 1e6, Tau = 0, Eta = 1e6, Iterations = 2 });
    }

    [Test]
    public void Largest_part_has_the_layout_of_the_CPU() => AssertSame(Part.Of(250, 3, 4, 8, "random"), new CoMixupOptions { Iterations = 2 });

    [TestCaseSource(nameof(Goldens))]
    public void Stored_part_in_quality_mode_has_the_layout_of_the_CPU(CoMixupGolden golden)
    {
        var part = new Part(golden.Inputs, golden.Outputs, golden.Grid, golden.Grid, golden.Saliency, golden.Alpha, golden.Compatibility, golden.Init);
        AssertSame(part, new CoMixupOptions { Iterations = golden.Iterations, Mode = SolverMode.Quality });
    }

    [Test]
    public void Any_part_in_quality_mode_has_the_layout_of_the_CPU(
        [Values(1, 2, 3, 7, 13)] int inputs, [Values("random", "flat", "identical", "one peak", "zero", "ties", "wild")] string kind, [Values(1, 3)] int starts)
    {
        Part part = Part.Of(inputs, inputs == 7 ? 5 : inputs, 4, 4, kind, starts);
        AssertSame(part, new CoMixupOptions { Mode = SolverMode.Quality });
        AssertSame(part, new CoMixupOptions { Mode = SolverMode.Quality, Beta = 8, Gamma = 0.1, Tau = 0.2, Eta = 1, Iterations = 2 });
    }

    [Test]
    public void Any_grid_in_quality_mode_has_the_layout_of_the_CPU(
        [Values("1x1", "1x7", "7x1", "2x16", "5x6", "3x11", "8x8", "20x20")] string size, [Values("random", "flat", "ties")] string kind)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        Part part = Part.Of(size == "20x20" ? 2 : 5, 4, sides[0], sides[1], kind, 2);
        AssertSame(part, new CoMixupOptions { Iterations = 2, Mode = SolverMode.Quality });
        AssertSame(part, new CoMixupOptions { Beta = 0, Gamma = 0, Tau = 0, Eta = 0, Iterations = 2, Mode = SolverMode.Quality });
    }

    [Test]
    public void Best_start_is_kept_and_no_worse_than_the_first()
    {
        var options = new CoMixupOptions { Mode = SolverMode.Quality };
        bool isBetter = false;
        for (int n = 4; n <= 9; n++)
        {
            Part eight = Part.Of(n, n, 4, 4, "random", 8), one = eight with { Starts = 1 };
            double first = one.Objective(one.OnDevice(options).Z), best = eight.Objective(eight.OnDevice(options).Z);
            Assert.That(best, Is.LessThanOrEqualTo(first));
            Assert.That(first, Is.LessThanOrEqualTo(one.Objective(one.OnDevice(new CoMixupOptions()).Z)));
            isBetter |= best < first;
        }

        Assert.That(isBetter);
    }

    [Test]
    public void Quality_mode_alone_asks_for_more_workspace()
    {
        long parity = WorkspaceSize.CoMixup(DeviceCopies.Gpu, 5, 5, 4, 4), more = WorkspaceSize.CoMixup(DeviceCopies.Gpu, 5, 5, 4, 4, SolverMode.Parity, 9);
        Assert.That(more, Is.EqualTo(parity));
        Assert.That(WorkspaceSize.CoMixup(DeviceCopies.Gpu, 5, 5, 4, 4, SolverMode.Quality), Is.GreaterThan(parity));
    }

    [Test]
    public void Order_of_fibers_changes_no_layout_in_quality_mode()
    {
        Part part = Part.Of(7, 7, 4, 4, "random", 2);
        var options = new CoMixupOptions { Mode = SolverMode.Quality };
        EmulatedDriver.Seed(0, 0);
        float[] plain = part.OnDevice(options).Z;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            EmulatedDriver.Seed(seed, 0);
            Assert.That(part.OnDevice(options).Z, Is.EqualTo(plain), $"order {seed}");
        }

        EmulatedDriver.Seed(0, 0);
    }

    private static void AssertSame(Part part, CoMixupOptions options)
    {
        (float[] z, long[] energies) = part.OnHost(options);
        (float[] found, long[] lowest) = part.OnDevice(options);
        Assert.That(lowest, Is.EqualTo(energies), "energies");
        Assert.That(found, Is.EqualTo(z));
    }

    /// <summary>The arrays of one part.</summary>
    private sealed record Part(int Inputs, int Outputs, int H, int W, float[] Saliency, float[] Alpha, float[] Compatibility, int[] Start, int Starts = 1)
    {
        internal static Part Of(int n, int outputs, int h, int w, string kind, int starts = 1)
        {
            var random = new Random(HashCode.Combine(n, h, w));
            int blocks = h * w;
            float[] saliency = [.. Enumerable.Range(0, n * blocks).Select(i => kind switch
            {
                "flat" => 1f / blocks,
                "one peak" => i % blocks == 0 ? 1 : 0,
                "zero" => 0,
                "ties" => random.Next(3) / (2f * blocks),
                "wild" => (random.NextSingle() - 0.3f) * MathF.Pow(10, random.Next(-6, 5)),
                _ => random.NextSingle() * 2 / blocks,
            })];
            for (int i = blocks; i < n * blocks && kind == "identical"; i++) saliency[i] = saliency[i % blocks];
            float[] alpha = [.. Enumerable.Range(0, n).Select(_ => kind is "flat" or "identical" ? 1f / n : kind == "zero" ? 0 : random.NextSingle())];
            float[] compatibility = [.. Enumerable.Range(0, n * n).Select(i => i % (n + 1) == 0 ? 0.999f : 0.001f * random.NextSingle())];
            if (kind == "ties") compatibility = [];
            return new Part(n, outputs, h, w, saliency, alpha, compatibility, [.. Enumerable.Range(0, starts * outputs * blocks).Select(_ => random.Next(n))], starts);
        }

        internal (float[] Z, long[] Energies) OnHost(CoMixupOptions options) => Solve(options, view => view, default);

        internal (float[] Z, long[] Energies) OnDevice(CoMixupOptions options)
        {
            using var device = new DeviceCopies();
            Execution execution = device.Execution(WorkspaceSize.CoMixup(DeviceCopies.Gpu, Inputs, Outputs, H, W, options.Mode, Starts));
            return Solve(options, device.Of, execution, device.Finish);
        }

        internal double Objective(float[] layout)
        {
            using HostTensor saliency = HostTensor.Pin<float>(Saliency, Inputs, H, W), alpha = HostTensor.Pin<float>(Alpha, Inputs);
            using HostTensor z = HostTensor.Pin<float>(layout, Outputs, H, W, Inputs);
            return CoMixup.Objective(saliency.View, alpha.View, default, z.View).Total;
        }

        private (float[] Z, long[] Energies) Solve(CoMixupOptions options, Func<TensorView, TensorView> at, Execution execution, Action? finish = null)
        {
            var layout = new float[Outputs * H * W * Inputs];
            var energies = new long[options.Iterations * Outputs];
            Array.Fill(layout, float.NaN);
            Array.Fill(energies, -1);
            using HostTensor saliency = HostTensor.Pin<float>(Saliency, Inputs, H, W), alpha = HostTensor.Pin<float>(Alpha, Inputs);
            using HostTensor a = HostTensor.Pin<float>(Compatibility.Length == 0 ? [0] : Compatibility, Compatibility.Length == 0 ? [1] : [Inputs, Inputs]);
            using HostTensor z = HostTensor.Pin<float>(layout, Outputs, H, W, Inputs), start = HostTensor.Pin<int>(Start.AsSpan(0, Starts * Outputs * H * W).ToArray(), Starts, Outputs, H, W);
            using HostTensor e = HostTensor.Pin<long>(energies, energies.Length);
            CoMixup.Solve(
                at(saliency.View), at(alpha.View), Compatibility.Length == 0 ? default : at(a.View), at(start.View), at(z.View), at(e.View), options, execution);
            finish?.Invoke();
            return (layout, energies);
        }
    }
}
