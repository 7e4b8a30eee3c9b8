using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cli;

/// <summary>Seeded tensors in the memory where a batch is timed.</summary>
internal sealed unsafe class BenchTensors(BenchMemory memory)
{
    /// <summary>Classes of the labels.</summary>
    internal const int Classes = 100;

    // A prime, so that no two images of a batch are alike.
    private const int Period = 1_000_003;

    internal TensorView New(ElementType type, params ReadOnlySpan<long> shape) => memory.Place(HostTensor.Allocate(type, shape));

    /// <summary>Floats, [rows,columns].</summary>
    internal TensorView Matrix(int rows, int columns)
    {
        HostTensor matrix = HostTensor.Allocate(ElementType.Float32, rows, columns);
        var random = new Random(1);
        foreach (ref float value in matrix.AsSpan<float>()) value = Draw(random);
        return memory.Place(matrix);
    }

    internal TensorView Labels(int n)
    {
        HostTensor labels = HostTensor.Allocate(ElementType.Int64, n);
        for (int i = 0; i < n; i++) labels.AsSpan<long>()[i] = i * 7L % Classes;
        return memory.Place(labels);
    }

    internal TensorView Images(BenchShape shape, ElementType type, bool isChannelsLast)
    {
        (int n, int c, int h, int w) = shape;
        HostTensor images = isChannelsLast
            ? HostTensor.AllocateChannelsLast(type, n, c, h, w)
            : HostTensor.Allocate(type, n, c, h, w);
        var random = new Random(1);
        var block = new byte[Period * type.Size()];
        if (type == ElementType.Float32)
            foreach (ref float value in MemoryMarshal.Cast<byte, float>(block.AsSpan())) value = Draw(random);
        else if (type == ElementType.Float16)
            foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(block.AsSpan())) value = (Half)Draw(random);
        else if (type == ElementType.BFloat16)
            foreach (ref ushort value in MemoryMarshal.Cast<byte, ushort>(block.AsSpan())) value = (ushort)(BitConverter.SingleToUInt32Bits(Draw(random)) >> 16);
        else random.NextBytes(block);
        byte* target = (byte*)images.View.Data;
        for (long left = shape.Length * type.Size(); left > 0; left -= block.Length, target += block.Length)
            Unsafe.CopyBlockUnaligned(ref *target, ref block[0], (uint)Math.Min(left, block.Length));
        return memory.Place(images);
    }

    private static float Draw(Random random) => (4 * random.NextSingle()) - 2;
}
