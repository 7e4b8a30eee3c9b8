using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cli;

/// <summary>An RGB picture to draw on.</summary>
internal sealed class Canvas
{
    private readonly Dictionary<(char Character, float Scale), float[]> _drawn = [];

    internal Canvas(int width, int height, Colour background)
    {
        Picture = new Picture(width, height, 3);
        Fill(0, 0, width, height, background);
    }

    internal Picture Picture { get; }

    internal static int TextWidth(int characters, float scale) => (int)MathF.Ceiling(characters * Glyphs.Advance * scale);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Fill(int left, int top, int width, int height, Colour colour)
    {
        byte[] pixels = Picture.Pixels;
        for (int y = top; y < top + height; y++)
        {
            int at = ((y * Picture.Width) + left) * 3;
            for (int x = 0; x < width; x++, at += 3) (pixels[at], pixels[at + 1], pixels[at + 2]) = (colour.R, colour.G, colour.B);
        }
    }

    internal void Draw(Picture picture, int left, int top)
    {
        for (int y = 0; y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * picture.Width * 3, picture.Width * 3)
                .CopyTo(Picture.Pixels.AsSpan((((top + y) * Picture.Width) + left) * 3));
        }
    }

    /// <summary>Writes from the upper left corner; a scale of 2 gives capitals of 14 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Write(ReadOnlySpan<char> text, int left, int top, float scale, Colour colour)
    {
        int width = TextWidth(1, scale), height = (int)MathF.Ceiling(Glyphs.Height * scale);
        for (int i = 0; i < text.Length; i++)
        {
            float[] coverage = Drawn(text[i], scale, width, height);
            int x0 = left + (int)(i * Glyphs.Advance * scale);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    float part = coverage[(y * width) + x];
                    if (part == 0 || x0 + x >= Picture.Width || top + y >= Picture.Height) continue;
                    Span<byte> pixel = Picture.Pixels.AsSpan((((top + y) * Picture.Width) + x0 + x) * 3, 3);
                    Colour mixed = new Colour(pixel[0], pixel[1], pixel[2]).Towards(colour, part);
                    (pixel[0], pixel[1], pixel[2]) = (mixed.R, mixed.G, mixed.B);
                }
            }
        }
    }

    private float[] Drawn(char character, float scale, int width, int height)
    {
        if (_drawn.TryGetValue((character, scale), out float[]? coverage)) return coverage;
        coverage = new float[width * height];
        List<(float, float, float, float)> strokes = Glyphs.Strokes(character);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                coverage[(y * width) + x] = Glyphs.Coverage(strokes, (x + 0.5f) / scale, (y + 0.5f) / scale, scale);
        }

        _drawn.Add((character, scale), coverage);
        return coverage;
    }
}
