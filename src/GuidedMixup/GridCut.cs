using System;

namespace GuidedMixup;

/// <summary>Labels for the nodes of small grids by graph cuts: the solver under <see cref="PuzzleMix"/> and <see cref="CoMixup"/>.</summary>
public static class GridCut
{
    /// <summary>
    /// x = about argmin of E(x) = Σ_s U[s,x_s] + Σ over neighbours s, t of e_st·V[x_s,x_t], for N grids of h×w nodes and L labels.
    /// </summary>
    /// <remarks>
    /// In <see cref="SolverMode.Parity"/> by α-β swap, as the released programs do: from all nodes at label 0, a ascending, b descending, ties to
    /// the lower label. In <see cref="SolverMode.Quality"/> the optimum where V is convex or elimination leaves few enough labels, else parity's
    /// labels. A cut of more than 4,096 waves of push–relabel, which nothing at hand comes near, is given up: parity leaves its nodes their labels,
    /// quality of a convex V gives parity's. On a GPU costs are not looked at beforehand, and one out of its range counts as the nearest within it
    /// (V's upper triangle as both).
    /// </remarks>
    /// <param name="unary">U, [N,h,w,L], Int32, compact, each at most 2^28 in magnitude; h, w up to 32, L up to 255.</param>
    /// <param name="smooth">V, [L,L], Int32, compact, symmetric, at least 0 and 0 on the diagonal.</param>
    /// <param name="vertical">e of (y,x)–(y+1,x), [N,h−1,w], Int32, compact, at least 0; <c>default</c> for h = 1. e·V is at most 2^26.</param>
    /// <param name="horizontal">e of (y,x)–(y,x+1), [N,h,w−1], Int32, compact, at least 0; <c>default</c> for w = 1.</param>
    /// <param name="labels">Receives x, [N,h,w], Int32, compact.</param>
    /// <param name="energies">Receives E(x), [N], Int64, compact; or <c>default</c>.</param>
    /// <param name="mode">Parity or quality.</param>
    /// <param name="execution">Stream, threads, cancellation; in quality mode on a GPU a workspace of <see cref="WorkspaceSize.GridCut"/> bytes.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="Execution"/>.</exception>
    public static void Solve(
        in TensorView unary,
        in TensorView smooth,
        in TensorView vertical,
        in TensorView horizontal,
        in TensorView labels,
        in TensorView energies = default,
        SolverMode mode = SolverMode.Parity,
        in Execution execution = default) =>
        SolveCapped(unary, smooth, vertical, horizontal, labels, energies, mode, execution, Cpu.GridCutCaps.Default);

    /// <summary>With caps of the caller's.</summary>
    internal static unsafe void SolveCapped(
        in TensorView unary,
        in TensorView smooth,
        in TensorView vertical,
        in TensorView horizontal,
        in TensorView labels,
        in TensorView energies,
        SolverMode mode,
        in Execution execution,
        in Cpu.GridCutCaps caps)
    {
        Require.Rank(unary, nameof(unary), 4, "[N,h,w,L]");
        long n = unary.Shape[0], h = unary.Shape[1], w = unary.Shape[2], count = unary.Shape[3];
        if (h > Cpu.GridCutProblem.MaxSide || w > Cpu.GridCutProblem.MaxSide || count > Cpu.GridCutProblem.MaxLabels || n > int.MaxValue)
        {
            Require.Fail(
                nameof(unary),
                $"shape [{TensorView.Join(unary.Shape)}]; h and w are at most {Cpu.GridCutProblem.MaxSide}, L at most {Cpu.GridCutProblem.MaxLabels}.");
        }

        Require.Compact(unary, nameof(unary), ElementType.Int32, "[N,h,w,L]", n, h, w, count);
        Require.Compact(smooth, nameof(smooth), ElementType.Int32, "[L,L]", count, count);
        CheckEdges(vertical, nameof(vertical), "[N,h−1,w]", n, h - 1, w);
        CheckEdges(horizontal, nameof(horizontal), "[N,h,w−1]", n, h, w - 1);
        Require.Compact(labels, nameof(labels), ElementType.Int32, "[N,h,w]", n, h, w);
        if (!energies.IsEmpty) Require.Compact(energies, nameof(energies), ElementType.Int64, "[N]", n);
        Require.Defined(mode, nameof(mode));
        var buffers = new BufferSet();
        buffers.Input(unary, nameof(unary));
        buffers.Input(smooth, nameof(smooth));
        buffers.Input(vertical, nameof(vertical));
        buffers.Input(horizontal, nameof(horizontal));
        buffers.Output(labels, nameof(labels));
        buffers.Output(energies, nameof(energies));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        if (buffers.IsCuda)
        {
            Cuda.GridCut.Run(buffers, unary, smooth, vertical, horizontal, labels, energies, mode, execution, caps);
            KeepAlive.Until(unary, smooth, vertical, horizontal);
            KeepAlive.Until(labels, energies, execution.Workspace);
            return;
        }

        int largest = CheckSmooth(smooth, (int)count);
        CheckCosts(unary, nameof(unary), -Cpu.GridCutProblem.MaxUnary, Cpu.GridCutProblem.MaxUnary, "at most 2^28 in magnitude");
        CheckWeights(vertical, nameof(vertical), largest);
        CheckWeights(horizontal, nameof(horizontal), largest);

        Cpu.GridCut.Run(unary, smooth, vertical, horizontal, labels, energies, mode, caps, execution);
        KeepAlive.Until(unary, smooth, vertical, horizontal);
        KeepAlive.Until(labels, energies);
    }

    private static void CheckEdges(in TensorView view, string name, string shape, long n, long rows, long columns)
    {
        if (rows > 0 && columns > 0) Require.Compact(view, name, ElementType.Int32, shape, n, rows, columns);
        else if (!view.IsEmpty) Require.Fail(name, $"given for a grid that has no such edges; {shape} would be empty.");
    }

    private static unsafe int CheckSmooth(in TensorView smooth, int count)
    {
        int* v = (int*)smooth.Data;
        int largest = 0;
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                int value = v[a * count + b];
                if (value < 0 || value != v[b * count + a] || (a == b && value != 0))
                    Require.Fail(nameof(smooth), $"{nameof(smooth)}[{a},{b}] is {value}; V is symmetric, at least 0, and 0 on its diagonal.");
                largest = Math.Max(largest, value);
            }
        }

        return largest;
    }

    private static void CheckWeights(in TensorView edges, string name, int largest)
    {
        int limit = Cpu.GridCutProblem.MaxPairwise / Math.Max(largest, 1);
        if (!edges.IsEmpty) CheckCosts(edges, name, 0, limit, $"at least 0 and at most {limit} (2^26 over the largest V)");
    }

    private static unsafe void CheckCosts(in TensorView view, string name, int lowest, int highest, string rule)
    {
        int* values = (int*)view.Data;
        for (long i = 0; i < view.Length; i++)
        {
            if (values[i] < lowest || values[i] > highest) Require.Fail(name, $"{name}[{i}] is {values[i]}; it is {rule}.");
        }
    }
}
