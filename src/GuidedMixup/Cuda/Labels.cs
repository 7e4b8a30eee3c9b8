using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>The labels of a batch and where they go; null for what is not wanted. Mirrors <c>struct Labels</c> of kernels/LabelMix.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct Labels
{
    private readonly void* _labels;
    private readonly float* _soft;
    private readonly void* _labelsA;
    private readonly void* _labelsB;
    private readonly long _classes;
    private readonly int _type;
    private readonly int _isSoft;
    private readonly long _padding;

    internal Labels(in TensorView labels, in TensorView soft, in TensorView labelsA, in TensorView labelsB)
    {
        bool isWanted = !soft.IsEmpty || !labelsA.IsEmpty || !labelsB.IsEmpty;
        if (!isWanted || labels.IsEmpty) return;
        _labels = labels.Data;
        _soft = (float*)soft.Data;
        _labelsA = labelsA.Data;
        _labelsB = labelsB.Data;
        _isSoft = labels.Rank == 2 ? 1 : 0;
        _type = (int)labels.Type;
        _classes = labels.Rank == 2 ? labels.Shape[1] : soft.IsEmpty ? 0 : soft.Shape[1];
    }
}
