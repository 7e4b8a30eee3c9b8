using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>
/// A view of somebody's memory, the same for host and device: pointer, element type, shape, strides, device, as in DLPack's
/// <c>DLTensor</c>. <c>default</c> means "not given". The memory must outlive the call it is passed to.
/// </summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Views are passed, not compared.")]
public readonly unsafe struct TensorView
{
    /// <summary>The largest rank a view can have.</summary>
    public const int MaxRank = 8;

    private readonly Extents _shape;
    private readonly Extents _strides;

    /// <summary>Views <paramref name="data"/> as a tensor.</summary>
    /// <param name="data">The first element; aligned to the element's size.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, each at least 1; at most <see cref="MaxRank"/> of them.</param>
    /// <param name="strides">The steps between neighbours, in elements; empty for compact row-major (C order).</param>
    /// <param name="device">Where the memory lies; the host by default.</param>
    /// <exception cref="ArgumentException">A null or misaligned pointer, an unknown type, a bad or overflowing size.</exception>
    public TensorView(
        void* data, ElementType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides = default, Device device = default)
    {
        if (data == null) throw new ArgumentException("the pointer is null.", nameof(data));
        if (!Enum.IsDefined(type)) throw new ArgumentException($"{(int)type} is no element type.", nameof(type));
        if ((nuint)data % (nuint)type.Size() != 0)
            throw new ArgumentException($"0x{(nuint)data:x} is not aligned to the {type.Size()} bytes of a {type}.", nameof(data));
        if (shape.Length > MaxRank)
            throw new ArgumentException($"rank {shape.Length} is above {MaxRank}.", nameof(shape));
        if (!strides.IsEmpty && strides.Length != shape.Length)
            throw new ArgumentException($"{strides.Length} strides for {shape.Length} sizes.", nameof(strides));

        Data = data;
        Type = type;
        Device = device;
        Rank = shape.Length;
        Int128 count = 1, low = 0, high = 0;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] < 1) throw new ArgumentException($"shape[{i}] is {shape[i]}; every size is at least 1.", nameof(shape));
            _shape[i] = shape[i];
            // Past the 64 bits only where the check below throws.
            _strides[i] = strides.IsEmpty ? (long)UInt128.Min((UInt128)count, long.MaxValue) : strides[i];
            Int128 reach = (Int128)(shape[i] - 1) * _strides[i];
            if (reach > 0) high += reach;
            else low += reach;
            count *= shape[i];
            if (count > long.MaxValue / 8 || high > long.MaxValue / 8 || low < long.MinValue / 8)
                throw new ArgumentException($"the sizes [{Join(shape)}] overflow the address space.", nameof(shape));
        }

        Length = (long)count;
        LowOffset = (long)low;
        HighOffset = (long)high;
    }

    private TensorView(in TensorView view, object owner)
    {
        this = view;
        Owner = owner;
    }

    /// <summary>The first element's address.</summary>
    public void* Data { get; }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>Where the memory lies.</summary>
    public Device Device { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank { get; }

    /// <summary>The number of elements; 1 for rank 0, 0 for <c>default</c>.</summary>
    public long Length { get; }

    /// <summary>True for <c>default</c>: no tensor was given.</summary>
    public bool IsEmpty => Data == null;

    /// <summary>The sizes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<long> Shape => ((ReadOnlySpan<long>)_shape)[..Rank];

    /// <summary>The steps between neighbours, in elements.</summary>
    [UnscopedRef]
    public ReadOnlySpan<long> Strides => ((ReadOnlySpan<long>)_strides)[..Rank];

    /// <summary>Keeps the memory's owner from collection while a view of it lives; null where the caller owns a bare pointer.</summary>
    internal object? Owner { get; }

    /// <summary>The lowest element's offset from <see cref="Data"/>, in elements (negative strides).</summary>
    internal long LowOffset { get; }

    /// <summary>The highest element's offset from <see cref="Data"/>, in elements.</summary>
    internal long HighOffset { get; }

    /// <summary>True where the elements lie without gaps in row-major order; a size of 1 may have any stride.</summary>
    internal bool IsContiguous
    {
        get
        {
            long step = 1;
            for (int i = Rank - 1; i >= 0; i--)
            {
                if (_shape[i] != 1 && _strides[i] != step) return false;
                step *= _shape[i];
            }

            return true;
        }
    }

    /// <summary>Images in channels-last memory (N×H×W×C), seen as N×C×H×W.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="type">The element type.</param>
    /// <param name="n">Images.</param>
    /// <param name="c">Channels.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="device">Where the memory lies.</param>
    public static TensorView ChannelsLast(void* data, ElementType type, long n, long c, long h, long w, Device device = default)
    {
        // The compact constructor checks the sizes, so that the products below cannot overflow.
        _ = new TensorView(data, type, [n, h, w, c], default, device);
        return new TensorView(data, type, [n, c, h, w], [h * w * c, 1, w * c, c], device);
    }

    /// <summary>
    /// Views memory that the CUDA driver knows, on the device where it says the memory lies: that of any framework that hands out its
    /// address. A call finds the memory's context in the same way, and runs there.
    /// </summary>
    /// <param name="data">The first element: device, managed or page-locked host memory.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, each at least 1; at most <see cref="MaxRank"/> of them.</param>
    /// <param name="strides">The steps between neighbours, in elements; empty for compact row-major (C order).</param>
    /// <exception cref="ArgumentException">An address that the driver does not know; or what the constructor refuses.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    public static TensorView OnDevice(void* data, ElementType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides = default)
    {
        // The constructor looks at the pointer and the sizes before the driver is asked.
        _ = new TensorView(data, type, shape, strides);
        return new TensorView(data, type, shape, strides, Cuda.PointerDevice.Of(data, nameof(data)));
    }

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "none" : $"{Type}[{Join(Shape)}] on {Device}";

    internal static string Join(ReadOnlySpan<long> values)
    {
        string text = "";
        foreach (long value in values) text += (text.Length == 0 ? "" : ",") + value.ToString(CultureInfo.InvariantCulture);
        return text;
    }

    internal TensorView OwnedBy(object owner) => new(this, owner);

    [InlineArray(MaxRank)]
    private struct Extents
    {
        private long _first;
    }
}
