using System;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>
/// The bound for spectral residuals: the specification's share of the map's maximum, or, for an image that near-zero bins make
/// ill-conditioned, 4 × the largest change of the reference under 32 seeded perturbations of the image by one unit in the last place.
/// </summary>
public static class InputRounding
{
    /// <summary>The bound of every pixel of [N,H,W].</summary>
    public static double[] Bounds(GuardedTensor images, GuidedMixerOptions options, double[] expected, double[] saliency)
    {
        int n = (int)images.Shape[0], pixels = expected.Length / n;
        double[] bounds = new double[expected.Length], change = [];
        for (int i = 0; i < n; i++)
        {
            double[] map = expected[(i * pixels)..((i + 1) * pixels)];
            double bound = Tolerance.Map * map.Max();
            bool isOutside = map.Where((value, at) => Math.Abs(value - saliency[(i * pixels) + at]) > bound).Any();
            if (isOutside && change.Length == 0) change = Change(images, options, expected);
            bounds.AsSpan(i * pixels, pixels).Fill(isOutside ? Math.Max(4 * change[i], bound) : bound);
        }

        return bounds;
    }

    /// <summary>The largest change of each map.</summary>
    public static double[] Change(GuardedTensor images, GuidedMixerOptions options, double[] expected)
    {
        int n = (int)images.Shape[0], c = (int)images.Shape[1], h = (int)images.Shape[2], w = (int)images.Shape[3];
        double[] x = Pixels.Normalised(images, options), change = new double[n];
        var random = new Random(h * w);
        for (int trial = 0; trial < 32; trial++)
        {
            double[] moved = Array.ConvertAll(
                x, value => (double)(random.Next(2) == 0 ? MathF.BitIncrement((float)value) : MathF.BitDecrement((float)value)));
            double[] other = Reference.SpectralResidual.Compute(moved, n, c, h, w, Pixels.Weights(options));
            for (int i = 0; i < other.Length; i++) change[i / (h * w)] = Math.Max(change[i / (h * w)], Math.Abs(other[i] - expected[i]));
        }

        return change;
    }
}
