using System;

namespace GuidedMixup;

/// <summary>
/// Logarithm, exponential and cosine in double, from additions, multiplications and divisions alone: the same bits on every machine, which
/// Math.Log, Math.Exp and Math.Cos do not promise. Errors are a few units in the last place.
/// </summary>
internal static class PortableMath
{
    // ln 2 in two parts; a small integer times the first is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>ln x for positive, normal, finite x.</summary>
    internal static double Log(double x)
    {
        // x = 2ᵉ·m with m in [√½, √2); ln m = 2·artanh(s), s = (m − 1)/(m + 1), |s| < 0.172.
        long bits = BitConverter.DoubleToInt64Bits(x) - 0x3FE6A09E667F3BCD;
        double e = bits >> 52;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD);
        double s = (m - 1) / (m + 1), square = s * s, sum = 0;
        for (int k = 25; k >= 3; k -= 2) sum = (sum + (1.0 / k)) * square;
        return (e * Ln2High) + ((e * Ln2Low) + ((2 * s * sum) + (2 * s)));
    }

    /// <summary>eˣ; +∞ above 709, 0 below −708.</summary>
    internal static double Exp(double x)
    {
        if (x > 709) return double.PositiveInfinity;
        if (x < -708) return 0;
        double n = Math.Floor((x * 1.44269504088896340736) + 0.5);
        double r = (x - (n * Ln2High)) - (n * Ln2Low), sum = 1;
        for (int k = 14; k >= 1; k--) sum = 1 + (sum * r / k);
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>cos(2π·x) for x in [0, 1).</summary>
    internal static double CosTurns(double x)
    {
        int quarter = (int)Math.Floor((4 * x) + 0.5);
        // Exact; at most an eighth of a turn.
        double angle = (x - (0.25 * quarter)) * 6.28318530717958647693, square = angle * angle;
        double sin = 1, cos = 1;
        for (int k = 18; k >= 2; k -= 2)
        {
            cos = 1 - (cos * square / (k * (k - 1)));
            sin = 1 - (sin * square / (k * (k + 1)));
        }

        return (quarter & 3) switch { 0 => cos, 1 => -sin * angle, 2 => -cos, _ => sin * angle };
    }
}
