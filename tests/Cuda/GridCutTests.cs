using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Grid cuts on a device: the CPU's labels bit for bit, from any costs.</summary>
[TestFixture]
public sealed class GridCutTests : CudaFixture
{
    private static IEnumerable<GridCutGolden> Goldens => GridCutGolden.All();

    protected override bool NeedsEmulation => false;

    [TestCaseSource(nameof(Goldens))]
    public void Stored_problem_has_the_released_labelling(GridCutGolden golden)
    {
        (int[] labels, long[] energies) = Solve(golden.Problem, 1);
        Assert.That(labels, Is.EqualTo(golden.Swap));
        Assert.That(energies, Is.EqualTo(new[] { golden.SwapEnergy }));
    }

    [Test]
    public void Any_problem_has_the_labels_of_the_CPU(
        [Values("1x1", "1x32", "32x1", "3x4", "4x4", "5x31", "8x8", "16x16", "32x32")] string size,
        [Values(1, 2, 3, 9)] int labels,
        [Values("any", "ties", "convex", "flat", "no edges", "maze", "limits")] string kind)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        AssertSame(Random(3, sides[0], sides[1], labels, kind), 3);
    }

    [Test]
    public void Costs_out_of_range_count_as_the_nearest_within()
    {
        Reference.GridCut problem = Random(1, 6, 6, 3, "any");
        int[] wild = [int.MinValue, int.MaxValue, -1, 1 << 29];
        Reference.GridCut bad = problem with
        {
            Unary = [.. problem.Unary.Select((u, i) => i % 5 == 0 ? wild[i % 4] : u)],
            Smooth = [7, int.MaxValue, 3, -1, int.MinValue, 100, 5, 5, 5],
            Vertical = [.. problem.Vertical.Select((e, i) => i % 3 == 0 ? wild[i % 4] : e)],
        };
        Reference.GridCut nearest = bad with
        {
            Unary = Array.ConvertAll(bad.Unary, u => Math.Clamp(u, -(1 << 28), 1 << 28)),
            Smooth = [0, 1 << 26, 3, 1 << 26, 0, 100, 3, 100, 0],
            // 2^26 over the largest V.
            Vertical = Array.ConvertAll(bad.Vertical, e => Math.Clamp(e, 0, 1)),
            Horizontal = Array.ConvertAll(bad.Horizontal, e => Math.Clamp(e, 0, 1)),
        };
        (int[] labels, long[] energies) = Solve(bad, 1);
        int[] expected = nearest.Swap();
        Assert.That(labels, Is.EqualTo(expected));
        Assert.That(energies[0], Is.EqualTo(nearest.Energy(expected)));
    }

    [TestCaseSource(nameof(Goldens))]
    public void Stored_problem_in_quality_mode_has_the_labels_of_the_CPU_and_the_stored_optimum(GridCutGolden golden)
    {
        AssertSame(golden.Problem, 1, SolverMode.Quality);
        Assert.That(Solve(golden.Problem, 1, SolverMode.Quality).Energies, Is.EqualTo(new[] { golden.OptimalEnergy }));
    }

    [Test]
    public void Any_problem_in_quality_mode_has_the_labels_of_the_CPU(
        [Values("1x1", "1x9", "7x1", "3x4", "4x4", "3x17", "8x8", "16x16")] string size,
        [Values(1, 2, 3, 6, 16, 33)] int labels,
        [Values("any", "ties", "convex", "flat", "no edges", "maze", "limits")] string kind)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        AssertSame(Random(2, sides[0], sides[1], labels, kind), 2, SolverMode.Quality);
    }

    [Test]
    public void Caps_of_quality_mode_lead_to_the_labels_of_the_CPU(
        [Values("4x4", "6x9")] string size, [Values("any", "convex", "ties")] string kind, [Values(0, 1, 3, 6)] int waves, [Values(0, 2, 40, 500)] int states)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        AssertSame(Random(3, sides[0], sides[1], 4, kind), 3, SolverMode.Quality, new GridCutCaps(waves, states));
    }

    [Test]
    public void Many_grids_take_turns_in_a_workspace_that_is_bounded()
    {
        // 16 nodes in a row of 16: 2^14 states, 0.5 MiB a grid.
        const int n = 300;
        Assert.That(WorkspaceSize.GridCut(DeviceCopies.Gpu, n, 1, 16, 3, SolverMode.Parity), Is.Zero);
        Assert.That(WorkspaceSize.GridCut(DeviceCopies.Gpu, n, 1, 16, 3, SolverMode.Quality), Is.InRange(1L << 26, (1L << 27) + 256));
        AssertSame(Random(n, 1, 16, 3, "any"), n, SolverMode.Quality);
    }

    [Test]
    public void Quality_asks_for_its_workspace_by_name()
    {
        using HostTensor costs = HostTensor.Allocate(ElementType.Int32, 1, 1, 1, 2), smooth = HostTensor.Allocate(ElementType.Int32, 2, 2);
        using HostTensor x = HostTensor.Allocate(ElementType.Int32, 1, 1, 1);
        using var device = new DeviceCopies();
        TensorView unary = device.Of(costs.View), v = device.Of(smooth.View), labels = device.Of(x.View);
        Execution execution = device.Execution(0);
        Assert.That(
            Assert.Throws<ArgumentException>(() => GridCut.Solve(unary, v, default, default, labels, mode: SolverMode.Quality, execution: execution))!.Message,
            Does.StartWith("execution.Workspace"));
    }

    [Test]
    public void Long_dead_end_beside_a_blocked_node_has_an_end()
    {
        Reference.GridCut problem = Tests.GridCutTests.DeadEnd();
        Assert.That(Solve(problem, 1).Labels, Is.EqualTo(problem.Swap()));
    }

    [Test]
    public void Cuts_given_up_leave_the_labels_of_the_CPU(
        [Values("4x4", "5x31", "32x32")] string size, [Values("any", "ties", "maze")] string kind, [Values(0, 1, 2, 4, 8)] int waves)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        AssertSame(Random(3, sides[0], sides[1], 3, kind), 3, caps: new GridCutCaps(waves, 0));
    }

    private static void AssertSame(Reference.GridCut problem, int n, SolverMode mode = SolverMode.Parity, GridCutCaps? caps = null)
    {
        (int h, int w, int labels) = (problem.H, problem.W, problem.Labels);
        using HostTensor unary = Ints(problem.Unary, n, h, w, labels), smooth = Ints(problem.Smooth, labels, labels);
        using HostTensor vertical = Ints(problem.Vertical, n, h - 1, w), horizontal = Ints(problem.Horizontal, n, h, w - 1);
        using HostTensor x = HostTensor.Allocate(ElementType.Int32, n, h, w), energies = HostTensor.Allocate(ElementType.Int64, n);
        GridCut.SolveCapped(
            unary.View, smooth.View, View(vertical), View(horizontal), x.View, energies.View, mode, default, caps ?? GridCutCaps.Default);
        (int[] found, long[] lowest) = Solve(problem, n, mode, caps);
        Assert.That(found, Is.EqualTo(x.AsSpan<int>().ToArray()));
        Assert.That(lowest, Is.EqualTo(energies.AsSpan<long>().ToArray()));
    }

    private static (int[] Labels, long[] Energies) Solve(
        Reference.GridCut problem, int n, SolverMode mode = SolverMode.Parity, GridCutCaps? caps = null)
    {
        (int h, int w, int labels) = (problem.H, problem.W, problem.Labels);
        using HostTensor unary = Ints(problem.Unary, n, h, w, labels), smooth = Ints(problem.Smooth, labels, labels);
        using HostTensor vertical = Ints(problem.Vertical, n, h - 1, w), horizontal = Ints(problem.Horizontal, n, h, w - 1);
        using HostTensor x = HostTensor.Allocate(ElementType.Int32, n, h, w), energies = HostTensor.Allocate(ElementType.Int64, n);
        using var device = new DeviceCopies();
        GridCut.SolveCapped(
            device.Of(unary.View), device.Of(smooth.View), device.Of(View(vertical)), device.Of(View(horizontal)), device.Of(x.View),
            device.Of(energies.View), mode, device.Execution(WorkspaceSize.GridCut(DeviceCopies.Gpu, n, h, w, labels, mode)),
            caps ?? GridCutCaps.Default);
        device.Finish();
        return (x.AsSpan<int>().ToArray(), energies.AsSpan<long>().ToArray());
    }

    /// <summary>n problems of one V, as one: their costs one after another.</summary>
    private static Reference.GridCut Random(int n, int h, int w, int labels, string kind)
    {
        var random = new Random(HashCode.Combine(h, w, labels));
        int limit = kind switch { "ties" => 3, "limits" => 1 << 28, _ => 100_000 };
        var smooth = new int[labels * labels];
        for (int a = 0; a < labels; a++)
        {
            for (int b = a + 1; b < labels; b++)
            {
                int v = kind switch { "convex" => 25 * (a - b) * (a - b), "ties" => 1, "limits" => 100, _ => random.Next(101) };
                smooth[a * labels + b] = smooth[b * labels + a] = v;
            }
        }

        int edge = kind switch { "no edges" => 0, "ties" => 2, "limits" => (1 << 26) / 100, _ => 1000 };
        int[] Edges(int length) => [.. Enumerable.Range(0, length).Select(_ => kind == "limits" ? edge : kind == "maze" && random.Next(3) == 0 ? 0 : random.Next(edge + 1))];
        int[] unary = [.. Enumerable.Range(0, n * h * w * labels).Select(i => kind switch
        {
            "flat" => 0,
            "limits" => random.Next(2) == 0 ? -limit : limit,
            // Costs at two nodes alone: what one wants has to go a long way to the other.
            "maze" => i < labels ? i * limit : i >= n * h * w * labels - labels ? -(i % labels) * limit : 0,
            _ => random.Next(-limit, limit + 1),
        })];
        return new Reference.GridCut(h, w, labels, unary, smooth, Edges(n * (h - 1) * w), Edges(n * h * (w - 1)));
    }

    private static HostTensor Ints(int[] values, params long[] shape)
    {
        // What a grid lacks has no elements: it is left out.
        if (values.Length == 0) return HostTensor.Allocate(ElementType.Int32, 1);
        HostTensor tensor = HostTensor.Allocate(ElementType.Int32, shape);
        values.CopyTo(tensor.AsSpan<int>());
        return tensor;
    }

    private static TensorView View(HostTensor edges) => edges.View.Rank == 3 ? edges.View : default;
}
