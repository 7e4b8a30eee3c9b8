using System;
using System.Linq;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>Tensors as the typed layer takes them, made of the shim's handles.</summary>
internal static class Tensors
{
    internal static torch.Tensor Floats(double[] values, params long[] shape) => Of(Handle.Floats(values, shape));

    internal static torch.Tensor Longs(params long[] values) => Of(Handle.Longs(values, values.Length));

    /// <summary>A sine of the place: no two images alike.</summary>
    internal static torch.Tensor Waves(params long[] shape) =>
        Floats([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => Math.Sin(i * 0.37))], shape);

    /// <summary>The handle becomes the tensor's.</summary>
    internal static torch.Tensor Of(Handle handle) => torch.Tensor.UnsafeCreateTensor(handle.Take());

    /// <summary>The values of a tensor of this shape, in row-major order.</summary>
    internal static double[] Values(torch.Tensor tensor, params long[] shape)
    {
        var handle = new Handle(tensor.Handle, (sbyte)tensor.dtype, shape);
        double[] values = handle.ToDoubles();
        GC.KeepAlive(tensor);
        return values;
    }
}
