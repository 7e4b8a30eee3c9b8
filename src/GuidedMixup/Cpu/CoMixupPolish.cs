using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Lowers F of a finished layout; it never rises.</summary>
/// <remarks>
/// Sweeps over the outputs: each is laid out anew, optimally against the others, and each of its blocks is tried with every input; what lowers
/// F is kept. "F" is both the objective with A = I and the one with the part's own A: neither may rise and the first must fall. Sweeps end when
/// one changes nothing, or after <see cref="MaxSweeps"/>.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupPolish
{
    /// <summary>A bound on the time; the instances at hand take 2 to 8.</summary>
    internal const int MaxSweeps = 50;

    // What counts as lower: rounding in the sums of F stays far below.
    private const double Least = 1e-9;
    private readonly CoMixupSubproblem _sub;
    private readonly GridCutSolver _solver;
    private readonly CoMixupLayout _trial;
    private readonly float* _none;
    private readonly int* _labels;
    private readonly int* _first;
    private readonly int* _second;

    internal CoMixupPolish(in CoMixupSubproblem sub, in GridCutSolver solver, int inputs, int outputs, int nodes, HostWorkspace workspace)
    {
        (_sub, _solver) = (sub, solver);
        _trial = new CoMixupLayout(inputs, outputs, nodes, workspace);
        _none = workspace.Take<float>(inputs);
        new Span<float>(_none, inputs).Clear();
        _labels = workspace.Take<int>(nodes);
        _first = workspace.Take<int>(nodes);
        _second = workspace.Take<int>(nodes);
    }

    /// <summary>Lowers F of <paramref name="layout"/>.</summary>
    internal void Run(in CoMixupProblem problem, in CoMixupLayout layout)
    {
        _trial.CopyFrom(layout);
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            bool isChanged = false;
            for (int j = 0; j < layout.Outputs; j++)
            {
                isChanged |= Resolve(problem, layout, j);
                isChanged |= Retouch(problem, layout, j);
            }

            if (!isChanged) return;
        }
    }

    /// <summary>Whether <paramref name="candidate"/>, is better.</summary>
    internal static bool IsBetter(in CoMixupProblem problem, in CoMixupLayout layout, in CoMixupLayout candidate)
    {
        double before = CoMixupObjective.Total(problem, layout, null, problem.Threshold);
        double after = CoMixupObjective.Total(problem, candidate, null, problem.Threshold);
        if (!(after < before - Least)) return false;
        before = CoMixupObjective.Total(problem, layout, problem.Compatibility, problem.Threshold);
        after = CoMixupObjective.Total(problem, candidate, problem.Compatibility, problem.Threshold);
        return after <= before;
    }

    /// <summary>Lays an output out anew, with and without pairs.</summary>
    private bool Resolve(in CoMixupProblem problem, in CoMixupLayout layout, int j)
    {
        bool isChanged = false;
        for (int pairs = 0; pairs < 2; pairs++)
        {
            _sub.Form(problem, layout, j, _none, withPairs: pairs == 1);
            _solver.Best(_sub.Problem(problem.Cancellation), _labels, out _);
            _sub.Read(_labels, _first, _second);
            isChanged |= Try(problem, layout, j);
        }

        return isChanged;
    }

    /// <summary>Tries every input at every block of an output, alone and by halves with what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Retouch(in CoMixupProblem problem, in CoMixupLayout layout, int j)
    {
        int nodes = problem.Nodes;
        bool isChanged = false;
        int* first = layout.First + j * nodes, second = layout.Second + j * nodes;
        for (int s = 0; s < nodes; s++)
        {
            for (int m = 0; m < problem.Inputs; m++)
            {
                isChanged |= Retouch(problem, layout, j, s, m, m);
                if (first[s] == second[s] && first[s] != m)
                    isChanged |= Retouch(problem, layout, j, s, Math.Min(m, first[s]), Math.Max(m, first[s]));
            }
        }

        return isChanged;
    }

    private bool Retouch(in CoMixupProblem problem, in CoMixupLayout layout, int j, int s, int a, int b)
    {
        int nodes = problem.Nodes;
        int* first = layout.First + j * nodes, second = layout.Second + j * nodes;
        if (!(CoMixupObjective.Change(problem, layout, j, s, a, b) < -Least)) return false;
        new Span<int>(first, nodes).CopyTo(new Span<int>(_first, nodes));
        new Span<int>(second, nodes).CopyTo(new Span<int>(_second, nodes));
        _first[s] = a;
        _second[s] = b;
        return Try(problem, layout, j);
    }

    /// <summary>Keeps the labels in <see cref="_first"/> and <see cref="_second"/> for output <paramref name="j"/> if F falls.</summary>
    private bool Try(in CoMixupProblem problem, in CoMixupLayout layout, int j)
    {
        int nodes = problem.Nodes;
        _trial.Replace(j, _first, _second);
        if (IsBetter(problem, layout, _trial))
        {
            layout.Replace(j, _first, _second);
            return true;
        }

        _trial.Replace(j, layout.First + j * nodes, layout.Second + j * nodes);
        return false;
    }
}
