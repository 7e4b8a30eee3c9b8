using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The labelling of least E where V is convex in the labels' difference, by one minimum cut.</summary>
/// <remarks>
/// Node (s,i), i = 0..L−2, is on the source's side where x_s &gt; i. What x_s costs beside label 0 is a sum over these nodes; a pair's cost is
/// V(0,0), a part of either alone, and −m for each (s,i) on the source's side while (t,j) is on the sink's, m = V(i+1,j+1) − V(i+1,j) −
/// V(i,j+1) + V(i,j) ≤ 0. Infinite arcs keep the labels in order. Among optima it takes the one with the highest labels everywhere. Sources:
/// Ishikawa, "Exact Optimization for Markov Random Fields with Convex Priors", PAMI 2003; Schlesinger and Flach, 2006.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct Ishikawa
{
    private const long Infinite = long.MaxValue / 4;
    private readonly MaxFlow _flow;

    internal Ishikawa(int h, int w, int maxLabels, HostWorkspace workspace)
    {
        int layers = Math.Max(maxLabels - 1, 1), nodes = h * w;
        int edges = 2 * nodes - h - w;
        _flow = new MaxFlow(nodes * layers, nodes * layers + edges * layers * layers, workspace);
    }

    /// <summary>Whether V is what this solver takes: every m above is at most 0.</summary>
    internal static bool Takes(in GridCutProblem problem)
    {
        int labels = problem.Labels;
        for (int i = 0; i < labels - 1; i++)
        {
            for (int j = 0; j < labels - 1; j++)
            {
                if (Mixed(problem.Smooth, labels, i, j) > 0) return false;
            }
        }

        return true;
    }

    /// <summary>Writes the labelling [h,w]; false, and nothing written, where the cut takes more waves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Solve(in GridCutProblem problem, int* x, out long energy, int maxWaves = GridFlow.MaxWaves)
    {
        energy = 0;
        int nodes = problem.Nodes, layers = problem.Labels - 1, w = problem.W;
        _flow.Clear(nodes * layers);
        for (int s = 0; s < nodes; s++)
        {
            int* unary = problem.Unary + (nint)s * problem.Labels;
            for (int i = 0; i < layers; i++)
            {
                // On the source's side it pays for going above i; the sink's side is free.
                _flow.Supply(s * layers + i, (long)unary[i] - unary[i + 1]);
                // (s,i+1) above while (s,i) is not would be no labelling.
                if (i + 1 < layers) _flow.Arc(s * layers + i + 1, s * layers + i, Infinite);
            }
        }

        for (int s = 0; s < nodes; s++)
        {
            (int y, int column) = Math.DivRem(s, w);
            if (column < w - 1) Join(problem, s, s + 1, problem.Horizontal[s - y]);
            if (s + w < nodes) Join(problem, s, s + w, problem.Vertical[s]);
        }

        if (!_flow.Run(maxWaves)) return false;
        for (int s = 0; s < nodes; s++)
        {
            x[s] = 0;
            while (x[s] < layers && !_flow.IsSink(s * layers + x[s])) x[s]++;
        }

        energy = problem.Energy(x);
        return true;
    }

    private static int Mixed(int* smooth, int labels, int i, int j) =>
        smooth[(i + 1) * labels + j + 1] - smooth[(i + 1) * labels + j] - smooth[i * labels + j + 1] + smooth[i * labels + j];

    private void Join(in GridCutProblem problem, int s, int t, int weight)
    {
        int labels = problem.Labels, layers = labels - 1;
        int* smooth = problem.Smooth;
        if (weight == 0) return;
        for (int i = 0; i < layers; i++)
        {
            // What either pays alone, and the mixed terms m·a·b = m·a − m·a·(1 − b) with it.
            long alone = (long)weight * (smooth[(i + 1) * labels] - smooth[i * labels]);
            _flow.Supply(t * layers + i, -alone);
            for (int j = 0; j < layers; j++)
            {
                int mixed = weight * Mixed(smooth, labels, i, j);
                alone += mixed;
                if (mixed != 0) _flow.Arc(s * layers + i, t * layers + j, -mixed);
            }

            _flow.Supply(s * layers + i, -alone);
        }
    }
}
