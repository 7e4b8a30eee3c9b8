using System;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static DisposeScope NewDisposeScope() => new();

    public static Tensor empty(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        fixed (long* sizes = size)
        {
            return Native.Own(
                Native.THSTensor_empty(sizes, size.Length, (sbyte)(dtype ?? ScalarType.Float32), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1, requires_grad));
        }
    }

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty((ReadOnlySpan<long>)size, dtype, device, requires_grad, names);

    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty([size], dtype, device, requires_grad, names);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        device ??= input.device;
        return Native.Own(Native.THSTensor_empty_like(input.Handle, (sbyte)(dtype ?? input.dtype), (int)device.type, device.index, requires_grad));
    }
}
