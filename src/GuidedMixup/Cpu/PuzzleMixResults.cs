using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Where a PuzzleMix batch writes what is asked for; each may be null.</summary>
/// <param name="mask">[N,H,W].</param>
/// <param name="weights">Mean mask of an image, [N].</param>
/// <param name="labels">[N,blocks,blocks].</param>
/// <param name="sources">Squares of the image, then of its partner, [N,2,squares]; −1 where it is not seen.</param>
/// <param name="flags">[N].</param>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixResults(float* mask, float* weights, int* labels, int* sources, int* flags)
{
    internal float* Mask => mask;

    internal float* Weights => weights;

    internal int* Labels => labels;

    internal int* Sources => sources;

    internal int* Flags => flags;
}
