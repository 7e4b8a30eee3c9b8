using System;

namespace GuidedMixup.Interop.Cuda;

/// <summary>Page-locked host memory: copies between it and a device overlap with other work.</summary>
public sealed unsafe class CudaHostBuffer : CudaHandle
{
    private const uint Portable = 1;

    /// <summary>Allocates page-locked host memory.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="ordinal">The device whose context allocates it; every device may use it.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public CudaHostBuffer(long bytes, int ordinal = 0)
        : base(ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        nint pointer = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.MemHostAlloc(&pointer, (nuint)bytes, Portable), "cuMemHostAlloc", $"{bytes} bytes");
        SetHandle(pointer);
        Length = bytes;
    }

    /// <summary>The size in bytes.</summary>
    public long Length { get; }

    /// <summary>The host address.</summary>
    public void* Data => (void*)Live;

    /// <summary>The memory as elements of a type.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    public Span<T> AsSpan<T>()
        where T : unmanaged => new(Data, checked((int)(Length / sizeof(T))));

    private protected override CudaStatus Free(nint value) => Driver.MemFreeHost(value);
}
