using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>Arrays as numpy.save writes them. Any integer or float type, byte order and memory order is read.</summary>
internal static unsafe class Npy
{
    private const int Chunk = 1 << 20;

    /// <summary>Reads the file as <paramref name="type"/>: Float32 from any float, Int64 from any integer, UInt8 from bytes.</summary>
    internal static HostTensor Read(string path, ElementType type)
    {
        using FileStream file = Open(path);
        NpyHeader header = NpyHeader.Read(file, path);
        (bool fits, string needed) = type switch
        {
            ElementType.Float32 => (header.Kind == 'f', "float32"),
            ElementType.Int64 => (header.Kind is 'i' or 'u', "int32 or int64"),
            _ => (header.Kind == 'u' && header.ElementSize == 1, "uint8"),
        };
        if (!fits) throw new InputException($"{path}: its elements are {header.Type} where {needed} is needed.");
        MemoryBudget.Demand(header.Length * type.Size() * (header.IsFortran ? 2 : 1), path);
        HostTensor tensor = HostTensor.Allocate(type, header.Shape);
        try
        {
            Fill(file, header, (byte*)tensor.View.Data, type.Size());
            return header.IsFortran ? Transpose(tensor, header.Shape) : tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>What the file holds, without its elements.</summary>
    internal static NpyHeader Peek(string path)
    {
        using FileStream file = Open(path);
        return NpyHeader.Read(file, path);
    }

    /// <summary>Writes a compact tensor: little-endian, C order.</summary>
    internal static void Write(Stream stream, in TensorView tensor)
    {
        string descr = tensor.Type switch
        {
            ElementType.Float32 => "<f4",
            ElementType.Int32 => "<i4",
            ElementType.Int64 => "<i8",
            ElementType.UInt8 => "|u1",
            _ => throw new ArgumentException($"{tensor.Type} has no .npy type here.", nameof(tensor)),
        };
        string shape = string.Join(", ", tensor.Shape.ToArray()) + (tensor.Rank == 1 ? "," : "");
        string text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}";
        // numpy aligns the elements to 64 bytes.
        int length = ((10 + text.Length + 1 + 63) / 64 * 64) - 10;
        stream.Write(NpyHeader.Magic);
        stream.Write([1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n"));
        long bytes = tensor.Length * tensor.Type.Size();
        for (long at = 0; at < bytes; at += Chunk)
            stream.Write(new ReadOnlySpan<byte>((byte*)tensor.Data + at, (int)Math.Min(Chunk, bytes - at)));
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: a folder where an .npy file is needed.");
        if (!File.Exists(path)) throw new InputException($"{path}: no such file.");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
    }

    private static void Fill(FileStream file, NpyHeader header, byte* target, int targetSize)
    {
        int size = header.ElementSize;
        byte[] chunk = new byte[Chunk];
        file.Position = header.Offset;
        for (long done = 0; done < header.Length;)
        {
            int count = (int)Math.Min(Chunk / size, header.Length - done);
            Span<byte> bytes = chunk.AsSpan(0, count * size);
            file.ReadExactly(bytes);
            if (header.IsBigEndian && size > 1)
                for (int i = 0; i < count; i++) bytes.Slice(i * size, size).Reverse();
            Convert(bytes, header.Kind, size, new Span<byte>(target + (done * targetSize), count * targetSize));
            done += count;
        }
    }

    private static void Convert(ReadOnlySpan<byte> from, char kind, int size, Span<byte> to)
    {
        if (kind == 'f')
        {
            if (size == 2) Widen(As<Half>(from), As<float>(to), value => (float)value);
            else if (size == 8) Widen(As<double>(from), As<float>(to), value => (float)value);
            else from.CopyTo(to);
        }
        else if (to.Length == from.Length)
        {
            // Bytes, and 64-bit integers; of those the unsigned ones past 2^63 come out negative and are refused as out of range.
            from.CopyTo(to);
        }
        else if (kind == 'i')
        {
            if (size == 1) Widen(As<sbyte>(from), As<long>(to), value => value);
            else if (size == 2) Widen(As<short>(from), As<long>(to), value => value);
            else Widen(As<int>(from), As<long>(to), value => value);
        }
        else
        {
            if (size == 1) Widen(from, As<long>(to), value => value);
            else if (size == 2) Widen(As<ushort>(from), As<long>(to), value => value);
            else Widen(As<uint>(from), As<long>(to), value => value);
        }
    }

    private static ReadOnlySpan<T> As<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static Span<T> As<T>(Span<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static void Widen<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < from.Length; i++) to[i] = convert(from[i]);
    }

    /// <summary>Elements in column-major order to row-major.</summary>
    private static HostTensor Transpose(HostTensor columns, long[] shape)
    {
        using (columns)
        {
            HostTensor rows = HostTensor.Allocate(columns.View.Type, shape);
            int size = columns.View.Type.Size();
            byte* from = (byte*)columns.View.Data, to = (byte*)rows.View.Data;
            long[] index = new long[shape.Length];
            for (long i = 0; i < rows.View.Length; i++)
            {
                long at = 0;
                for (int d = shape.Length - 1; d >= 0; d--) at = (at * shape[d]) + index[d];
                Unsafe.CopyBlockUnaligned(to + (i * size), from + (at * size), (uint)size);
                for (int d = shape.Length - 1; d >= 0 && ++index[d] == shape[d]; d--) index[d] = 0;
            }

            return rows;
        }
    }
}
