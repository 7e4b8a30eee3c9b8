namespace GuidedMixup;

/// <summary>Where memory lies; the numbers are DLPack's.</summary>
public enum DeviceType
{
    /// <summary>Ordinary host memory.</summary>
    Cpu = 1,

    /// <summary>CUDA device memory.</summary>
    Cuda = 2,

    /// <summary>Page-locked host memory of the CUDA driver; read and written here as host memory.</summary>
    CudaHost = 3,

    /// <summary>CUDA managed (unified) memory.</summary>
    CudaManaged = 13,
}
