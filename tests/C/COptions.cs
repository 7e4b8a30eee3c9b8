using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.C;

/// <summary><c>guidedmixup_options</c> by the offsets that tests/C/layout.c holds the header to.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal unsafe struct COptions
{
    [FieldOffset(0)]
    internal nuint Size;

    [FieldOffset(8)]
    internal int Method;

    [FieldOffset(12)]
    internal int Saliency;

    [FieldOffset(16)]
    internal int Pairing;

    [FieldOffset(20)]
    internal int Distance;

    [FieldOffset(24)]
    internal double BlurSigma;

    [FieldOffset(32)]
    internal int BlurSize;

    [FieldOffset(36)]
    internal int Antialias;

    [FieldOffset(40)]
    internal int Strict;

    [FieldOffset(44)]
    internal int ProbabilityMode;

    [FieldOffset(48)]
    internal double Probability;

    [FieldOffset(56)]
    internal ulong Seed;

    [FieldOffset(64)]
    internal int Rank;

    [FieldOffset(68)]
    internal int GrayWeightsCount;

    [FieldOffset(72)]
    internal int PixelScaleCount;

    [FieldOffset(76)]
    internal int PixelOffsetCount;

    [FieldOffset(80)]
    internal float* GrayWeights;

    [FieldOffset(88)]
    internal float* PixelScale;

    [FieldOffset(96)]
    internal float* PixelOffset;
}
