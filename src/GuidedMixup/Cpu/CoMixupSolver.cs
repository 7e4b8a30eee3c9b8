using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Lays out one part as the released program does: its stored layouts come out equal.</summary>
/// <remarks>
/// For each iteration, for each output in order, the output's blocks are labelled anew by α-β swap, while the others stay. From the second
/// iteration on an output that shows two inputs may also show both by halves, one that shows more may do so with the pairs of its three
/// largest. Before the last iteration, outputs that show the same inputs are pushed apart. Source: Kim, Choo, Jeong and Song, ICLR 2021.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupSolver
{
    private readonly CoMixupSubproblem _sub;
    private readonly AlphaBetaSwap _swap;
    private readonly float* _resolve;
    private readonly int* _labels;

    internal CoMixupSolver(int inputs, int outputs, int h, int w, HostWorkspace workspace)
    {
        _sub = new CoMixupSubproblem(inputs, h, w, workspace);
        _swap = new AlphaBetaSwap(h, w, inputs + CoMixupSubproblem.MaxPairs, workspace);
        _resolve = workspace.Take<float>((long)outputs * inputs);
        _labels = workspace.Take<int>(h * w);
    }

    internal CoMixupSubproblem Subproblem => _sub;

    internal AlphaBetaSwap Swap => _swap;

    /// <summary>Improves <paramref name="layout"/> from its start.</summary>
    /// <param name="problem">The part.</param>
    /// <param name="layout">The start, and then the answer.</param>
    /// <param name="energies">Receives the integer energy of each cut in call order, [iterations·outputs]; or null.</param>
    /// <returns>The number of cuts.</returns>
    internal int Solve(in CoMixupProblem problem, in CoMixupLayout layout, long* energies)
    {
        int outputs = layout.Outputs, cuts = 0;
        new Span<float>(_resolve, outputs * problem.Inputs).Clear();
        double previous = CoMixupObjective.Total(problem, layout, null, double.NegativeInfinity);
        for (int iteration = 0; iteration < problem.Iterations; iteration++)
        {
            for (int j = 0; j < outputs; j++)
            {
                _sub.Form(problem, layout, j, _resolve + j * problem.Inputs, withPairs: iteration > 0);
                long energy = _swap.Solve(_sub.Problem(problem.Cancellation), _labels);
                if (energies != null) energies[cuts] = energy;
                cuts++;
                _sub.Apply(layout, j, _labels);
            }

            if (iteration == problem.Iterations - 2) Resolve(problem, layout);
            double objective = CoMixupObjective.Total(problem, layout, null, double.NegativeInfinity);
            if (Math.Abs(objective - previous) < 1e-6 * Math.Abs(objective)) break;
            previous = objective;
        }

        return cuts;
    }

    /// <summary>
    /// For outputs i1 &lt; i2 that show the same inputs, two or more: γ/N on the lowest of them in i1, and on the second lowest in i2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Resolve(in CoMixupProblem problem, in CoMixupLayout layout)
    {
        int n = problem.Inputs;
        for (int i1 = 0; i1 < layout.Outputs; i1++)
        {
            int* one = layout.Halves + i1 * n;
            int lowest = Next(one, 0, n);
            int second = Next(one, lowest + 1, n);
            if (second == n) continue;
            for (int i2 = i1 + 1; i2 < layout.Outputs; i2++)
            {
                int* two = layout.Halves + i2 * n;
                int m = 0;
                while (m < n && one[m] > 0 == two[m] > 0) m++;
                if (m < n) continue;
                _resolve[i1 * n + lowest] += (float)problem.Gamma;
                _resolve[i2 * n + second] += (float)problem.Gamma;
            }
        }
    }

    private static int Next(int* halves, int m, int n)
    {
        while (m < n && halves[m] == 0) m++;
        return m;
    }
}
