using System;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>Memory that is cleared to drive everything else out of L2. While it lives, device 0's primary context is current on its thread.</summary>
internal sealed unsafe class Flush : IDisposable
{
    private readonly CudaBuffer _buffer;
    private readonly nint _driver;
    private readonly delegate* unmanaged<void*, uint, nuint, nint, int> _set;

    internal Flush(long bytes)
    {
        _buffer = new CudaBuffer(bytes);
        string? given = Environment.GetEnvironmentVariable("GUIDEDMIXUP_CUDA_DRIVER");
        _driver = NativeLibrary.Load(string.IsNullOrEmpty(given) ? "libcuda.so.1" : given);
        _set = (delegate* unmanaged<void*, uint, nuint, nint, int>)NativeLibrary.GetExport(_driver, "cuMemsetD32Async");
        nint context;
        Check(((delegate* unmanaged<nint*, int, int>)NativeLibrary.GetExport(_driver, "cuDevicePrimaryCtxRetain"))(&context, 0));
        Check(((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(_driver, "cuCtxPushCurrent_v2"))(context));
    }

    internal void Clear(CudaStream stream) => Check(_set(_buffer.Data, 0, (nuint)(_buffer.Length / 4), stream.Value));

    public void Dispose()
    {
        nint popped;
        Check(((delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(_driver, "cuCtxPopCurrent_v2"))(&popped));
        _buffer.Dispose();
    }

    private static void Check(int status)
    {
        if (status != 0) throw new InvalidOperationException($"the driver answered {status} to the flush.");
    }
}
