using System;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>Device memory for those who have no framework; 256-byte aligned, not cleared.</summary>
/// <remarks>Dispose of it after the work that uses it is done; a <c>TensorView</c> of it does not keep it from collection.</remarks>
public sealed unsafe class CudaBuffer : CudaHandle
{
    /// <summary>Allocates device memory.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="ordinal">The device.</param>
    /// <exception cref="CudaException">The driver refused; out of memory, for instance.</exception>
    public CudaBuffer(long bytes, int ordinal = 0)
        : base(ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        nint pointer = 0;
        using var scope = new ContextScope(Context);
        Check.Success(Driver.MemAlloc(&pointer, (nuint)bytes), "cuMemAlloc", $"{bytes} bytes");
        SetHandle(pointer);
        Length = bytes;
    }

    /// <summary>The size in bytes.</summary>
    public long Length { get; }

    /// <summary>The device address.</summary>
    public void* Data => (void*)Live;

    /// <summary>Copies host memory in. Asynchronous only where the host memory is page-locked (<see cref="CudaHostBuffer"/>).</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="source">At most as many bytes as the buffer has; must stay as it is until the copy is done.</param>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void Write<T>(ReadOnlySpan<T> source, CudaStream stream)
        where T : unmanaged
    {
        long bytes = Checked(source.Length, sizeof(T));
        ArgumentNullException.ThrowIfNull(stream);
        using var scope = new ContextScope(Context);
        fixed (T* from = source)
            Check.Success(Driver.MemcpyHtoDAsync(Live, from, (nuint)bytes, stream.Value), "cuMemcpyHtoDAsync");
    }

    /// <summary>Copies into host memory; it holds the bytes once the stream got there.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="target">At most as many bytes as the buffer has; pinned by the caller where the copy outlasts this call.</param>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void Read<T>(Span<T> target, CudaStream stream)
        where T : unmanaged
    {
        long bytes = Checked(target.Length, sizeof(T));
        ArgumentNullException.ThrowIfNull(stream);
        using var scope = new ContextScope(Context);
        fixed (T* to = target)
            Check.Success(Driver.MemcpyDtoHAsync(to, Live, (nuint)bytes, stream.Value), "cuMemcpyDtoHAsync");
    }

    /// <summary>Copies the whole buffer into another on the same device.</summary>
    /// <param name="target">At least as long.</param>
    /// <param name="stream">The stream.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    public void CopyTo(CudaBuffer target, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, Length, nameof(target));
        using var scope = new ContextScope(Context);
        Check.Success(Driver.MemcpyDtoDAsync(target.Live, Live, (nuint)Length, stream.Value), "cuMemcpyDtoDAsync");
    }

    private protected override CudaStatus Free(nint value) => Driver.MemFree(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Checked(int count, int size)
    {
        long bytes = (long)count * size;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Length);
        return bytes;
    }
}
