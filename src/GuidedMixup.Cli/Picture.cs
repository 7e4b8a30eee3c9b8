using System;

namespace GuidedMixup.Cli;

/// <summary>Decoded pixels, a byte a sample: gray (1 channel), gray + alpha (2), RGB (3) or RGBA (4), rows without gaps.</summary>
internal sealed class Picture(int width, int height, int channels, byte[] pixels)
{
    internal Picture(int width, int height, int channels)
        : this(width, height, channels, new byte[checked(width * height * channels)])
    {
    }

    internal int Width => width;

    internal int Height => height;

    internal int Channels => channels;

    internal byte[] Pixels => pixels;

    /// <summary>Three channels; transparency is laid on white.</summary>
    internal Picture ToRgb()
    {
        if (channels == 3) return this;
        var rgb = new Picture(width, height, 3);
        bool hasAlpha = channels is 2 or 4;
        int colours = hasAlpha ? channels - 1 : channels;
        for (int i = 0, from = 0, to = 0; i < width * height; i++, from += channels, to += 3)
        {
            int alpha = hasAlpha ? pixels[from + channels - 1] : 255;
            for (int c = 0; c < 3; c++)
            {
                int value = pixels[from + Math.Min(c, colours - 1)];
                rgb.Pixels[to + c] = (byte)(((value * alpha) + (255 * (255 - alpha)) + 127) / 255);
            }
        }

        return rgb;
    }

    /// <summary>The largest square in the middle.</summary>
    internal Picture CropCentre()
    {
        if (width == height) return this;
        int side = Math.Min(width, height), left = (width - side) / 2, top = (height - side) / 2;
        var square = new Picture(side, side, channels);
        for (int y = 0; y < side; y++)
            pixels.AsSpan((((top + y) * width) + left) * channels, side * channels).CopyTo(square.Pixels.AsSpan(y * side * channels));
        return square;
    }
}
