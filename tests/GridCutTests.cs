using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Grid graph cuts against the stored answers, enumeration, and an independent maximum flow.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class GridCutTests
{
    private static IEnumerable<GridCutGolden> Goldens => GridCutGolden.All();

    [TestCaseSource(nameof(Goldens))]
    public void Parity_OfAStoredProblem_IsTheReleasedLabelling(GridCutGolden golden)
    {
        int[] labels = Solve(golden.Problem, SolverMode.Parity, out long energy);
        Assert.That(labels, Is.EqualTo(golden.Swap));
        Assert.That(energy, Is.EqualTo(golden.SwapEnergy), "energy");
        Assert.That(golden.Problem.Energy(labels), Is.EqualTo(energy), "the reference's energy");
    }

    [TestCaseSource(nameof(Goldens))]
    public void Quality_OfAStoredProblem_HasTheStoredOptimum(GridCutGolden golden)
    {
        int[] labels = Solve(golden.Problem, SolverMode.Quality, out long energy);
        Assert.That(energy, Is.EqualTo(golden.OptimalEnergy));
        Assert.That(golden.Problem.Energy(labels), Is.EqualTo(energy), "the reference's energy");
    }

    [Test]
    public void Parity_OfAnyProblem_IsTheBooksSwap(
        [Values("1x1", "1x6", "5x1", "2x2", "3x4", "4x4", "6x5", "2x9", "8x8", "16x16")] string size,
        [Values(1, 2, 3, 6)] int labels,
        [Values("any", "ties", "convex", "Potts", "flat", "no edges", "no smoothness")] string kind)
    {
        (int h, int w) = Size(size);
        for (int seed = 0; seed < (h * w > 100 ? 1 : 6); seed++)
        {
            Reference.GridCut problem = Random(h, w, labels, kind, seed);
            int[] expected = problem.Swap();
            Assert.That(Solve(problem, SolverMode.Parity, out long energy), Is.EqualTo(expected), $"seed {seed}");
            Assert.That(energy, Is.EqualTo(problem.Energy(expected)), $"seed {seed}: energy");
        }
    }

    [Test]
    public void Quality_OfASmallProblem_IsTheLeastOfAll(
        [Values("1x1", "1x5", "5x1", "2x2", "2x3", "3x2", "3x3")] string size,
        [Values(1, 2, 3)] int labels,
        [Values("any", "ties", "convex", "Potts", "flat", "no edges")] string kind)
    {
        (int h, int w) = Size(size);
        for (int seed = 0; seed < 10; seed++)
        {
            Reference.GridCut problem = Random(h, w, labels, kind, seed);
            long least = problem.Least();
            int[] x = Solve(problem, SolverMode.Quality, out long energy);
            Assert.That(energy, Is.EqualTo(least), $"seed {seed}");
            Assert.That(problem.Energy(x), Is.EqualTo(least), $"seed {seed}: the labelling");
        }
    }

    [Test]
    public void Quality_OfAnyProblem_IsNoWorseThanParity(
        [Values("4x4", "8x8", "3x17", "16x16")] string size,
        [Values(2, 4, 23)] int labels,
        [Values("any", "ties", "convex", "Potts", "flat")] string kind)
    {
        (int h, int w) = Size(size);
        Reference.GridCut problem = Random(h, w, labels, kind, 3);
        Solve(problem, SolverMode.Parity, out long parity);
        Solve(problem, SolverMode.Quality, out long quality);
        Assert.That(quality, Is.LessThanOrEqualTo(parity));
    }

    [Test]
    public unsafe void ConvexProblems_SolvedByBothExactSolvers_HaveOneEnergy([Range(0, 19)] int seed)
    {
        Reference.GridCut problem = Random(4, 4, 3, "convex", seed);
        With(problem, p =>
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            int* x = workspace.Take<int>(16);
            Assert.That(Ishikawa.Takes(p), "convex");
            Assert.That(new Ishikawa(4, 4, 3, workspace).Solve(p, x, out long byCut));
            var labels = new DeadEndElimination(4, 4, 3, workspace);
            labels.Run(p);
            var profile = new BrokenProfile(labels, 16, workspace);
            Assert.That(profile.States(p), Is.LessThanOrEqualTo(BrokenProfile.MaxStates));
            Assert.That(profile.Solve(p, x), Is.EqualTo(byCut));
        });
    }

    [Test]
    public void Solve_OfABatch_IsTheSameForAnyNumberOfThreads()
    {
        Reference.GridCut[] problems = Enumerable.Range(0, 7).Select(seed => Random(6, 5, 4, "ties", seed) with { Smooth = Random(6, 5, 4, "ties", 0).Smooth }).ToArray();
        int[] one = SolveAll(problems, 1), four = SolveAll(problems, 4);
        Assert.That(four, Is.EqualTo(one));
        Assert.That(one, Is.EqualTo(problems.SelectMany(problem => problem.Swap())));
    }

    private static (int H, int W) Size(string text)
    {
        int[] sides = Array.ConvertAll(text.Split('x'), int.Parse);
        return (sides[0], sides[1]);
    }

    private static Reference.GridCut Random(int h, int w, int labels, string kind, int seed)
    {
        var random = new Random(seed * 31 + labels);
        int scale = kind == "ties" ? 3 : 1000;
        var smooth = new int[labels * labels];
        for (int a = 0; a < labels; a++)
        {
            for (int b = 0; b < a; b++)
            {
                int value = kind switch
                {
                    "convex" => 7 * (a - b) * (a - b),
                    "Potts" or "flat" => 100,
                    "no smoothness" => 0,
                    _ => random.Next(kind == "ties" ? 3 : 100),
                };
                smooth[(a * labels) + b] = smooth[(b * labels) + a] = value;
            }
        }

        int[] Numbers(int count, int limit) => Enumerable.Range(0, count).Select(_ => random.Next(limit)).ToArray();
        return new Reference.GridCut(
            h, w, labels,
            kind == "flat" ? new int[h * w * labels] : Array.ConvertAll(Numbers(h * w * labels, 2 * scale), value => value - scale), smooth,
            Numbers((h - 1) * w, kind == "no edges" ? 1 : kind == "ties" ? 3 : 12), Numbers(h * (w - 1), kind == "no edges" ? 1 : kind == "ties" ? 3 : 12));
    }

    private static int[] Solve(Reference.GridCut problem, SolverMode mode, out long energy)
    {
        var labels = new int[problem.H * problem.W];
        Solve(problem, mode, labels, out energy);
        return labels;
    }

    private static void Solve(Reference.GridCut problem, SolverMode mode, int[] labels, out long energy, GridCutCaps? caps = null)
    {
        var energies = new long[1];
        using HostTensor unary = HostTensor.Pin<int>(problem.Unary, 1, problem.H, problem.W, problem.Labels);
        using HostTensor smooth = HostTensor.Pin<int>(problem.Smooth, problem.Labels, problem.Labels);
        using HostTensor? vertical = problem.H > 1 ? HostTensor.Pin<int>(problem.Vertical, 1, problem.H - 1, problem.W) : null;
        using HostTensor? horizontal = problem.W > 1 ? HostTensor.Pin<int>(problem.Horizontal, 1, problem.H, problem.W - 1) : null;
        using HostTensor x = HostTensor.Pin<int>(labels, 1, problem.H, problem.W);
        using HostTensor e = HostTensor.Pin<long>(energies, 1);
        GridCut.SolveCapped(
            unary.View, smooth.View, vertical?.View ?? default, horizontal?.View ?? default, x.View, e.View, mode, default, caps ?? GridCutCaps.Default);
        energy = energies[0];
    }

    private static int[] SolveAll(Reference.GridCut[] problems, int threads)
    {
        (int n, int h, int w, int count) = (problems.Length, problems[0].H, problems[0].W, problems[0].Labels);
        var labels = new int[n * h * w];
        using HostTensor unary = HostTensor.Pin<int>(problems.SelectMany(problem => problem.Unary).ToArray(), n, h, w, count);
        using HostTensor smooth = HostTensor.Pin<int>(problems[0].Smooth, count, count);
        using HostTensor vertical = HostTensor.Pin<int>(problems.SelectMany(problem => problem.Vertical).ToArray(), n, h - 1, w);
        using HostTensor horizontal = HostTensor.Pin<int>(problems.SelectMany(problem => problem.Horizontal).ToArray(), n, h, w - 1);
        using HostTensor x = HostTensor.Pin<int>(labels, n, h, w);
        GridCut.Solve(unary.View, smooth.View, vertical.View, horizontal.View, x.View, execution: new Execution(Threads: threads));
        return labels;
    }

    private static unsafe void With(Reference.GridCut problem, Action<GridCutProblem> test)
    {
        fixed (int* unary = problem.Unary, smooth = problem.Smooth, vertical = problem.Vertical, horizontal = problem.Horizontal)
            test(new GridCutProblem(problem.H, problem.W, problem.Labels, unary, smooth, vertical, horizontal));
    }
}
