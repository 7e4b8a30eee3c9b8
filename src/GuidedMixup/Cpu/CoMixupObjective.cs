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

    /// <summary>4·‖z_s − z_t‖²: 8 for two inputs, 4 for two pairs without a common input, 2 where one is half of the other's, 0 for equals.</summary>
    private static int Difference(int* first, int* second, int s, int t)
    {
        // z = ½e_a + ½e_b: 4·‖…‖² = Σ over the four labels of their products, +1 within a block and −1 across.
        int a = first[s], b = second[s], c = first[t], d = second[t];
        int within = 4 + (a == b ? 2 : 0) + (c == d ? 2 : 0);
        int across = (a == c ? 1 : 0) + (a == d ? 1 : 0) + (b == c ? 1 : 0) + (b == d ? 1 : 0);
        return within - 2 * across;
    }
}
