namespace GuidedMixup.Interop.Cuda;

/// <summary>A stream of a device's primary context that does not wait for the legacy default stream.</summary>
public sealed unsafe class CudaStream : CudaHandle
{
    private const uint NonBlocking = 1;
    private const int ThreadLocalCapture = 1;

    /// <summary>Creates a stream.</summary>
    /// <param name="ordinal">The device.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public CudaStream(int ordinal = 0)
        : base(ordinal)
    {
        nint stream = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamCreate(&stream, NonBlocking), "cuStreamCreate");
        SetHandle(stream);
    }

    /// <summary>The stream, to pass as <c>Execution.Stream</c>.</summary>
    public nint Value => Live;

    /// <summary>Waits on the host until all work of the stream is done, and throws what went wrong in it.</summary>
    /// <exception cref="CudaException">Work of the stream failed.</exception>
    public void Synchronise()
    {
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamSynchronize(Live), "cuStreamSynchronize");
    }

    /// <summary>Makes later work of this stream wait for <paramref name="mark"/>.</summary>
    /// <param name="mark">An event recorded in any stream.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void Wait(CudaEvent mark)
    {
        System.ArgumentNullException.ThrowIfNull(mark);
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamWaitEvent(Live, mark.Value, 0), "cuStreamWaitEvent");
    }

    /// <summary>From now on this stream's work is recorded into a graph instead of run.</summary>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void BeginCapture()
    {
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamBeginCapture(Live, ThreadLocalCapture), "cuStreamBeginCapture");
    }

    /// <summary>Ends the capture and makes its graph ready to launch.</summary>
    /// <exception cref="CudaException">The capture was spoilt, or the driver refused.</exception>
    public CudaGraph EndCapture()
    {
        nint graph = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamEndCapture(Live, &graph), "cuStreamEndCapture");
        return new CudaGraph(Ordinal, graph);
    }

    private protected override CudaStatus Free(nint value) => Driver.StreamDestroy(value);
}
