using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

namespace GuidedMixup.Cli;

/// <summary>What the header of an .npy file says, held against the length of the file before anything is allocated.</summary>
internal sealed partial class NpyHeader
{
    private const int MaxHeader = 1 << 16;

    private NpyHeader(char order, char kind, int size, bool isFortran, long[] shape, long length, long offset)
    {
        (IsBigEndian, Kind, ElementSize) = (order == '>', kind, size);
        (IsFortran, Shape, Length, Offset) = (isFortran, shape, length, offset);
    }

    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal bool IsBigEndian { get; }

    /// <summary>f, i, u or b, as numpy names them.</summary>
    internal char Kind { get; }

    internal int ElementSize { get; }

    internal bool IsFortran { get; }

    internal long[] Shape { get; }

    /// <summary>The number of elements.</summary>
    internal long Length { get; }

    /// <summary>Where the elements begin.</summary>
    internal long Offset { get; }

    internal string Type => $"{(ElementSize == 1 ? '|' : IsBigEndian ? '>' : '<')}{Kind}{ElementSize}";

    internal static NpyHeader Read(Stream file, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int read = file.ReadAtLeast(start, 12, throwOnEndOfStream: false);
        if (read == 0) throw Bad(name, "it is empty (zero bytes)");
        if (read < 12 || !start.StartsWith(Magic)) throw Bad(name, "it does not begin as numpy.save writes it (wrong type or truncated)");
        if (start[6] is < 1 or > 3) throw Bad(name, $"its format version is {start[6]}.{start[7]}; 1.0 to 3.0 are known");
        long offset = start[6] == 1 ? 10 : 12;
        long length = start[6] == 1 ? start[8] | (start[9] << 8) : BitConverter.ToUInt32(start[8..]);
        if (length > MaxHeader || offset + length > file.Length)
            throw Bad(name, $"its header claims {length} bytes in a file of {file.Length} (truncated or corrupt)");
        file.Position = offset;
        byte[] text = new byte[length];
        file.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), offset + length, file.Length, name);
    }

    private static NpyHeader Parse(string text, long offset, long fileLength, string name)
    {
        Match descr = Descr().Match(text), order = Order().Match(text), shape = Extents().Match(text);
        if (!descr.Success || !order.Success || !shape.Success)
            throw Bad(name, "its header has no plain 'descr', 'fortran_order' and 'shape' (structured, or corrupt)");
        (char byteOrder, char kind) = (descr.Groups[1].Value[0], descr.Groups[2].Value[0]);
        int size = int.Parse(descr.Groups[3].Value, CultureInfo.InvariantCulture);
        bool isNumber = kind switch { 'f' => size is 2 or 4 or 8, 'i' or 'u' => size is 1 or 2 or 4 or 8, 'b' => size == 1, _ => false };
        if (!isNumber)
            throw Bad(name, $"its elements are {descr.Groups[1].Value}{kind}{size}; plain integers and floats of up to 64 bits are read");

        string[] parts = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > TensorView.MaxRank) throw Bad(name, $"it has {parts.Length} dimensions; at most {TensorView.MaxRank} are read");
        long[] sizes = new long[parts.Length];
        Int128 count = 1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]))
                throw Bad(name, $"its shape has the size '{parts[i]}'");
            if (sizes[i] == 0)
                throw new InputException($"{name}: shape [{string.Join(',', sizes)}] holds nothing; every size is at least 1.");
            // Stop at the first product past any file: eight 63-bit sizes would overflow even this.
            count *= sizes[i];
            if (count > long.MaxValue) break;
        }

        Int128 bytes = count * size;
        if (bytes != fileLength - offset)
        {
            string claim = count > long.MaxValue ? "more than 2^63" : $"{bytes}";
            throw Bad(name, $"its header claims {claim} bytes of elements where {fileLength - offset} follow (truncated or corrupt)");
        }

        return new NpyHeader(byteOrder, kind, size, order.Groups[1].Value == "True", sizes, (long)count, offset);
    }

    private static InputException Bad(string name, string fault) => new($"{name}: not a readable .npy file: {fault}.");

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d{1,4})'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9,\s]*)\)")]
    private static partial Regex Extents();
}
