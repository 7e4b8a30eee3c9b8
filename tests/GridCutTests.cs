using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Grid graph cuts against the stored answers, enumeration, and an independent maximum flow.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class GridCutTests
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
    public unsafe void ManyEqualLabels_AreBeyondTheProfilesCap_AndFallBackToTheSwap()
    {
        // Nothing is eliminated from a flat problem: 23 labels in each of 8 columns ask for 23^8 states.
        Reference.GridCut problem = Random(8, 8, 23, "flat", 0);
        With(problem, p =>
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            int* x = workspace.Take<int>(64);
            var solver = new GridCutSolver(8, 8, 23, SolverMode.Quality, workspace);
            long best = solver.Best(p, x, out bool isOptimal);
            Assert.That(isOptimal, Is.False);
            Assert.That(best, Is.EqualTo(solver.Swap(p, x)));
        });
    }

    [Test]
    public unsafe void TheProfilesCap_IsReachedAndKept([Values(11, 12)] int labels)
    {
        // 11 equal labels on 4×4 ask for 14,641 states, which fit; 12 for 20,736, which do not.
        Reference.GridCut problem = Random(4, 4, labels, "any", 1) with { Unary = new int[16 * labels] };
        With(problem, p =>
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            int* x = workspace.Take<int>(16);
            long best = new GridCutSolver(4, 4, labels, SolverMode.Quality, workspace).Best(p, x, out bool isOptimal);
            Assert.That(isOptimal, Is.EqualTo(labels == 11));
            Assert.That(best, Is.Zero);
        });
    }

    [Test]
    public unsafe void GridFlow_OfAnyNetwork_CutsAsThePlainMaximumFlow(
        [Values("1x1", "1x9", "7x1", "2x2", "5x7", "8x8", "3x31", "16x16", "32x32")] string size, [Values("any", "ties", "sparse", "large")] string kind)
    {
        (int h, int w) = Size(size);
        for (int seed = 0; seed < (h * w > 200 ? 2 : 20); seed++)
        {
            var random = new Random(seed);
            int nodes = h * w, limit = kind switch { "ties" => 3, "large" => 1 << 27, _ => 1000 };
            var network = new Reference.MaxFlow(nodes + 2);
            using HostWorkspace workspace = HostWorkspace.Rent();
            var flow = new GridFlow(h, w, workspace);
            for (int s = 0; s < nodes; s++)
            {
                int supply = random.Next(-limit, limit + 1);
                (flow.Excess[s], flow.Room[s]) = (Math.Max(supply, 0), Math.Max(-supply, 0));
                if (supply > 0) flow.ExcessBits[s / 64] |= 1ul << s;
                if (supply < 0) flow.RoomBits[s / 64] |= 1ul << s;
                network.Add(nodes, s, flow.Excess[s]);
                network.Add(s, nodes + 1, flow.Room[s]);
                int right = kind == "sparse" && random.Next(3) > 0 ? 0 : random.Next(limit / 2 + 1), down = random.Next(limit / 2 + 1);
                int left = random.Next(limit / 2 + 1), up = random.Next(limit / 2 + 1);
                if (s % w < w - 1)
                {
                    (flow.Right[s], flow.Left[s + 1]) = (right, left);
                    if (right > 0) flow.RightBits[s / 64] |= 1ul << s;
                    if (left > 0) flow.LeftBits[(s + 1) / 64] |= 1ul << (s + 1);
                    network.Add(s, s + 1, right, left);
                }

                if (s + w >= nodes) continue;
                (flow.Down[s], flow.Up[s + w]) = (down, up);
                if (down > 0) flow.DownBits[s / 64] |= 1ul << s;
                if (up > 0) flow.UpBits[(s + w) / 64] |= 1ul << (s + w);
                network.Add(s, s + w, down, up);
            }

            flow.Run();
            network.Run(nodes, nodes + 1);
            bool[] expected = network.ReachesSink(nodes + 1);
            for (int s = 0; s < nodes; s++)
                Assert.That((flow.SinkSide[s / 64] >> s & 1) == 1, Is.EqualTo(expected[s]), $"seed {seed}, node {s}");
        }
    }

    [Test]
    public void Parity_OfALongDeadEndBesideABlockedNode_EndsAsTheBooksSwap()
    {
        Reference.GridCut problem = DeadEnd();
        Assert.That(Solve(problem, SolverMode.Parity, out _), Is.EqualTo(problem.Swap()));
    }

    [Test]
    public void Cuts_OfMoreWavesThanTheCap_LeaveTheLabelsAsTheyWere([Values("any", "ties", "convex")] string kind, [Values] SolverMode mode)
    {
        Reference.GridCut problem = Random(6, 7, 2, kind, 5);
        long start = problem.Energy(new int[42]), last = start;
        int[] expected = Solve(problem, mode, out long lowest), labels = Capped(0);
        // No cut is found without a wave: all nodes stay where they start.
        Assert.That(labels, Is.All.Zero);
        bool isFound = false;
        for (int waves = 1; waves <= 30; waves++)
        {
            labels = Capped(waves);
            long energy = problem.Energy(labels);
            Assert.That(energy, Is.LessThanOrEqualTo(last), $"{waves} waves");
            last = energy;
            isFound |= labels.SequenceEqual(expected);
            if (isFound) Assert.That(labels, Is.EqualTo(expected), $"{waves} waves");
        }

        Assert.That(isFound && last == lowest && last < start);

        int[] Capped(int waves)
        {
            var x = new int[42];
            Solve(problem, mode, x, out long energy, new GridCutCaps(waves, mode == SolverMode.Quality ? 0 : BrokenProfile.MaxStates));
            Assert.That(energy, Is.EqualTo(problem.Energy(x)));
            return x;
        }
    }

    [Test]
    public void MaxFlow_OfAnyNetwork_CutsAsThePlainMaximumFlow([Values(1, 2, 5, 30)] int nodes, [Values(3, 1000, 1 << 27)] int limit)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using HostWorkspace workspace = HostWorkspace.Rent();
            var flow = new Cpu.MaxFlow(nodes, 3 * nodes, workspace);
            var network = new Reference.MaxFlow(nodes + 2);
            flow.Clear(nodes);
            for (int v = 0; v < nodes; v++)
            {
                int supply = random.Next(-limit, limit + 1);
                flow.Supply(v, supply);
                network.Add(nodes, v, Math.Max(supply, 0));
                network.Add(v, nodes + 1, Math.Max(-supply, 0));
            }

            for (int arc = 0; arc < 3 * nodes; arc++)
            {
                (int from, int to, int capacity) = (random.Next(nodes), random.Next(nodes), random.Next(limit));
                flow.Arc(from, to, capacity);
                network.Add(from, to, capacity);
            }

            flow.Run();
            network.Run(nodes, nodes + 1);
            bool[] expected = network.ReachesSink(nodes + 1);
            Assert.That(Enumerable.Range(0, nodes).Select(flow.IsSink), Is.EqualTo(expected.Take(nodes)), $"seed {seed}");
        }
    }

    [Test]
    public void CostsAtTheirLimits_DoNotOverflow([Values(SolverMode.Parity, SolverMode.Quality)] SolverMode mode, [Range(0, 4)] int seed)
    {
        var random = new Random(seed);
        Reference.GridCut problem = Random(4, 4, 3, "Potts", seed);
        int largest = problem.Smooth.Max();
        problem = problem with
        {
            Unary = Array.ConvertAll(problem.Unary, _ => random.Next(2) == 0 ? -(1 << 28) : 1 << 28),
            Vertical = Array.ConvertAll(problem.Vertical, _ => (1 << 26) / largest),
            Horizontal = Array.ConvertAll(problem.Horizontal, _ => (1 << 26) / largest),
        };
        int[] x = Solve(problem, mode, out long energy);
        Assert.That(problem.Energy(x), Is.EqualTo(energy));
        if (mode == SolverMode.Parity) Assert.That(x, Is.EqualTo(problem.Swap()));
        else Assert.That(energy, Is.LessThanOrEqualTo(problem.Energy(problem.Swap())));
    }

    [Test]
    public void TheLargestProblem_EndsInTime([Values("any", "flat", "ties", "convex")] string kind, [Values] SolverMode mode)
    {
        Reference.GridCut problem = Random(32, 32, kind == "convex" ? 16 : 40, kind, 0);
        long start = Stopwatch.GetTimestamp();
        Solve(problem, mode, out _);
        // Seconds alone; what is asked for is an end, on a machine however busy.
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromMinutes(3)));
    }

    [Test]
    public void Solve_OfABatch_IsTheSameForAnyNumberOfThreads()
    {
        Reference.GridCut[] problems = Enumerable.Range(0, 7).Select(seed => Random(6, 5, 4, "ties", seed) with { Smooth = Random(6, 5, 4, "ties", 0).Smooth }).ToArray();
        int[] one = SolveAll(problems, 1), four = SolveAll(problems, 4);
        Assert.That(four, Is.EqualTo(one));
        Assert.That(one, Is.EqualTo(problems.SelectMany(problem => problem.Swap())));
    }

    [TestCase("unary", 0, (1 << 28) + 1, "at most 2^28")]
    [TestCase("smooth", 1, -1, "symmetric")]
    [TestCase("smooth", 0, 5, "0 on its diagonal")]
    [TestCase("smooth", 1, 77, "symmetric")]
    [TestCase("vertical", 0, -1, "at least 0")]
    [TestCase("horizontal", 0, 1 << 27, "at most")]
    public void Solve_OfABadValue_NamesItAndWritesNothing(string array, int index, int value, string rule)
    {
        Reference.GridCut problem = Random(3, 3, 2, "Potts", 0);
        int[] target = array switch
        {
            "unary" => problem.Unary,
            "smooth" => problem.Smooth,
            "vertical" => problem.Vertical,
            _ => problem.Horizontal,
        };
        target[index] = value;
        int[] labels = new int[9];
        Array.Fill(labels, -7);
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Solve(problem, SolverMode.Parity, labels, out _))!;
        Assert.That(fault.ParamName, Is.EqualTo(array));
        Assert.That(fault.Message, Does.Contain(rule));
        Assert.That(labels, Is.All.EqualTo(-7));
    }

    /// <summary>
    /// One corridor through all rows, longer than the search keeps levels; at its start a node that gives and one that takes, and a node off it
    /// that gives to nobody: the search for it goes on to the corridor's end.
    /// </summary>
    internal static Reference.GridCut DeadEnd()
    {
        const int side = 32;
        int[] unary = new int[side * side * 2], vertical = new int[(side - 1) * side], horizontal = new int[side * (side - 1)];
        // The last row is the blocked node's.
        for (int y = 0; y < side - 1; y++)
        {
            for (int x = 0; x < side - 1; x++) horizontal[y * (side - 1) + x] = 10;
            if (y < side - 2) vertical[y * side + (y % 2 == 0 ? side - 1 : 0)] = 10;
        }

        unary[0] = 50;
        unary[3] = 30;
        unary[unary.Length - 1] = 70;
        return new Reference.GridCut(side, side, 2, unary, [0, 1, 1, 0], vertical, horizontal);
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
