using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>Something that lives in a device's primary context, freed by <c>Dispose</c>.</summary>
/// <remarks>
/// Dispose of it yourself: a forgotten one is freed by the finalizer at a moment nobody chose, and freeing memory while a graph is being
/// captured spoils the capture.
/// </remarks>
public abstract class CudaHandle : SafeHandle
{
    private protected CudaHandle(int ordinal)
        : base(0, ownsHandle: true)
    {
        Ordinal = ordinal;
        Context = PrimaryContexts.Of(ordinal);
    }

    /// <summary>The device's ordinal.</summary>
    public int Ordinal { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Context { get; }

    /// <summary>The handle, for as long as it is one.</summary>
    private protected nint Live
    {
        get
        {
            System.ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle()
    {
        // Not by ContextScope: a critical release does not throw, and at exit the driver may be gone.
        if (Driver.CtxPushCurrent(Context) != CudaStatus.Success) return false;
        bool isFreed = Free(handle) == CudaStatus.Success;
        unsafe
        {
            nint popped;
            _ = Driver.CtxPopCurrent(&popped);
        }

        return isFreed;
    }

    private protected abstract CudaStatus Free(nint value);
}
