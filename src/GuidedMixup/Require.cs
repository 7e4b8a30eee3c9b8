using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GuidedMixup;

/// <summary>The rules that public calls hold their arguments to. Each throws an error that names argument, value and rule.</summary>
internal static class Require
{
    /// <summary>Smallest height and width: the 7-tap blur reflects 3 pixels without repeating the edge.</summary>
    private const int MinSide = 4;

    /// <summary>Largest H·W: pixel indices and scratch sizes stay within 32 bits.</summary>
    private const long MaxPixels = 1 << 30;

    internal static void Given(in TensorView view, string name)
    {
        if (view.IsEmpty) Fail(name, "no tensor is given.");
    }

    internal static void Type(in TensorView view, string name, params ReadOnlySpan<ElementType> allowed)
    {
        Given(view, name);
        foreach (ElementType type in allowed)
        {
            if (type == view.Type) return;
        }

        string list = "";
        foreach (ElementType type in allowed) list += (list.Length == 0 ? "" : " or ") + type;
        Fail(name, $"{view.Type} where {list} is needed.");
    }

    internal static void Rank(in TensorView view, string name, int rank, string shape)
    {
        Given(view, name);
        if (view.Rank != rank) Fail(name, $"shape [{TensorView.Join(view.Shape)}] where {shape} is needed.");
    }

    internal static void Shape(in TensorView view, string name, string shape, params ReadOnlySpan<long> sizes)
    {
        Given(view, name);
        if (!view.Shape.SequenceEqual(sizes))
            Fail(name, $"shape [{TensorView.Join(view.Shape)}] where {shape} = [{TensorView.Join(sizes)}] is needed.");
    }

    internal static void Contiguous(in TensorView view, string name)
    {
        if (!view.IsContiguous)
            Fail(name, $"strides [{TensorView.Join(view.Strides)}] where compact row-major is needed.");
    }

    /// <summary>A compact tensor of one type and shape, the form of most outputs.</summary>
    internal static void Compact(in TensorView view, string name, ElementType type, string shape, params ReadOnlySpan<long> sizes)
    {
        Type(view, name, type);
        Shape(view, name, shape, sizes);
        Contiguous(view, name);
    }

    internal static void Sides(long height, long width, string name)
    {
        if (height < MinSide || width < MinSide) Fail(name, $"{height}×{width} pixels; height and width are at least {MinSide}.");
        if (height * width > MaxPixels || height > MaxPixels || width > MaxPixels)
            Fail(name, $"{height}×{width} pixels; at most 2^30 are supported.");
    }

    /// <summary>Images [N,C,H,W] of any pixel type.</summary>
    internal static ImageBatch Images(in TensorView view, string name)
    {
        Type(view, name, ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8);
        Rank(view, name, 4, "[N,C,H,W]");
        Sides(view.Shape[2], view.Shape[3], name);
        if (view.Shape[0] > int.MaxValue || view.Shape[1] > int.MaxValue)
            Fail(name, $"shape [{TensorView.Join(view.Shape)}]; N and C are below 2^31.");
        return new ImageBatch(view);
    }

    /// <summary>Images of a float type, as gradients are.</summary>
    internal static ImageBatch Gradient(in TensorView view, string name)
    {
        Type(view, name, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        return Images(view, name);
    }

    /// <summary>Maps [N,H,W] of a float type, seen as images of one channel.</summary>
    internal static unsafe ImageBatch Maps(in TensorView view, string name)
    {
        Type(view, name, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        Rank(view, name, 3, "[N,H,W]");
        ReadOnlySpan<long> shape = view.Shape, strides = view.Strides;
        var images = new TensorView(
            view.Data, view.Type, [shape[0], 1, shape[1], shape[2]], [strides[0], 0, strides[1], strides[2]], view.Device);
        return Images(images, name);
    }

    /// <summary>N class or partner indices.</summary>
    internal static void Indices(in TensorView view, string name, long n)
    {
        Type(view, name, ElementType.Int32, ElementType.Int64);
        Shape(view, name, "[N]", n);
        Contiguous(view, name);
    }

    /// <summary>Indices in 0..limit−1, in memory the host can read.</summary>
    internal static void InRange(in TensorView view, string name, long limit)
    {
        for (long i = 0; i < view.Length; i++)
        {
            long value = IndexView.Read(view, i);
            if (value < 0 || value >= limit) Fail(name, $"{name}[{i}] is {value}; it is at least 0 and below {limit}.");
        }
    }

    /// <summary>An output may have any strides, but no two of its elements may share memory.</summary>
    internal static void Distinct(in TensorView view, string name)
    {
        if (view.IsContiguous) return;
        // Sorted by stride, each dimension must step over everything the smaller ones reach.
        long covered = 0, floor = 0;
        for (int seen = 0; seen < view.Rank; seen++)
        {
            long stride = long.MaxValue;
            int next = -1;
            for (int i = 0; i < view.Rank; i++)
            {
                // A size of 1 may have any stride, also one that has no absolute value.
                if (view.Shape[i] == 1) continue;
                long step = Math.Abs(view.Strides[i]);
                if (step < stride && (step > floor || (floor == 0 && step == 0)))
                {
                    stride = step;
                    next = i;
                }
            }

            if (next < 0) break;
            if (stride <= covered) Overlapping(view, name);
            covered += (view.Shape[next] - 1) * stride;
            floor = stride;
        }

        // Two dimensions of one stride were taken as one above: they overlap as well.
        for (int i = 0; i < view.Rank; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (view.Shape[i] > 1 && view.Shape[j] > 1 && Math.Abs(view.Strides[i]) == Math.Abs(view.Strides[j]))
                    Overlapping(view, name);
            }
        }
    }

    internal static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) Fail(name, $"{value} is no {typeof(T).Name}.");
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Fail(string name, string rule) => throw new ArgumentException($"{name}: {rule}", name);

    [DoesNotReturn]
    private static void Overlapping(in TensorView view, string name) =>
        Fail(name, $"strides [{TensorView.Join(view.Strides)}] make elements of an output share memory.");
}
