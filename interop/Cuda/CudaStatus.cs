namespace GuidedMixup.Interop.Cuda;

/// <summary>What a driver call answers (CUresult); the few values this library tells apart.</summary>
internal enum CudaStatus
{
    Success = 0,
    InvalidValue = 1,
    OutOfMemory = 2,
    NoDevice = 100,
    InvalidDevice = 101,

    /// <summary>Asked of the legacy stream while another stream is being captured.</summary>
    StreamCaptureImplicit = 906,
}
