namespace GuidedMixup.Cli;

/// <summary>8-bit sRGB.</summary>
internal readonly record struct Colour(byte R, byte G, byte B)
{
    /// <summary>The colour a part of the way to another.</summary>
    internal Colour Towards(Colour other, float part) => new(
        (byte)(R + ((other.R - R) * part) + 0.5f), (byte)(G + ((other.G - G) * part) + 0.5f), (byte)(B + ((other.B - B) * part) + 0.5f));
}
