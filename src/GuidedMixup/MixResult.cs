using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>What a call did, and the views it wrote.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Returned, not compared.")]
public readonly struct MixResult
{
    internal MixResult(in MixOutputs outputs, bool isMixed)
    {
        Outputs = outputs;
        IsMixed = isMixed;
    }

    /// <summary>The caller's memory, now written (on a GPU: once the stream gets there).</summary>
    public MixOutputs Outputs { get; }

    /// <summary>False where the draws for <see cref="GuidedMixerOptions.Probability"/> left every image as it was. On a GPU: where the host
    /// can tell so without looking at device memory (<see cref="MixInputs.Subset"/>, <see cref="MixInputs.StepBuffer"/>).</summary>
    public bool IsMixed { get; }
}
