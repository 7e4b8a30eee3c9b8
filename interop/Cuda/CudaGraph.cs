using System;

namespace GuidedMixup.Interop.Cuda;

/// <summary>A captured piece of a stream's work, to be launched again and again with the same buffers.</summary>
public sealed unsafe class CudaGraph : CudaHandle
{
    internal CudaGraph(int ordinal, nint graph)
        : base(ordinal)
    {
        nint instance = 0;
        CudaStatus status = Driver.GraphInstantiate(&instance, graph, 0);
        // The instance holds all it needs.
        _ = Driver.GraphDestroy(graph);
        Check.Success(status, "cuGraphInstantiateWithFlags");
        SetHandle(instance);
    }

    /// <summary>Runs the graph in a stream.</summary>
    /// <param name="stream">A stream of the same device.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void Launch(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var scope = new ContextScope(Context);
        Check.Success(Driver.GraphLaunch(Live, stream.Value), "cuGraphLaunch");
    }

    private protected override CudaStatus Free(nint value) => Driver.GraphExecDestroy(value);
}
