using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Solves parts of one size, in either mode; what one thread works in.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupPart
{
    private readonly SolverMode _mode;
    private readonly int _nodes;
    private readonly CoMixupSolver _solver;
    private readonly CoMixupPolish _polish;
    private readonly CoMixupLayout _other;

    internal CoMixupPart(int inputs, int outputs, int h, int w, SolverMode mode, HostWorkspace workspace)
    {
        (_mode, _nodes) = (mode, h * w);
        _solver = new CoMixupSolver(inputs, outputs, h, w, workspace);
        Layout = new CoMixupLayout(inputs, outputs, h * w, workspace);
        Cost = workspace.Take<float>((long)inputs * h * w);
        if (mode == SolverMode.Parity) return;
        var cuts = new GridCutSolver(h, w, inputs + CoMixupSubproblem.MaxPairs, mode, workspace);
        _polish = new CoMixupPolish(_solver.Subproblem, cuts, inputs, outputs, h * w, workspace);
        _other = new CoMixupLayout(inputs, outputs, h * w, workspace);
    }

    /// <summary>The answer.</summary>
    internal CoMixupLayout Layout { get; }

    /// <summary>Room for a problem's costs, [n,N].</summary>
    internal float* Cost { get; }

    /// <summary>Lays a part out from each of the starts, [starts,outputs,N]; parity takes the first.</summary>
    internal void Solve(in CoMixupProblem problem, int* start, int starts, long* energies)
    {
        int outputs = Layout.Outputs;
        if (energies != null) new Span<long>(energies, problem.Iterations * outputs).Fill(long.MinValue);
        Layout.Set(start);
        _solver.Solve(problem, Layout, energies);
        if (_mode == SolverMode.Parity) return;
        _polish.Run(problem, Layout);
        for (int k = 1; k < starts; k++)
        {
            _other.Set(start + (nint)k * outputs * _nodes);
            _solver.Solve(problem, _other, null);
            _polish.Run(problem, _other);
            if (CoMixupPolish.IsBetter(problem, Layout, _other)) Layout.CopyFrom(_other);
        }
    }
}
