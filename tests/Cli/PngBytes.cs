using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace GuidedMixup.Tests.Cli;

/// <summary>PNG files put together chunk by chunk, right or wrong, by code of the tests' own.</summary>
internal static class PngBytes
{
    internal static byte[] File(
        uint width, uint height, byte depth, byte colour, byte[] rows, byte interlace = 0, byte[]? palette = null, byte[]? alpha = null) =>
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", Header(width, height, depth, colour, interlace)),
            .. palette == null ? [] : Chunk("PLTE", palette), .. alpha == null ? [] : Chunk("tRNS", alpha),
            .. Chunk("IDAT", Deflate(rows)), .. Chunk("IEND", []),
        ];

    internal static byte[] Header(uint width, uint height, byte depth, byte colour, byte interlace)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        return header;
    }

    internal static byte[] Chunk(string kind, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. body], number = new byte[4], check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Check(named));
        return [.. number, .. named, .. check];
    }

    internal static byte[] Deflate(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        return packed.ToArray();
    }

    /// <summary>Bit by bit, unlike the table under test.</summary>
    private static uint Check(byte[] bytes)
    {
        uint check = uint.MaxValue;
        foreach (byte b in bytes)
        {
            check ^= b;
            for (int bit = 0; bit < 8; bit++) check = (check >> 1) ^ ((check & 1) * 0xEDB88320);
        }

        return ~check;
    }
}
