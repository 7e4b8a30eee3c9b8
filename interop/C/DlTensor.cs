using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>DLPack's <c>DLTensor</c>: 48 bytes, borrowed for a call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct DlTensor
{
    // Beyond what any processor or GPU addresses.
    private const ulong AddressSpace = 1UL << 57;
    private const byte Int = 0, UInt = 1, Float = 2, BFloat = 4, Bool = 6;

    private readonly byte* _data;
    private readonly DlDevice _device;
    private readonly int _rank;
    private readonly byte _code;
    private readonly byte _bits;
    private readonly ushort _lanes;
    private readonly long* _shape;
    private readonly long* _strides;
    private readonly ulong _byteOffset;

    /// <summary>The view of a tensor; <c>default</c> for NULL.</summary>
    /// <param name="tensor">The caller's struct, or null.</param>
    /// <param name="name">The argument, for errors.</param>
    internal static TensorView View(DlTensor* tensor, string name) => tensor == null ? default : tensor->View(name, isSubset: false);

    /// <summary>The same for a subset, which may be of truth values: they are bytes of 0 and 1.</summary>
    internal static TensorView Subset(DlTensor* tensor, string name) => tensor == null ? default : tensor->View(name, isSubset: true);

    private TensorView View(string name, bool isSubset)
    {
        ElementType type = Type(name, isSubset);
        Device device = _device.Check(name);
        if (_rank is < 0 or > TensorView.MaxRank) throw Fault.Of(name, $"ndim is {_rank}; it is at least 0 and at most {TensorView.MaxRank}.");
        if (_rank > 0 && _shape == null) throw Fault.Of(name, $"shape is NULL while ndim is {_rank}.");
        if (_data == null) throw Fault.Of(name, "data is NULL.");
        if (_byteOffset >= AddressSpace || (ulong)_data + _byteOffset >= AddressSpace)
            throw Fault.Of(name, $"byte_offset is {_byteOffset}, beyond the address space.");
        var strides = _strides == null ? default : new ReadOnlySpan<long>(_strides, _rank);
        try
        {
            return new TensorView(_data + _byteOffset, type, new ReadOnlySpan<long>(_shape, _rank), strides, device);
        }
        catch (ArgumentException error)
        {
            throw Fault.Of(name, Fault.Text(error));
        }
    }

    private ElementType Type(string name, bool isSubset) => (_lanes, _code, _bits) switch
    {
        (1, Float, 32) => ElementType.Float32,
        (1, Float, 16) => ElementType.Float16,
        (1, BFloat, 16) => ElementType.BFloat16,
        (1, UInt, 8) => ElementType.UInt8,
        (1, Int, 32) => ElementType.Int32,
        (1, Int, 64) => ElementType.Int64,
        (1, Bool, 8) when isSubset => ElementType.UInt8,
        _ => throw Fault.Of(
            name, $"dtype {{code {_code}, bits {_bits}, lanes {_lanes}}}; float32, float16, bfloat16, uint8, int32 and int64 are taken, in 1 lane."),
    };
}
