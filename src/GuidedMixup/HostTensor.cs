using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>Host memory for those who bring none: 64-byte aligned native memory, or a pinned <see cref="Memory{T}"/> of the caller.</summary>
/// <remarks>A <see cref="TensorView"/> taken from it keeps it from being collected, not from being disposed.</remarks>
public sealed unsafe class HostTensor : IDisposable
{
    private const nuint Alignment = 64;
    private readonly TensorView _view;
    private MemoryHandle _pin;
    private void* _native;
    private bool _disposed;

    private HostTensor(TensorView view, void* native, MemoryHandle pin)
    {
        _view = view.OwnedBy(this);
        _native = native;
        _pin = pin;
    }

    /// <summary>Frees the memory of a tensor that was never disposed.</summary>
    ~HostTensor() => Release();

    /// <summary>The view to pass to a stage.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public TensorView View
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _view;
        }
    }

    /// <summary>Allocates zeroed, compact row-major memory.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, each at least 1.</param>
    public static HostTensor Allocate(ElementType type, params ReadOnlySpan<long> shape)
    {
        // A dummy address lets the view check the sizes before anything is allocated.
        long length = new TensorView((void*)Alignment, type, shape).Length;
        void* data = AllocateBytes(length, type);
        return new HostTensor(new TensorView(data, type, shape), data, default);
    }

    /// <summary>Allocates zeroed images in channels-last memory (N×H×W×C), seen as N×C×H×W.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="n">Images.</param>
    /// <param name="c">Channels.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    public static HostTensor AllocateChannelsLast(ElementType type, long n, long c, long h, long w)
    {
        long length = TensorView.ChannelsLast((void*)Alignment, type, n, c, h, w).Length;
        void* data = AllocateBytes(length, type);
        return new HostTensor(TensorView.ChannelsLast(data, type, n, c, h, w), data, default);
    }

    /// <summary>Pins the caller's memory, without a copy, until disposed.</summary>
    /// <typeparam name="T">float, Half, byte, int or long; ushort is read as bfloat16.</typeparam>
    /// <param name="memory">Compact row-major elements; as many as the shape holds.</param>
    /// <param name="shape">The sizes, each at least 1.</param>
    /// <exception cref="ArgumentException">Another type, or a length that is not the shape's.</exception>
    public static HostTensor Pin<T>(Memory<T> memory, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ElementType type = default(T) switch
        {
            float => ElementType.Float32,
            Half => ElementType.Float16,
            ushort => ElementType.BFloat16,
            byte => ElementType.UInt8,
            int => ElementType.Int32,
            long => ElementType.Int64,
            _ => throw new ArgumentException($"{typeof(T).Name} is no element type.", nameof(memory)),
        };
        long length = new TensorView((void*)Alignment, type, shape).Length;
        if (memory.Length != length)
            throw new ArgumentException($"{memory.Length} elements for the shape [{TensorView.Join(shape)}].", nameof(memory));
        MemoryHandle pin = memory.Pin();
        return new HostTensor(new TensorView(pin.Pointer, type, shape), null, pin);
    }

    /// <summary>The elements in memory order (for channels-last images N×H×W×C).</summary>
    /// <typeparam name="T">A type of the element's size.</typeparam>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        TensorView view = View;
        if (Unsafe.SizeOf<T>() != view.Type.Size())
            throw new ArgumentException($"{typeof(T).Name} has not the {view.Type.Size()} bytes of a {view.Type}.", nameof(T));
        return new Span<T>(view.Data, checked((int)view.Length));
    }

    /// <summary>Frees or unpins the memory; views taken before must no longer be used.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private static void* AllocateBytes(long length, ElementType type)
    {
        nuint bytes = checked((nuint)length * (nuint)type.Size());
        void* data = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(data, bytes);
        return data;
    }

    private void Release()
    {
        _disposed = true;
        NativeMemory.AlignedFree(_native);
        _native = null;
        _pin.Dispose();
    }
}
