using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>What the shim's CUDA tensors are made of: memory of the emulated driver, in the primary context, as torch's is.</summary>
internal static unsafe class DeviceMemory
{
    private static readonly Dictionary<nint, CudaBuffer> Buffers = [];

    internal static int Count => Buffers.Count;

    internal static void Offer() => Shim.ShimCudaMemory(&Allocate, &Free);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Allocate(long bytes)
    {
        CudaBuffer buffer;
        try
        {
            buffer = new CudaBuffer(bytes);
        }
        catch (CudaException)
        {
            // No exception crosses into the shim, which says that there is no memory.
            return null;
        }

        lock (Buffers) Buffers.Add((nint)buffer.Data, buffer);
        // Poison: what nobody writes is not taken for a result. The emulated device's memory can be written here.
        new Span<byte>(buffer.Data, checked((int)bytes)).Fill(0xff);
        return buffer.Data;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(void* data)
    {
        CudaBuffer buffer;
        lock (Buffers)
        {
            buffer = Buffers[(nint)data];
            Buffers.Remove((nint)data);
        }

        buffer.Dispose();
    }
}
