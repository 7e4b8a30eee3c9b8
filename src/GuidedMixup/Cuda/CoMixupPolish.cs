using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>Launches Co-Mixup's quality mode on finished layouts: each start's polished, a block each, then the best of each part chosen.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupPolish
{
    private readonly int* _labels;
    private readonly double* _terms;
    private readonly double* _scores;
    private readonly byte* _solver;
    private readonly long _solverBytes;
    private readonly int _maxStates;

    /// <summary>Its memory in the workspace, for so many parts and starts of each together.</summary>
    internal CoMixupPolish(long inputs, long outputs, long slots, int h, int w, ref DeviceWorkspace workspace)
    {
        long nodes = h * w, labels = inputs + Cpu.CoMixupSubproblem.MaxPairs;
        _maxStates = GridCut.States(h, w, labels, Cpu.BrokenProfile.MaxStates);
        // V is convex for two labels and no more of them.
        _solverBytes = GridCut.SolverBytes(h, w, labels, convexLabels: 2);
        _labels = workspace.Take<int>(5 * slots * nodes);
        _terms = workspace.Take<double>(slots * outputs * inputs);
        _scores = workspace.Take<double>(2 * slots);
        _solver = workspace.Take<byte>(slots * _solverBytes);
    }

    /// <summary>The layouts are in the buffers; the chosen one of each part comes to lie where its first start's was, and in z.</summary>
    internal void Run(in CudaCall call, in CoMixupPlan plan, in CoMixupBuffers buffers, int parts, int starts, float* z)
    {
        var polish = new Arguments(KernelTable.CoMixupPolish);
        polish.Add(plan).Add(buffers).Add(_labels).Add(_terms).Add(_solver).Add(_solverBytes).Add(_maxStates).Add(_scores);
        call.Launch(ref polish, parts, starts);
        if (starts == 1 && z == null) return;
        var choose = new Arguments(KernelTable.CoMixupChoose);
        choose.Add(plan).Add(buffers).Add(starts).Add(_scores).Add(z);
        call.Launch(ref choose, parts);
    }
}
