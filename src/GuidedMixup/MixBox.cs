using System;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>A box of pixels: rows Top … Bottom − 1, columns Left … Right − 1. The four Int32 of a box tensor, in this order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MixBox(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Pixels inside.</summary>
    internal long Area => (long)(Bottom - Top) * (Right - Left);

    /// <summary>
    /// The box of area 1 − λ around a centre, cut off at the borders: edges int(clip(c ± r·H/2, 0, H)), r = √(1 − λ).
    /// </summary>
    internal static MixBox Around(double y, double x, float ratio, int height, int width)
    {
        double root = Math.Sqrt(1 - (double)ratio), down = root * (0.5 * height), across = root * (0.5 * width);
        return new MixBox(
            (int)Math.Clamp(y - down, 0, height),
            (int)Math.Clamp(x - across, 0, width),
            (int)Math.Clamp(y + down, 0, height),
            (int)Math.Clamp(x + across, 0, width));
    }

    /// <summary>λ = 1 − area/(HW): the share of the pixels outside.</summary>
    internal float Ratio(int height, int width) => (float)(1 - (Area / ((double)height * width)));

    /// <summary>True where it lies within an image of that size and has no negative side.</summary>
    internal bool IsWithin(int height, int width) => 0 <= Top && Top <= Bottom && Bottom <= height && 0 <= Left && Left <= Right && Right <= width;
}
