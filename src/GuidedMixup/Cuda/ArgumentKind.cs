namespace GuidedMixup.Cuda;

/// <summary>The types of kernel arguments.</summary>
internal enum ArgumentKind
{
    Pointer,
    Int32,
    Int64,
    Images,
    Channels,
    Taps,
    Selection,
    Labels,
    Draws,
    PuzzlePlan,
    CoMixupPlan,
    CoMixupBuffers,
}
