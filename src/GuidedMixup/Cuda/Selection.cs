using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>Which images take part, drawn on the device. Mirrors <c>struct Selection</c> of kernels/Philox.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct Selection
{
    private readonly byte* _subset;
    private readonly ulong* _step;
    private readonly ulong _seed;
    private readonly ulong _hostStep;
    private readonly double _probability;
    private readonly int _rank;
    private readonly int _mode;

    /// <summary>The caller's subset, all of it.</summary>
    internal Selection(in TensorView subset, ulong seed = 0, ulong step = 0, int rank = 0)
    {
        _subset = (byte*)subset.Data;
        (_seed, _hostStep, _probability, _rank) = (seed, step, 1, rank);
    }

    /// <summary>The caller's subset, less what the draws spare; a step buffer is read when the kernel runs, at each replay anew.</summary>
    internal Selection(GuidedMixerOptions options, double probability, in MixInputs inputs)
    {
        _subset = (byte*)inputs.Subset.Data;
        _step = (ulong*)inputs.StepBuffer.Data;
        (_seed, _hostStep, _probability) = (options.Seed, inputs.Step, probability);
        (_rank, _mode) = (options.Rank, (int)options.ProbabilityMode);
    }
}
