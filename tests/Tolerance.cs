using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The specification's bounds, and the comparisons that hold results to them.</summary>
public static class Tolerance
{
    /// <summary>Raw saliency, blurred saliency, normalised map: of that image's map maximum.</summary>
    public const double Map = 5e-5;

    /// <summary>Resize alone, of the maximum.</summary>
    public const double Resize = 1e-5;

    /// <summary>Blur alone, of the maximum.</summary>
    public const double Blur = 2e-6;

    /// <summary>|D² − D²ref| ≤ this · (‖p_i − u‖² + ‖p_j − u‖²).</summary>
    public const double Distance = 2e-6;

    /// <summary>A distance from the golden maps, relative.</summary>
    public const double GoldenDistance = 3e-6;

    /// <summary>A distance at the end of the chain, relative.</summary>
    public const double ChainedDistance = 5e-5;

    public const double Mask = 1e-4;

    public const double Ratio = 5e-6;

    public const double Mixed = 2e-4;

    /// <summary>Mask, λ and mix from given maps: a few roundings of a float32.</summary>
    public const double Alone = 1e-6;

    private static readonly ConcurrentDictionary<string, (double Share, string Line)> _worst = new();

    /// <summary>The largest error of every kind of comparison so far, as a share of its bound.</summary>
    public static string Report =>
        string.Join('\n', _worst.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => $"{w.Key}: {w.Value.Line}"));

    /// <summary>|actual − expected| ≤ bound · max |expected| of the image; not finite where expected is not, and only there.</summary>
    public static void OfMaximum(double[] actual, double[] expected, int images, double bound, string stage, string what)
    {
        int length = expected.Length / images;
        var bounds = new double[expected.Length];
        for (int i = 0; i < images; i++)
        {
            double maximum = 0;
            foreach (double value in expected.AsSpan(i * length, length))
                maximum = Math.Max(maximum, double.IsFinite(value) ? Math.Abs(value) : 0);
            bounds.AsSpan(i * length, length).Fill(bound * maximum);
        }

        Each(actual, expected, bounds, stage, what);
    }

    /// <summary>|actual − expected| ≤ bound.</summary>
    public static void Absolute(double[] actual, double[] expected, double bound, string stage, string what) =>
        Each(actual, expected, Enumerable.Repeat(bound, expected.Length).ToArray(), stage, what);

    /// <summary>|actual − expected| ≤ bound · |expected|.</summary>
    public static void Relative(double[] actual, double[] expected, double bound, string stage, string what) =>
        Each(actual, expected, Array.ConvertAll(expected, e => bound * Math.Abs(e)), stage, what);

    /// <summary>The bound for L2 distances of these very maps; equal maps must give exactly 0, and so must the diagonal.</summary>
    public static void Distances(double[] actual, double[] maps, int n, string stage, string what)
    {
        int pixels = maps.Length / n;
        double[] expected = Reference.PairDistance.Compute(maps, n, pixels);
        var spread = new double[n];
        for (int i = 0; i < n; i++) spread[i] = Reference.PairDistance.Spread(maps.AsSpan(i * pixels, pixels));
        var bounds = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) bounds[(i * n) + j] = expected[(i * n) + j] == 0 ? 0 : Distance * (spread[i] + spread[j]);
        }

        Each(Array.ConvertAll(actual, d => d * d), Array.ConvertAll(expected, d => d * d), bounds, stage, what);
    }

    /// <summary>Mixed images from these very pixels and masks: a few roundings of float32, and one of the result's type.</summary>
    public static void MixedPixels(GuardedTensor mixed, double[] x, double[] mask, int[] partners, int c, string stage, string what)
    {
        int pixels = (int)(mixed.Shape[2] * mixed.Shape[3]);
        double[] expected = Reference.PixelMix.Mix(x, mask, partners, c, pixels);
        double[] size = Reference.PixelMix.Mix(Array.ConvertAll(x, v => Math.Abs(v) + 1), mask, partners, c, pixels);
        double Rounding(double value) => mixed.Type switch
        {
            ElementType.UInt8 => 0.5,
            ElementType.Float32 => 0,
            _ => (ElementBits.Epsilon(mixed.Type) * Math.Abs(value)) + ElementBits.Tiny(mixed.Type),
        };
        double[] bounds = expected.Select((value, i) => (Alone * size[i]) + Rounding(value)).ToArray();
        Each(mixed.ToDoubles(), expected, bounds, $"{stage}, {mixed.Type}", what);
    }

    /// <summary>|actual[i] − expected[i]| ≤ bounds[i].</summary>
    public static void Each(double[] actual, double[] expected, double[] bounds, string stage, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), $"{stage} of {what}: number of values");
        double worst = -1;
        int at = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            double share = Share(actual[i], expected[i], bounds[i]);
            if (!(share > worst)) continue;
            worst = share;
            at = i;
        }

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"[{at}] is {actual[at]:r} where {expected[at]:r} ± {bounds[at]:g3} is expected: {worst:0.####} of the bound");
        _worst.AddOrUpdate(stage, _ => (worst, $"{line} ({what})"), (_, old) => old.Share >= worst ? old : (worst, $"{line} ({what})"));
        Assert.That(worst, Is.LessThanOrEqualTo(1), $"{stage} of {what}: {line}");
    }

    private static double Share(double actual, double expected, double bound)
    {
        if (!double.IsFinite(expected)) return double.IsFinite(actual) ? double.PositiveInfinity : 0;
        if (!double.IsFinite(actual)) return double.PositiveInfinity;
        double error = Math.Abs(actual - expected);
        return error == 0 ? 0 : error / bound;
    }
}
