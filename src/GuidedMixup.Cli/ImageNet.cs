using System;

namespace GuidedMixup.Cli;

/// <summary>The mean and deviation of ImageNet's pixels in 0 to 1, by which photographs are normalised.</summary>
internal static class ImageNet
{
    internal static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    internal static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>What a byte is multiplied by.</summary>
    internal static float[] Scale => Array.ConvertAll(Deviation, deviation => 1 / (255 * deviation));

    /// <summary>What is added then.</summary>
    internal static float[] Offset => [-Mean[0] / Deviation[0], -Mean[1] / Deviation[1], -Mean[2] / Deviation[2]];
}
