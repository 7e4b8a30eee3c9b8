using System;
using System.Diagnostics;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <content>What bounds the work: caps and what is done beyond them, costs at their limits, values that are refused.</content>
public sealed partial class GridCutTests
{
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
}
