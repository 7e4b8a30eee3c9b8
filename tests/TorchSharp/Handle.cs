using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>A handle of a tensor that torch made, disposed of with this.</summary>
internal sealed unsafe class Handle : IDisposable
{
    private readonly long[] _shape;
    private readonly sbyte _type;

    internal Handle(nint value, sbyte type, params long[] shape)
    {
        if (value == 0) throw new InvalidOperationException(Marshal.PtrToStringUTF8(Shim.THSTorch_get_and_reset_last_err()));
        Value = value;
        _type = type;
        _shape = shape;
    }

    internal const sbyte UInt8 = 0, Int32 = 3, Int64 = 4, Float16 = 5, Float32 = 6, Float64 = 7, BFloat16 = 15;

    internal nint Value { get; private set; }

    internal long[] Shape => _shape;

    internal sbyte Type => _type;

    public static implicit operator nint(Handle handle) => handle.Value;

    internal static Handle Empty(sbyte type, params long[] shape)
    {
        fixed (long* sizes = shape) return new Handle(Shim.THSTensor_empty(sizes, shape.Length, type, 0, -1, false), type, shape);
    }

    internal static Handle EmptyStrided(sbyte type, long[] shape, long[] strides)
    {
        fixed (long* sizes = shape, steps = strides)
            return new Handle(Shim.THSTensor_empty_strided(sizes, shape.Length, steps, strides.Length, type, 0, -1, false), type, shape);
    }

    internal static Handle Floats(double[] values, params long[] shape)
    {
        Handle handle = Empty(Float32, shape);
        var memory = new Span<float>(Shim.THSTensor_data(handle), values.Length);
        for (int i = 0; i < values.Length; i++) memory[i] = (float)values[i];
        return handle;
    }

    internal static Handle Longs(long[] values, params long[] shape)
    {
        Handle handle = Empty(Int64, shape);
        values.CopyTo(new Span<long>(Shim.THSTensor_data(handle), values.Length));
        return handle;
    }

    /// <summary>The same values as another type, rounded by torch.</summary>
    internal Handle To(sbyte type) => new(Shim.ShimTo(Value, type), type, _shape);

    internal Handle ChannelsLast() => new(Shim.ShimChannelsLast(Value), _type, _shape);

    /// <summary>A view of this tensor's memory.</summary>
    internal Handle Narrow(int dim, long start, long length)
    {
        long[] shape = [.. _shape];
        shape[dim] = length;
        return new Handle(Shim.ShimNarrow(Value, dim, start, length), _type, shape);
    }

    /// <summary>Another tensor of this one's shape and strides.</summary>
    internal Handle EmptyLike() => EmptyStrided(_type, _shape, [.. Enumerable.Range(0, _shape.Length).Select(i => Shim.THSTensor_stride(Value, i))]);

    internal Handle Gradient() => new(Shim.THSTensor_grad(Value), _type, _shape);

    /// <summary>The values in row-major order, whatever the memory's.</summary>
    internal double[] ToDoubles()
    {
        using Handle plain = _type is Float16 or BFloat16 ? To(Float32) : new Handle(Shim.ShimNarrow(Value, 0, 0, _shape[0]), _type, _shape);
        void* data = Shim.THSTensor_data(plain);
        long[] strides = [.. Enumerable.Range(0, _shape.Length).Select(i => Shim.THSTensor_stride(plain, i))];
        var values = new double[_shape.Aggregate(1L, (a, b) => a * b)];
        for (long i = 0; i < values.Length; i++)
        {
            long at = 0, rest = i;
            for (int d = _shape.Length - 1; d >= 0; d--)
            {
                at += rest % _shape[d] * strides[d];
                rest /= _shape[d];
            }

            values[i] = _type switch
            {
                UInt8 => ((byte*)data)[at],
                Int32 => ((int*)data)[at],
                Int64 => ((long*)data)[at],
                Float64 => ((double*)data)[at],
                _ => ((float*)data)[at],
            };
        }

        return values;
    }

    /// <summary>The value, now somebody else's to give back.</summary>
    internal nint Take()
    {
        nint value = Value;
        Value = 0;
        return value;
    }

    public void Dispose()
    {
        if (Value != 0) Shim.THSTensor_dispose(Value);
        Value = 0;
    }
}
