using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cli;

/// <summary>PNG pictures. Reads every colour type and bit depth that is not interlaced; writes 8 bits a sample.</summary>
/// <remarks>16-bit samples are read by their high byte. Every chunk's check is tested.</remarks>
internal static class Png
{
    private const int Adaptive = -1;

    // Deflate packs at most 1032 bytes into one: a header that claims more pixels lies, and is refused before anything is allocated.
    private const int MaxDeflateRatio = 1032;
    private const long MaxPixels = 1 << 28;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature[..4]);

    /// <summary>Decodes a whole file; <paramref name="name"/> is for the error.</summary>
    internal static Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(Signature)) throw Bad(name, "the 8-byte PNG signature is damaged or cut off");
        Header? header = null;
        ReadOnlySpan<byte> palette = default, transparency = default;
        using var data = new MemoryStream();
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        while (true)
        {
            if (rest.Length < 12) throw Bad(name, "the file ends before its IEND chunk (truncated)");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                throw Bad(name, $"a chunk claims {length} bytes where {rest.Length - 12} are left (truncated or corrupt)");
            ReadOnlySpan<byte> kind = rest.Slice(4, 4), body = rest.Slice(8, (int)length);
            if (Crc32.Append(0, rest.Slice(4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(rest[((int)length + 8)..]))
                throw Bad(name, "the checksum of a chunk does not match (corrupt)");
            rest = rest[((int)length + 12)..];
            if (header == null && !kind.SequenceEqual("IHDR"u8)) throw Bad(name, "the first chunk is not IHDR");
            if (kind.SequenceEqual("IHDR"u8)) header = new Header(body, name);
            else if (kind.SequenceEqual("PLTE"u8)) palette = body;
            else if (kind.SequenceEqual("tRNS"u8)) transparency = body;
            else if (kind.SequenceEqual("IDAT"u8)) data.Write(body);
            else if (kind.SequenceEqual("IEND"u8)) break;
            else if ((kind[0] & 0x20) == 0) throw Bad(name, "a critical chunk is unknown");
        }

        long raw = (header!.RowBytes + 1) * header.Height;
        if (raw > (data.Length + 1) * MaxDeflateRatio || (long)header.Width * header.Height > MaxPixels)
        {
            string claim = $"the header claims {header.Width}×{header.Height} pixels";
            throw Bad(name, $"{claim}; {data.Length} bytes of data cannot hold them, or they are above 2^28");
        }

        data.Position = 0;
        byte[] rows = Inflate(data, (int)raw, name);
        Unfilter(rows, (int)header.RowBytes, Math.Max(1, header.BitsPerPixel / 8), name);
        return header.ColourType == 3 ? Look(header, rows, palette, transparency, name) : Samples(header, rows);
    }

    /// <summary>Encodes 1, 2, 3 or 4 channels; each row takes the filter with the smallest differences unless one is given.</summary>
    internal static void Encode(Picture picture, Stream stream, int filter = Adaptive)
    {
        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8;
        header[9] = picture.Channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int stride = picture.Width * picture.Channels;
            byte[] line = new byte[stride + 1], best = new byte[stride + 1], above = new byte[stride];
            for (int y = 0; y < picture.Height; y++)
            {
                ReadOnlySpan<byte> row = picture.Pixels.AsSpan(y * stride, stride);
                long lowest = long.MaxValue;
                for (int kind = filter == Adaptive ? 1 : filter; kind <= (filter == Adaptive ? 4 : filter); kind++)
                {
                    long size = Filter(kind, row, above, picture.Channels, line);
                    if (size >= lowest) continue;
                    lowest = size;
                    (best, line) = (line, best);
                }

                zlib.Write(best);
                row.CopyTo(above);
            }
        }

        WriteChunk(stream, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(stream, "IEND"u8, default);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        stream.Write(number);
        stream.Write(kind);
        stream.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, kind), body));
        stream.Write(number);
    }

    private static byte[] Inflate(MemoryStream data, int length, string name)
    {
        byte[] rows = new byte[length];
        try
        {
            using var zlib = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
            int read = zlib.ReadAtLeast(rows, length, throwOnEndOfStream: false);
            if (read < length) throw Bad(name, $"the pixel data ends after {read} of {length} bytes (truncated)");
        }
        catch (InvalidDataException)
        {
            throw Bad(name, "the compressed pixel data is corrupt");
        }

        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Filter(int kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> line)
    {
        line[0] = (byte)kind;
        line = line.Slice(1, row.Length);
        above = above[..row.Length];
        int head = Math.Min(step, row.Length);
        for (int i = 0; i < head; i++) line[i] = (byte)(row[i] - Predict(kind, 0, above[i], 0));
        // A loop for each filter: the choice inside one would cost more than the filter.
        if (kind == 0) row.CopyTo(line);
        else if (kind == 1)
            for (int i = head; i < row.Length; i++) line[i] = (byte)(row[i] - row[i - step]);
        else if (kind == 2)
            for (int i = head; i < row.Length; i++) line[i] = (byte)(row[i] - above[i]);
        else if (kind == 3)
            for (int i = head; i < row.Length; i++) line[i] = (byte)(row[i] - ((row[i - step] + above[i]) >> 1));
        else
            for (int i = head; i < row.Length; i++) line[i] = (byte)(row[i] - Predict(4, row[i - step], above[i], above[i - step]));

        long sum = 0;
        for (int i = 0; i < line.Length; i++) sum += Math.Min(line[i], 256 - line[i]);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unfilter(byte[] rows, int stride, int step, string name)
    {
        byte[] above = new byte[stride];
        for (int start = 0; start < rows.Length; start += stride + 1)
        {
            int kind = rows[start];
            if (kind > 4) throw Bad(name, $"a row has filter {kind}; filters are 0 to 4 (corrupt)");
            Span<byte> row = rows.AsSpan(start + 1, stride);
            for (int i = 0; i < row.Length && kind != 0; i++)
            {
                int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
                row[i] = (byte)(row[i] + Predict(kind, a, b, c));
            }

            row.CopyTo(above);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Predict(int kind, int left, int above, int corner)
    {
        if (kind < 3) return kind == 0 ? 0 : kind == 1 ? left : above;
        if (kind == 3) return (left + above) >> 1;
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - corner - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }

    /// <summary>Palette entries, with alpha where the file has some.</summary>
    private static Picture Look(Header header, byte[] rows, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> alpha, string name)
    {
        if (palette.IsEmpty || palette.Length % 3 != 0)
            throw Bad(name, $"the palette has {palette.Length} bytes; it is a positive multiple of 3");
        var picture = new Picture(header.Width, header.Height, alpha.IsEmpty ? 3 : 4);
        int to = 0;
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = rows.AsSpan((int)(y * (header.RowBytes + 1)) + 1, (int)header.RowBytes);
            for (int x = 0; x < header.Width; x++)
            {
                int entry = header.Sample(row, x);
                if (entry * 3 >= palette.Length) throw Bad(name, $"a pixel names palette entry {entry} of {palette.Length / 3}");
                palette.Slice(entry * 3, 3).CopyTo(picture.Pixels.AsSpan(to));
                if (!alpha.IsEmpty) picture.Pixels[to + 3] = entry < alpha.Length ? alpha[entry] : (byte)255;
                to += picture.Channels;
            }
        }

        return picture;
    }

    private static Picture Samples(Header header, byte[] rows)
    {
        var picture = new Picture(header.Width, header.Height, header.Channels);
        int count = header.Width * header.Channels;
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = rows.AsSpan((int)(y * (header.RowBytes + 1)) + 1, (int)header.RowBytes);
            Span<byte> target = picture.Pixels.AsSpan(y * count, count);
            if (header.Depth == 8) row.CopyTo(target);
            else if (header.Depth == 16)
                for (int i = 0; i < count; i++) target[i] = row[i * 2];
            else
                for (int i = 0; i < count; i++) target[i] = (byte)(header.Sample(row, i) * 255 / ((1 << header.Depth) - 1));
        }

        return picture;
    }

    private static InputException Bad(string name, string fault) => new($"{name}: not a readable PNG: {fault}.");

    private sealed class Header
    {
        internal Header(ReadOnlySpan<byte> body, string name)
        {
            if (body.Length != 13) throw Bad(name, $"IHDR has {body.Length} bytes; it has 13");
            uint width = BinaryPrimitives.ReadUInt32BigEndian(body), height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
            if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
                throw Bad(name, $"the header claims {width}×{height} pixels; each side is at least 1 and below 2^31");
            (Width, Height, Depth, ColourType) = ((int)width, (int)height, body[8], body[9]);
            Channels = ColourType switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
            bool isKnown = Channels > 0
                && (Depth == 8 || (Depth == 16 && ColourType != 3) || (Depth is 1 or 2 or 4 && ColourType is 0 or 3));
            if (!isKnown) throw Bad(name, $"colour type {ColourType} with {Depth} bits a sample does not exist");
            if (body[10] != 0 || body[11] != 0) throw Bad(name, "its compression or filter method is unknown");
            if (body[12] != 0) throw Bad(name, "it is interlaced, which this program does not read; save it without interlacing");
        }

        internal int Width { get; }

        internal int Height { get; }

        internal int Depth { get; }

        internal int ColourType { get; }

        internal int Channels { get; }

        internal int BitsPerPixel => Depth * Channels;

        internal long RowBytes => (((long)Width * BitsPerPixel) + 7) / 8;

        /// <summary>A sample of at most 8 bits.</summary>
        internal int Sample(ReadOnlySpan<byte> row, int i)
        {
            if (Depth == 8) return row[i];
            int bit = i * Depth;
            return (row[bit >> 3] >> (8 - Depth - (bit & 7))) & ((1 << Depth) - 1);
        }
    }
}
