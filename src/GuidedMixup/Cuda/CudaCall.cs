using System;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>One public call on a GPU: its context is current until disposed, its kernels are loaded, its work goes to the caller's stream.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct CudaCall
{
    private readonly ContextScope _scope;
    private readonly ContextKernels _kernels;
    private readonly nint _stream;

    private CudaCall(nint context, int ordinal, nint stream)
    {
        _stream = stream;
        _scope = new ContextScope(context);
        try
        {
            _kernels = KernelCache.Of(context, ordinal, stream);
        }
        catch
        {
            _scope.Dispose();
            throw;
        }
    }

    /// <summary>Synchronise after each launch, to name the kernel that failed.</summary>
    internal static bool IsSynchronous { get; set; } = Environment.GetEnvironmentVariable("GUIDEDMIXUP_SYNC") == "1";

    internal CudaDevice Device => _kernels.Device;

    internal ContextKernels Kernels => _kernels;

    /// <summary>Enters the context the buffers live in.</summary>
    internal static CudaCall Enter(in BufferSet buffers, in Execution execution)
    {
        (nint context, int ordinal) = BufferContext.Of(buffers);
        return new CudaCall(context, ordinal, execution.Stream);
    }

    /// <summary>Enters a device's primary context.</summary>
    internal static CudaCall Enter(int ordinal)
    {
        CudaDriver.Require();
        return new CudaCall(PrimaryContexts.Of(ordinal), ordinal, 0);
    }

    public void Dispose() => _scope.Dispose();

    /// <summary>Sets <paramref name="count"/> integers to 0.</summary>
    internal void Clear(int* target, long count) =>
        Check.Success(Driver.MemsetD32Async((nint)target, 0, (nuint)count, _stream), "cuMemsetD32Async");

    /// <summary>Launches a kernel over gridX × gridY blocks.</summary>
    internal void Launch(ref Arguments arguments, long gridX, long gridY = 1, int sharedBytes = 0)
    {
        Kernel kernel = arguments.Kernel;
        void** addresses = stackalloc void*[kernel.Arguments.Length];
        arguments.Addresses(addresses);
        CudaStatus status = Driver.LaunchKernel(
            _kernels[kernel], (uint)gridX, (uint)gridY, 1, (uint)kernel.Block, 1, 1, (uint)sharedBytes, _stream, addresses, null);
        Check.Success(status, "cuLaunchKernel", kernel.Name);
        // A captured launch does not run now, and waiting would spoil the capture.
        if (IsSynchronous && !KernelCache.IsCapturing(_stream))
            Check.Success(Driver.StreamSynchronize(_stream), "cuStreamSynchronize", $"GUIDEDMIXUP_SYNC=1, after {kernel}");
    }
}
