using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>Reads the flags of a batch back and throws for the first image that has one: the one call here that waits for the GPU.</summary>
internal static unsafe class FlagCheck
{
    internal static void Run(in BufferSet buffers, in TensorView flags, in Execution execution)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        if (KernelCache.IsCapturing(execution.Stream)) Require.Fail("execution", "its stream is being captured, and this call waits for it.");
        using Cpu.HostWorkspace workspace = Cpu.HostWorkspace.Rent();
        int n = (int)flags.Length;
        int* found = workspace.Take<int>(n);
        Check.Success(Driver.MemcpyDtoHAsync(found, (nint)flags.Data, (nuint)n * sizeof(int), execution.Stream), "cuMemcpyDtoHAsync");
        Check.Success(Driver.StreamSynchronize(execution.Stream), "cuStreamSynchronize");
        Strict.ThrowOnAny(found, n);
    }
}
