using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>The Gaussian blur and sum-to-1 in double precision.</summary>
public static class GaussianBlur
{
    /// <summary>w ∝ exp(−(i/σ)²/2), i = −⌊size/2⌋ … ⌊size/2⌋, with sum 1.</summary>
    public static double[] Taps(int size, double sigma)
    {
        var taps = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++)
        {
            double at = (i - (size / 2)) / sigma;
            taps[i] = Math.Exp(-at * at / 2);
            sum += taps[i];
        }

        for (int i = 0; i < size; i++) taps[i] /= sum;
        return taps;
    }

    /// <summary>One map, [H,W] → [H,W], with reflect padding.</summary>
    public static double[] Blur(double[] map, int h, int w, int size = 7, double sigma = 3)
    {
        double[] taps = Taps(size, sigma);
        int reach = size / 2;
        double[] across = new double[h * w], blurred = new double[h * w];
        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < w; x++)
            {
                for (int i = -reach; i <= reach; i++) across[(y * w) + x] += taps[i + reach] * map[(y * w) + Reflect(x + i, w)];
            }
        }

        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < w; x++)
            {
                for (int i = -reach; i <= reach; i++) blurred[(y * w) + x] += taps[i + reach] * across[(Reflect(y + i, h) * w) + x];
            }
        }

        return blurred;
    }

    /// <summary>Every map of [N,H,W].</summary>
    public static double[] BlurAll(double[] maps, int n, int h, int w, int size = 7, double sigma = 3)
    {
        var blurred = new double[n * h * w];
        for (int i = 0; i < n; i++) Blur(maps.AsSpan(i * h * w, h * w).ToArray(), h, w, size, sigma).CopyTo(blurred, i * h * w);
        return blurred;
    }

    /// <summary>p = b / Σb with b = blur(s), [N,H,W] → [N,H,W]; a degenerate map becomes uniform, and its flag is set.</summary>
    public static (double[] Maps, bool[] IsDegenerate) Normalise(double[] maps, int n, int h, int w, int size = 7, double sigma = 3)
    {
        var flags = new bool[n];
        double[] normalised = BlurAll(maps, n, h, w, size, sigma);
        for (int i = 0; i < n; i++)
        {
            Span<double> map = normalised.AsSpan(i * h * w, h * w);
            double sum = 0;
            // Judged before the blur, which could hide a negative value; NaN and ±Inf it cannot hide.
            foreach (double value in maps.AsSpan(i * h * w, h * w)) flags[i] |= !double.IsFinite(value) || value < 0;
            foreach (double value in map) sum += value;
            // The library's maps are float32: a sum beyond its range has overflowed.
            flags[i] |= sum == 0 || !(sum <= float.MaxValue);
            for (int pixel = 0; pixel < map.Length; pixel++) map[pixel] = flags[i] ? 1.0 / (h * w) : map[pixel] / sum;
        }

        return (normalised, flags);
    }

    /// <summary>−1 → 1, n → n − 2: the edge is not repeated.</summary>
    private static int Reflect(int i, int n) => i < 0 ? -i : i >= n ? (2 * (n - 1)) - i : i;
}
