using System;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup;

/// <summary>The kernels of the CUDA backend, as loaded on each device.</summary>
public static class CudaKernels
{
    /// <summary>Loads every kernel into a device's primary context, unless they are there already.</summary>
    /// <param name="ordinal">The device.</param>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    /// <exception cref="CudaException">The driver took none of the images.</exception>
    public static void Load(int ordinal = 0)
    {
        using Cuda.CudaCall call = Cuda.CudaCall.Enter(ordinal);
    }

    /// <summary>The target of the images that run on a device, such as "sm_90", and why better ones do not; loads them.</summary>
    /// <param name="ordinal">The device.</param>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    /// <exception cref="CudaException">The driver took none of the images.</exception>
    public static string Image(int ordinal = 0)
    {
        using Cuda.CudaCall call = Cuda.CudaCall.Enter(ordinal);
        return call.Kernels.Image;
    }

    /// <summary>Unloads the kernels from every context of a device; no call may be running there, and no graph may use them again.</summary>
    /// <param name="ordinal">The device.</param>
    public static void Release(int ordinal = 0) => Cuda.KernelCache.Release(ordinal);
}
