using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>Co-Mixup's constants and sizes, by value. Mirrors <c>struct CoMixupPlan</c> of kernels/CoMixup.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CoMixupPlan
{
    private readonly double _beta;
    private readonly double _gamma;
    private readonly double _threshold;
    private readonly double _eta;
    private readonly double _omega;
    private readonly int _h;
    private readonly int _w;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _iterations;
    private readonly int _alpha;
    private readonly int _edge;
    private readonly int _starts;

    /// <summary>Parts of up to <paramref name="inputs"/> images on h×w blocks.</summary>
    internal CoMixupPlan(int inputs, int outputs, int h, int w, CoMixupOptions options)
    {
        int nodes = h * w;
        (_beta, _gamma, _threshold) = (options.Beta / nodes, options.Gamma / nodes, options.Tau * nodes);
        (_eta, _omega) = (options.Eta, options.Omega);
        (_h, _w, _inputs, _outputs) = (h, w, inputs, outputs);
        (_iterations, _alpha) = (options.Iterations, options.Alpha);
        _edge = Cpu.CoMixupSubproblem.Edge(_beta);
        _starts = CoMixupBuffers.Starts(options);
    }

    private int Nodes => _h * _w;

    private int Labels => _inputs + Cpu.CoMixupSubproblem.MaxPairs;

    /// <summary>True where a cut runs on words (kernels/SmallCut.cuh); larger grids by kernels/GridCut.cuh.</summary>
    internal bool IsSmall => Nodes <= 32;

    /// <summary>The dynamic shared memory of a part's cuts: <c>SmallCutMemory</c>, or <c>GridCutMemory</c>.</summary>
    internal int SharedBytes => IsSmall ? sizeof(int) * (32 + 32 + 3 * 16 + Labels + Labels * Nodes + (Labels * Labels + 31) / 32) : 46_208;
}
