using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GuidedMixup.Tests;

/// <summary>
/// A little-endian, C-order .npy file of float32 or int32, as the goldens are; shares no code with the command's own reader.
/// </summary>
public sealed partial class Npy
{
    private Npy(long[] shape, double[] values)
    {
        Shape = shape;
        Values = values;
    }

    public long[] Shape { get; }

    public double[] Values { get; }

    public static Npy Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || bytes[0] != 0x93 || Encoding.ASCII.GetString(bytes, 1, 5) != "NUMPY") throw new InvalidDataException(path);
        int start = bytes[6] == 1 ? 10 : 12;
        int length = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) : (int)BitConverter.ToUInt32(bytes, 8);
        string header = Encoding.ASCII.GetString(bytes, start, length);
        if (header.Contains("True", StringComparison.Ordinal)) throw new InvalidDataException($"{path}: Fortran order.");
        long[] shape = Shapes().Match(header).Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => long.Parse(size, CultureInfo.InvariantCulture))
            .ToArray();
        bool isFloat = header.Contains("<f4", StringComparison.Ordinal);
        if (!isFloat && !header.Contains("<i4", StringComparison.Ordinal)) throw new InvalidDataException($"{path}: {header}");
        ReadOnlySpan<byte> data = bytes.AsSpan(start + length);
        double[] values = isFloat
            ? Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), v => (double)v)
            : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(data).ToArray(), v => (double)v);
        if (values.Length != shape.Aggregate(1L, (a, b) => a * b)) throw new InvalidDataException($"{path}: {values.Length} values.");
        return new Npy(shape, values);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shapes();
}
