using System;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>What a test image means to the method: uint8 pixels are scaled and offset a channel, other types come normalised.</summary>
public static class Pixels
{
    /// <summary>Options that fit a batch of this type and number of channels, each channel with values of its own.</summary>
    public static GuidedMixerOptions Options(StageCase batch, GuidedMixerOptions? options = null)
    {
        options ??= new GuidedMixerOptions();
        // Other numbers of channels than 1 and 3 need gray weights of the caller's.
        if (batch.C == 4) options = options with { GrayWeights = new[] { 0.4f, 0.3f, 0.2f, 0.1f } };
        if (batch.Type != ElementType.UInt8) return options;
        return options with
        {
            PixelScale = Enumerable.Range(0, batch.C).Select(c => (0.9f + (0.1f * c)) / 64).ToArray(),
            PixelOffset = Enumerable.Range(0, batch.C).Select(c => -1.9f - (0.05f * c)).ToArray(),
        };
    }

    /// <summary>The images in double precision, uint8 normalised.</summary>
    public static double[] Normalised(GuardedTensor images, GuidedMixerOptions options)
    {
        double[] values = images.ToDoubles();
        if (images.Type != ElementType.UInt8) return values;
        return Normalise(values, (int)images.Shape[1], (int)(images.Shape[2] * images.Shape[3]), options);
    }

    /// <summary>Scale and offset of each channel: [N,C,H·W] → [N,C,H·W].</summary>
    public static double[] Normalise(double[] values, int c, int pixels, GuidedMixerOptions options) =>
        values.Select((value, i) => (value * Scale(options, i / pixels % c)) + Offset(options, i / pixels % c)).ToArray();

    /// <summary>The gray weights in double precision; null for the released ones.</summary>
    public static double[]? Weights(GuidedMixerOptions options) =>
        options.GrayWeights.IsEmpty ? null : Array.ConvertAll(options.GrayWeights.ToArray(), weight => (double)weight);

    private static double Scale(GuidedMixerOptions options, int c) => options.PixelScale.IsEmpty ? 1 / 255.0 : options.PixelScale.Span[c];

    private static double Offset(GuidedMixerOptions options, int c) => options.PixelOffset.IsEmpty ? 0 : options.PixelOffset.Span[c];
}
