using System;

namespace GuidedMixup.Cli;

/// <summary>Colours for numbers from 0 to 1.</summary>
internal static class ColourMap
{
    /// <summary>What belongs to the image itself, in masks and bars.</summary>
    internal static readonly Colour Own = new(250, 170, 50);

    /// <summary>What belongs to its partner.</summary>
    internal static readonly Colour Partner = new(40, 98, 190);

    // Perceptually even from black over purple and orange to pale yellow, after matplotlib's inferno (CC0).
    private static readonly Colour[] Heat =
    [
        new(0, 0, 4), new(31, 12, 72), new(85, 15, 109), new(136, 34, 106), new(186, 54, 85),
        new(227, 89, 51), new(249, 140, 10), new(249, 201, 50), new(252, 255, 164),
    ];

    private static readonly Colour Even = new(225, 222, 215);

    /// <summary>Dark to bright: a heat map.</summary>
    internal static Colour HeatAt(float value)
    {
        float at = (float.IsFinite(value) ? Math.Clamp(value, 0, 1) : 0) * (Heat.Length - 1);
        int low = Math.Min((int)at, Heat.Length - 2);
        return Heat[low].Towards(Heat[low + 1], at - low);
    }

    /// <summary>A mask: the partner's colour at 0, pale at ½, the image's own at 1.</summary>
    internal static Colour MaskAt(float value) =>
        value < 0.5f ? Partner.Towards(Even, value * 2) : Even.Towards(Own, (value * 2) - 1);
}
