using System;

namespace GuidedMixup.Cpu;

/// <summary>
/// F = Σ_j Σ_s c·z + (β/2)·Σ_edges ‖z_s − z_t‖² + γ·Σ_jm n_jm·[q_jm > th]·q_jm in double; n_jm = Σ_s z[j,s,m], q_jm = (A·Σ_{i≠j} n_i)_m.
/// </summary>
internal static unsafe class CoMixupObjective
{
    /// <summary>Σ_s c·z + (β/2)·Σ_edges ‖z_s − z_t‖² of one output.</summary>
    internal static double Own(in CoMixupProblem problem, int* first, int* second)
    {
        int nodes = problem.Nodes, w = problem.W;
        double unary = 0;
        int edges = 0;
        for (int s = 0; s < nodes; s++)
        {
            unary += 0.5 * ((double)problem.Costs[first[s] * nodes + s] + problem.Costs[second[s] * nodes + s]);
            if (s % w != w - 1) edges += Difference(first, second, s, s + 1);
            if (s + w < nodes) edges += Difference(first, second, s, s + w);
        }

        return unary + problem.Beta / 8 * edges;
    }

    /// <summary>γ·Σ_jm n_jm·[q_jm > th]·q_jm; A = I where <paramref name="compatibility"/> is null, and no threshold where it is infinite below.</summary>
    internal static double Penalty(in CoMixupProblem problem, in CoMixupLayout layout, float* compatibility, double threshold)
    {
        int n = problem.Inputs;
        double penalty = 0;
        for (int j = 0; j < layout.Outputs; j++)
        {
            int* own = layout.Halves + j * n;
            for (int m = 0; m < n; m++)
            {
                if (own[m] == 0) continue;
                double q = 0;
                if (compatibility == null) q = 0.5 * (layout.Total[m] - own[m]);
                else for (int k = 0; k < n; k++) q += compatibility[m * n + k] * 0.5 * (layout.Total[k] - own[k]);
                if (q > threshold) penalty += 0.5 * own[m] * q;
            }
        }

        return problem.Gamma * penalty;
    }

    /// <summary>The whole of it.</summary>
    internal static double Total(in CoMixupProblem problem, in CoMixupLayout layout, float* compatibility, double threshold)
    {
        double total = Penalty(problem, layout, compatibility, threshold);
        int nodes = problem.Nodes;
        for (int j = 0; j < layout.Outputs; j++) total += Own(problem, layout.First + j * nodes, layout.Second + j * nodes);
        return total;
    }

    /// <summary>What F (with A = I) gains where block <paramref name="s"/> of output <paramref name="j"/> shows two other labels (or one twice).</summary>
    internal static double Change(in CoMixupProblem problem, in CoMixupLayout layout, int j, int s, int first, int second)
    {
        int nodes = problem.Nodes, w = problem.W;
        int* a = layout.First + j * nodes, b = layout.Second + j * nodes;
        int oldFirst = a[s], oldSecond = b[s];
        float* c = problem.Costs + s;
        double change = 0.5 * ((double)c[first * nodes] + c[second * nodes] - c[oldFirst * nodes] - c[oldSecond * nodes]);
        int edges = 0;
        if (s % w != w - 1) edges += Difference(first, second, a[s + 1], b[s + 1]) - Difference(a, b, s, s + 1);
        if (s % w != 0) edges += Difference(first, second, a[s - 1], b[s - 1]) - Difference(a, b, s, s - 1);
        if (s + w < nodes) edges += Difference(first, second, a[s + w], b[s + w]) - Difference(a, b, s, s + w);
        if (s >= w) edges += Difference(first, second, a[s - w], b[s - w]) - Difference(a, b, s, s - w);
        change += problem.Beta / 8 * edges;
        double penalty = 0;
        Span<int> labels = [oldFirst, oldSecond, first, second];
        for (int k = 0; k < 4; k++)
        {
            int m = labels[k];
            if (labels[..k].Contains(m)) continue;
            int halves = (first == m ? 1 : 0) + (second == m ? 1 : 0) - (oldFirst == m ? 1 : 0) - (oldSecond == m ? 1 : 0);
            if (halves != 0) penalty += Column(problem, layout, m, j, halves) - Column(problem, layout, m, j, 0);
        }

        return change + problem.Gamma * penalty;
    }

    /// <summary>Σ_j n_jm·[q_jm > th]·q_jm of one input, A = I, with some halves more in one output.</summary>
    private static double Column(in CoMixupProblem problem, in CoMixupLayout layout, int m, int changed, int halves)
    {
        long sum = 0;
        int total = layout.Total[m] + halves;
        double threshold = 2 * problem.Threshold;
        for (int i = 0; i < layout.Outputs; i++)
        {
            int own = layout.Halves[i * problem.Inputs + m] + (i == changed ? halves : 0);
            if (total - own > threshold) sum += (long)own * (total - own);
        }

        return 0.25 * sum;
    }

    private static int Difference(int* first, int* second, int s, int t) => Difference(first[s], second[s], first[t], second[t]);

    /// <summary>4·‖z_s − z_t‖²: 8 for two inputs, 4 for two pairs without a common input, 2 where one is half of the other's, 0 for equals.</summary>
    private static int Difference(int a, int b, int c, int d)
    {
        // z = ½e_a + ½e_b: 4·‖…‖² = Σ over the four labels of their products, +1 within a block and −1 across.
        int within = 4 + (a == b ? 2 : 0) + (c == d ? 2 : 0);
        int across = (a == c ? 1 : 0) + (a == d ? 1 : 0) + (b == c ? 1 : 0) + (b == d ? 1 : 0);
        return within - 2 * across;
    }
}
