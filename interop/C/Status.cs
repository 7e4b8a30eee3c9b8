namespace GuidedMixup.Interop.C;

/// <summary>What a call answers: <c>guidedmixup_status</c>.</summary>
internal enum Status
{
    Ok = 0,
    InvalidArgument = 1,
    DegenerateImage = 2,
    NotSupported = 3,
    Cuda = 4,
    OutOfMemory = 5,
    Internal = 6,
}
