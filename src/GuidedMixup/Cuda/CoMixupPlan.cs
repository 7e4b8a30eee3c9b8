using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>Co-Mixup's constants and sizes, by value. Mirrors <c>struct CoMixupPlan</c> of kernels/CoMixup.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CoMixupPlan
{
    /// <summary>The most nodes that a word holds (kernels/SmallCut.cuh); larger grids are cut by kernels/WideCut.cuh.</summary>
    internal const int MaxSmall = 32;

    // 250 inputs on 32 nodes.
    private const int LargestSmall = 41_912;
    private const int WideBytesAWarp = 33_792;

    // More find few pairs to cut, and leave little of L1.
    private const int MostWarps = 4;

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
    private readonly int _warps;
    private readonly int _padding;

    /// <summary>Parts of up to <paramref name="inputs"/> images on h×w blocks, where a block may have so much shared memory.</summary>
    internal CoMixupPlan(int inputs, int outputs, int h, int w, int shared, CoMixupOptions options)
    {
        int nodes = h * w;
        (_beta, _gamma, _threshold) = (options.Beta / nodes, options.Gamma / nodes, options.Tau * nodes);
        (_eta, _omega) = (options.Eta, options.Omega);
        (_h, _w, _inputs, _outputs) = (h, w, inputs, outputs);
        (_iterations, _alpha) = (options.Iterations, options.Alpha);
        _edge = Cpu.CoMixupSubproblem.Edge(_beta);
        _starts = CoMixupBuffers.Starts(options);
        _warps = Warps(shared);
        _padding = 0;
    }

    /// <summary>The dynamic shared memory of a part's cuts: <c>SmallCutMemory</c>, or <c>WideCutMemory</c>.</summary>
    internal int SharedBytes
    {
        get
        {
            int nodes = _h * _w, labels = _inputs + Cpu.CoMixupSubproblem.MaxPairs;
            return nodes <= MaxSmall ? sizeof(int) * (128 + labels * (1 + nodes) + (labels * labels + 31) / 32) : WideBytes(_warps);
        }
    }

    /// <summary>The most that any part asks for, where a block has so much.</summary>
    internal static int MostShared(int shared) => Math.Min(shared, Math.Max(WideBytes(Warps(shared)), LargestSmall));

    private static int Warps(int shared) => Math.Clamp((shared - WideBytes(0)) / WideBytesAWarp, 1, MostWarps);

    private static int WideBytes(int warps) => 256 + warps * WideBytesAWarp;
}
