using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>What one place of a mixed image shows: a square of one image, or of two.</summary>
/// <param name="First">An image.</param>
/// <param name="FirstSquare">Which of its squares.</param>
/// <param name="Second">Another image.</param>
/// <param name="SecondSquare">Which of its squares.</param>
/// <param name="Weight">Of the first; at 1 or 0 the other is not read, so that its NaN do not count.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SquareMix(int First, int FirstSquare, int Second, int SecondSquare, float Weight);
