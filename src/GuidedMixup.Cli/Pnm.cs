using System;

namespace GuidedMixup.Cli;

/// <summary>Binary PGM (P5) and PPM (P6) pictures of at most 8 bits a sample.</summary>
internal static class Pnm
{
    internal static bool IsPnm(ReadOnlySpan<byte> file) =>
        file.Length >= 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'7';

    /// <summary>Decodes a whole file; <paramref name="name"/> is for the error.</summary>
    internal static Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        if (file[1] is not ((byte)'5' or (byte)'6'))
            throw Bad(name, $"its kind is P{(char)file[1]}; binary P5 and P6 are read");
        int channels = file[1] == '5' ? 1 : 3, at = 2;
        long width = Number(file, ref at, name, "width"), height = Number(file, ref at, name, "height");
        long most = Number(file, ref at, name, "largest value");
        if (most is < 1 or > 255) throw Bad(name, $"its largest value is {most}; 1 to 255 (8 bits a sample) are read");
        if (at >= file.Length) throw Bad(name, "the file ends in its header (truncated)");
        // A single white space parts the header from the pixels.
        ReadOnlySpan<byte> pixels = file[(at + 1)..];
        if (width < 1 || height < 1) throw Bad(name, $"the header claims {width}×{height} pixels; each side is at least 1");
        Int128 needed = (Int128)width * height * channels;
        if (needed > pixels.Length)
            throw Bad(name, $"{width}×{height} pixels need {needed} bytes where {pixels.Length} follow the header (truncated or corrupt)");
        var picture = new Picture((int)width, (int)height, channels, pixels[..(int)needed].ToArray());
        if (most == 255) return picture;
        for (int i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(((Math.Min(picture.Pixels[i], most) * 255) + (most / 2)) / most);
        return picture;
    }

    private static long Number(ReadOnlySpan<byte> file, ref int at, string name, string what)
    {
        int begin = at;
        while (at < file.Length && (file[at] == '#' || file[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
        {
            if (file[at] == '#')
                while (at < file.Length && file[at] != '\n') at++;
            else at++;
        }

        bool isParted = at > begin;
        int start = at;
        long value = 0;
        while (at < file.Length && file[at] is >= (byte)'0' and <= (byte)'9' && at - start < 12) value = (value * 10) + file[at++] - '0';
        if (at == start || !isParted) throw Bad(name, $"its {what} is missing from the header");
        return value;
    }

    private static InputException Bad(string name, string fault) => new($"{name}: not a readable PPM or PGM: {fault}.");
}
