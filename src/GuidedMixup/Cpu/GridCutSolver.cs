using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Any labelling problem, in either mode.</summary>
/// <remarks>
/// Parity is α-β swap. Quality is the optimum: by <see cref="Ishikawa"/> for convex V, else by <see cref="DeadEndElimination"/> and
/// <see cref="BrokenProfile"/> where the labels left fit its bounds. Beyond <see cref="GridCutCaps"/> it is the swap's labelling.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct GridCutSolver
{
    /// <summary>Most layers of a convex problem that are solved as one network: a large V would make a large one.</summary>
    internal const int MaxConvexLabels = 16;

    private readonly AlphaBetaSwap _swap;
    private readonly Ishikawa _convex;
    private readonly DeadEndElimination _elimination;
    private readonly BrokenProfile _profile;
    private readonly GridCutCaps _caps;

    internal GridCutSolver(int h, int w, int maxLabels, SolverMode mode, HostWorkspace workspace)
        : this(h, w, maxLabels, mode, workspace, GridCutCaps.Default)
    {
    }

    internal GridCutSolver(int h, int w, int maxLabels, SolverMode mode, HostWorkspace workspace, in GridCutCaps caps)
    {
        _caps = caps;
        _swap = new AlphaBetaSwap(h, w, maxLabels, workspace, caps.Waves);
        if (mode == SolverMode.Parity) return;
        _convex = new Ishikawa(h, w, System.Math.Min(maxLabels, MaxConvexLabels), workspace);
        _elimination = new DeadEndElimination(h, w, maxLabels, workspace);
        _profile = new BrokenProfile(_elimination, h * w, workspace);
    }

    /// <summary>As the released programs do.</summary>
    internal long Swap(in GridCutProblem problem, int* x) => _swap.Solve(problem, x);

    /// <summary>As well as we can; says whether that is known to be the optimum.</summary>
    internal long Best(in GridCutProblem problem, int* x, out bool isOptimal)
    {
        isOptimal = true;
        problem.Cancellation.ThrowIfCancellationRequested();
        if (problem.Labels <= MaxConvexLabels && Ishikawa.Takes(problem))
        {
            if (_convex.Solve(problem, x, out long energy, _caps.Waves)) return energy;
        }
        else
        {
            _elimination.Run(problem);
            if (_profile.States(problem) <= _caps.States) return _profile.Solve(problem, x);
        }

        isOptimal = false;
        return _swap.Solve(problem, x);
    }
}
