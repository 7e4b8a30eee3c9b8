using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Removes labels that no optimum needs, for any V.</summary>
/// <remarks>
/// Label a is removed at node s where some other label b left there is cheaper whatever the neighbours show: U[s,a] − U[s,b] + Σ_t e_st·min over
/// the labels l left at t of (V[a,l] − V[b,l]) > 0. Passes over all nodes repeat until one removes nothing. Source: Goldstein, "Efficient
/// rotamer elimination applied to protein side-chains and related spin glasses", Biophysical Journal 1994.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct DeadEndElimination
{
    private readonly int* _alive;
    private readonly int* _counts;
    private readonly int _maxLabels;

    internal DeadEndElimination(int h, int w, int maxLabels, HostWorkspace workspace)
    {
        _maxLabels = maxLabels;
        _alive = workspace.Take<int>((long)h * w * maxLabels);
        _counts = workspace.Take<int>(h * w);
    }

    /// <summary>After <see cref="Run"/>: how many labels are left at each node.</summary>
    internal int* Counts => _counts;

    /// <summary>After <see cref="Run"/>: the labels left at a node, ascending.</summary>
    internal int* Alive(int node) => _alive + (nint)node * _maxLabels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run(in GridCutProblem problem)
    {
        for (int s = 0; s < problem.Nodes; s++) Start(problem, s);
        bool isChanged;
        do
        {
            isChanged = false;
            for (int s = 0; s < problem.Nodes; s++) isChanged |= Prune(problem, s);
        }
        while (isChanged);
    }

    /// <summary>All labels that are not beaten by the node's cheapest even if every edge favoured them.</summary>
    private void Start(in GridCutProblem problem, int s)
    {
        int labels = problem.Labels, w = problem.W, y = s / w, x = s - y * w, highest = 0, kept = 0;
        int* alive = Alive(s), unary = problem.Unary + (nint)s * labels;
        for (int i = 0; i < labels * labels; i++) highest = Math.Max(highest, problem.Smooth[i]);
        long least = int.MaxValue, weight = 0;
        if (x < w - 1) weight += problem.Horizontal[s - y];
        if (x > 0) weight += problem.Horizontal[s - y - 1];
        if (y < problem.H - 1) weight += problem.Vertical[s];
        if (y > 0) weight += problem.Vertical[s - w];
        for (int l = 0; l < labels; l++) least = Math.Min(least, unary[l]);
        for (int l = 0; l < labels; l++)
        {
            if (unary[l] - least <= weight * highest) alive[kept++] = l;
        }

        _counts[s] = kept;
    }

    private bool Prune(in GridCutProblem problem, int s)
    {
        int* alive = Alive(s), unary = problem.Unary + (nint)s * problem.Labels;
        int count = _counts[s], kept = 0;
        // In place: labels before `kept` stay, labels from `i` on are yet to be tried; both may still dominate.
        for (int i = 0; i < count; i++)
        {
            bool isDead = false;
            for (int k = 0; k < count && !isDead; k++)
            {
                if (k == kept && k < i) k = i;
                if (k == i) continue;
                isDead = (long)unary[alive[i]] - unary[alive[k]] + Least(problem, s, alive[i], alive[k]) > 0;
            }

            if (!isDead) alive[kept++] = alive[i];
        }

        _counts[s] = kept;
        return kept < count;
    }

    /// <summary>Σ_t e_st·min_l (V[a,l] − V[b,l]).</summary>
    private long Least(in GridCutProblem problem, int s, int a, int b)
    {
        int w = problem.W, y = s / w, x = s - y * w;
        int* va = problem.Smooth + a * problem.Labels, vb = problem.Smooth + b * problem.Labels;
        long sum = 0;
        if (x < w - 1) sum += (long)problem.Horizontal[s - y] * Least(s + 1, va, vb);
        if (x > 0) sum += (long)problem.Horizontal[s - y - 1] * Least(s - 1, va, vb);
        if (y < problem.H - 1) sum += (long)problem.Vertical[s] * Least(s + w, va, vb);
        if (y > 0) sum += (long)problem.Vertical[s - w] * Least(s - w, va, vb);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Least(int t, int* va, int* vb)
    {
        int* alive = Alive(t);
        int least = int.MaxValue;
        for (int k = 0; k < _counts[t]; k++) least = Math.Min(least, va[alive[k]] - vb[alive[k]]);
        return least;
    }
}
