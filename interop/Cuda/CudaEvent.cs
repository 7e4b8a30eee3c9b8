using System;

namespace GuidedMixup.Interop.Cuda;

/// <summary>A mark in a stream: to wait for, and to take times between.</summary>
public sealed unsafe class CudaEvent : CudaHandle
{
    /// <summary>Creates an event.</summary>
    /// <param name="ordinal">The device.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public CudaEvent(int ordinal = 0)
        : base(ordinal)
    {
        nint value = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.EventCreate(&value, 0), "cuEventCreate");
        SetHandle(value);
    }

    /// <summary>The event, as the driver names it.</summary>
    public nint Value => Live;

    /// <summary>Sets the mark behind the work given to <paramref name="stream"/> so far.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void Record(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var scope = new ContextScope(Context);
        Check.Success(Driver.EventRecord(Live, stream.Value), "cuEventRecord");
    }

    /// <summary>Waits on the host until the mark is reached.</summary>
    /// <exception cref="CudaException">The work before it failed.</exception>
    public void Synchronise()
    {
        using var scope = new ContextScope(Context);
        Check.Success(Driver.EventSynchronize(Live), "cuEventSynchronize");
    }

    /// <summary>The time from an earlier mark to this one; both must have been reached.</summary>
    /// <param name="start">The earlier mark.</param>
    /// <exception cref="CudaException">A mark is not reached yet.</exception>
    public TimeSpan Since(CudaEvent start)
    {
        ArgumentNullException.ThrowIfNull(start);
        float milliseconds = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.EventElapsedTime(&milliseconds, start.Value, Live), "cuEventElapsedTime");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private protected override CudaStatus Free(nint value) => Driver.EventDestroy(value);
}
