using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>A device's primary context, retained until disposed; the one torch and the CUDA runtime live in.</summary>
internal sealed unsafe class CudaContext : SafeHandle
{
    private readonly int _device;

    private CudaContext(int device)
        : base(0, ownsHandle: true) => _device = device;

    public override bool IsInvalid => handle == 0;

    /// <summary>The context, valid while this is not disposed.</summary>
    internal nint Value => handle;

    /// <summary>Retains the primary context of a device.</summary>
    internal static CudaContext Retain(CudaDevice device)
    {
        var context = new CudaContext(device.Handle);
        nint value = 0;
        Check.Success(Driver.DevicePrimaryCtxRetain(&value, device.Handle), "cuDevicePrimaryCtxRetain");
        context.SetHandle(value);
        return context;
    }

    protected override bool ReleaseHandle() => Driver.DevicePrimaryCtxRelease(_device) == CudaStatus.Success;
}
