using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.C;

/// <summary><c>guidedmixup_options</c> by the offsets that tests/C/layout.c holds the header to.</summary>
[StructLayout(LayoutKind.Explicit, Size = 248)]
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

    [FieldOffset(104)]
    internal double Alpha;

    [FieldOffset(112)]
    internal int DrawMode;

    [FieldOffset(116)]
    internal int PuzzleMixBlocks;

    [FieldOffset(120)]
    internal int PuzzleMixLabels;

    [FieldOffset(124)]
    internal int PuzzleMixNeighbourSize;

    [FieldOffset(128)]
    internal int PuzzleMixTransportSize;

    [FieldOffset(132)]
    internal int PuzzleMixSolver;

    [FieldOffset(136)]
    internal double PuzzleMixBeta;

    [FieldOffset(144)]
    internal double PuzzleMixGamma;

    [FieldOffset(152)]
    internal double PuzzleMixEta;

    [FieldOffset(160)]
    internal double PuzzleMixTransportCost;

    [FieldOffset(168)]
    internal float* PuzzleMixPixelStd;

    [FieldOffset(176)]
    internal int PuzzleMixPixelStdCount;

    [FieldOffset(180)]
    internal int CoMixupBlocks;

    [FieldOffset(184)]
    internal int CoMixupPartSize;

    [FieldOffset(188)]
    internal int CoMixupIterations;

    [FieldOffset(192)]
    internal int CoMixupAlpha;

    [FieldOffset(196)]
    internal int CoMixupStarts;

    [FieldOffset(200)]
    internal int CoMixupSolver;

    [FieldOffset(204)]
    internal int Reserved;

    [FieldOffset(208)]
    internal double CoMixupBeta;

    [FieldOffset(216)]
    internal double CoMixupGamma;

    [FieldOffset(224)]
    internal double CoMixupTau;

    [FieldOffset(232)]
    internal double CoMixupEta;

    [FieldOffset(240)]
    internal double CoMixupOmega;
}
