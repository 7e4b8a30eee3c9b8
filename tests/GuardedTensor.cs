using System;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>
/// Native memory for one tensor, with guard bands at both ends. Everything starts as NaN: the elements (0xFF bytes), the guard bands
/// and the gaps of a strided layout (alternating 0xFE and 0xFF), so that a read outside the tensor spoils the result and a write shows.
/// </summary>
public sealed unsafe class GuardedTensor : IDisposable
{
    private const int GuardBytes = 256;
    private const int Alignment = 64;
    private readonly byte* _memory;
    private readonly int _bytes;
    private readonly bool[] _isElement;
    private readonly byte[] _frozen;
    private bool _isFrozen;

    /// <summary>
    /// A tensor of the given shape, strides in elements, its first element <paramref name="offset"/> elements into the memory.
    /// </summary>
    public GuardedTensor(ElementType type, long[] shape, long[] strides, long offset = 0)
    {
        Type = type;
        Shape = (long[])shape.Clone();
        Strides = (long[])strides.Clone();
        Length = 1;
        long reach = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            Length *= shape[i];
            reach += (shape[i] - 1) * strides[i];
        }

        int size = type.Size();
        _bytes = (2 * GuardBytes) + ((int)(reach + 1) * size);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_bytes, Alignment);
        _isElement = new bool[_bytes];
        _frozen = new byte[_bytes];
        Data = _memory + GuardBytes + (offset * size);
        for (int i = 0; i < _bytes; i++) _memory[i] = Guard(i);
        for (long i = 0; i < Length; i++)
        {
            byte* element = Address(i);
            new Span<byte>(element, size).Fill(0xFF);
            _isElement.AsSpan((int)(element - _memory), size).Fill(true);
        }
    }

    ~GuardedTensor() => NativeMemory.AlignedFree(_memory);

    public ElementType Type { get; }

    public long[] Shape { get; }

    public long[] Strides { get; }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    public byte* Data { get; }

    /// <summary>The whole memory, guard bands and all.</summary>
    public Span<byte> Memory => new(_memory, _bytes);

    /// <summary>Where the first element lies in <see cref="Memory"/>.</summary>
    public int DataOffset => (int)(Data - _memory);

    public bool IsDisposed { get; private set; }

    /// <summary>The view to pass to a stage.</summary>
    public TensorView View => new(Data, Type, Shape, Strides);

    /// <summary>Element <paramref name="i"/> in logical row-major order, whatever the layout; writing rounds to the element type.</summary>
    public double this[long i]
    {
        get => ElementBits.Read(Address(i), Type);
        set => ElementBits.Write(Address(i), Type, value);
    }

    /// <summary>A compact tensor, poisoned; the form of most outputs.</summary>
    public static GuardedTensor Compact(ElementType type, params long[] shape) => new(type, shape, Steps(shape));

    /// <summary>A compact tensor that holds <paramref name="values"/>, frozen; the form of most inputs.</summary>
    public static GuardedTensor Holding(ElementType type, double[] values, params long[] shape)
    {
        var tensor = Compact(type, shape);
        tensor.Fill(values);
        tensor.Freeze();
        return tensor;
    }

    /// <summary>Images [N,C,H,W], or maps [N,H,W], in one of the layouts, poisoned.</summary>
    public static GuardedTensor Create(ElementType type, BatchLayout layout, params long[] shape)
    {
        long h = shape[^2], w = shape[^1], c = shape.Length == 4 ? shape[1] : 1;
        (long n, long channel, long row, long pixel, long offset) = layout switch
        {
            BatchLayout.Nhwc => (h * w * c, 1L, w * c, c, 0L),
            BatchLayout.Crop => ((c * (h + 2) * (w + 5)) + 3, (h + 2) * (w + 5), w + 5, 1L, 3L),
            BatchLayout.Columns => (c * h * 2 * w, h * 2 * w, 2 * w, 2L, 1L),
            _ => (c * h * w, h * w, w, 1L, 0L),
        };
        return new GuardedTensor(type, shape, shape.Length == 4 ? [n, channel, row, pixel] : [n, row, pixel], offset);
    }

    /// <summary>Sets every element, in logical row-major order, rounded to the element type.</summary>
    public void Fill(ReadOnlySpan<double> values)
    {
        if (values.Length != Length) throw new ArgumentException($"{values.Length} values for {Length} elements.", nameof(values));
        for (int i = 0; i < values.Length; i++) this[i] = values[i];
    }

    /// <summary>Every element in logical row-major order.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Length];
        for (long i = 0; i < Length; i++) values[i] = this[i];
        return values;
    }

    /// <summary>The bytes of every element, in logical row-major order: equal bytes, equal bits.</summary>
    public byte[] ToBytes()
    {
        int size = Type.Size();
        var bytes = new byte[Length * size];
        for (long i = 0; i < Length; i++) new ReadOnlySpan<byte>(Address(i), size).CopyTo(bytes.AsSpan((int)i * size));
        return bytes;
    }

    /// <summary>Poisons every element again, for a second call into the same memory.</summary>
    public void Poison()
    {
        for (long i = 0; i < Length; i++) new Span<byte>(Address(i), Type.Size()).Fill(0xFF);
    }

    /// <summary>Remembers the memory as it is: from now on <see cref="AssertIntact"/> demands that no byte of it has changed.</summary>
    public void Freeze()
    {
        new ReadOnlySpan<byte>(_memory, _bytes).CopyTo(_frozen);
        _isFrozen = true;
    }

    /// <summary>Fails where a guard band or a gap was written, or, once frozen, an element.</summary>
    public void AssertIntact(string what)
    {
        for (int i = 0; i < _bytes; i++)
        {
            bool isWritten = _isElement[i] ? _isFrozen && _memory[i] != _frozen[i] : _memory[i] != Guard(i);
            if (!isWritten) continue;
            long place = (_memory + i - Data) / Type.Size();
            Assert.Fail($"{what}: the call wrote to {(_isElement[i] ? "an input" : "memory outside the tensor")}, at element {place}.");
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        NativeMemory.AlignedFree(_memory);
        GC.SuppressFinalize(this);
    }

    private static byte Guard(int i) => (byte)(0xFE | (i & 1));

    private static long[] Steps(long[] shape)
    {
        var steps = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            steps[i] = step;
            step *= shape[i];
        }

        return steps;
    }

    private byte* Address(long i)
    {
        long place = 0;
        for (int d = Shape.Length - 1; d >= 0; d--)
        {
            place += i % Shape[d] * Strides[d];
            i /= Shape[d];
        }

        return Data + (place * Type.Size());
    }
}
