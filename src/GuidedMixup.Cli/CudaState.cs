using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cli;

/// <summary>Whether the CUDA backend runs on this machine: which GPU and kernels, or why not.</summary>
internal static class CudaState
{
    internal static (bool IsAvailable, string Text) Get()
    {
        if (!CudaDriver.TryLoad(out string why)) return (false, why);
        try
        {
            var device = new CudaDevice(0);
            string capability = $"{device.ComputeCapability / 10}.{device.ComputeCapability % 10}";
            return (true, $"{device.Name}, compute capability {capability}; kernels for {CudaKernels.Image()}");
        }
        catch (System.Exception error) when (error is CudaException or System.PlatformNotSupportedException)
        {
            return (false, error.Message);
        }
    }
}
