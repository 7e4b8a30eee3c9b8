using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>The distribution function of Beta(α, α).</summary>
public static class BetaDistribution
{
    /// <summary>P(X ≤ x), the regularised incomplete beta function, by its continued fraction.</summary>
    public static double Cumulative(double alpha, double x)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The fraction converges fast below one half; the distribution is symmetric.
        if (x > 0.5) return 1 - Cumulative(alpha, 1 - x);
        double front = Math.Exp((alpha * (Math.Log(x) + Math.Log(1 - x))) - LogBeta(alpha)) / alpha;
        double d = 1 / (1 - (2 * alpha * x / (alpha + 1))), c = 1, fraction = d;
        for (int m = 1; m < 500; m++)
        {
            double even = m * (alpha - m) * x / ((alpha + (2 * m) - 1) * (alpha + (2 * m)));
            d = 1 / (1 + (even * d));
            c = 1 + (even / c);
            fraction *= d * c;
            double odd = -(alpha + m) * ((2 * alpha) + m) * x / ((alpha + (2 * m)) * (alpha + (2 * m) + 1));
            d = 1 / (1 + (odd * d));
            c = 1 + (odd / c);
            fraction *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-14) break;
        }

        return front * fraction;
    }

    /// <summary>ln B(α, α), by the logarithm of Γ.</summary>
    private static double LogBeta(double alpha) => (2 * LogGamma(alpha)) - LogGamma(2 * alpha);

    /// <summary>Stirling's series, after shifting the argument above 12.</summary>
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 12; x++) shift -= Math.Log(x);
        double square = 1 / (x * x);
        double series = (1.0 / 12 - (square * (1.0 / 360 - (square * (1.0 / 1260 - (square / 1680)))))) / x;
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }
}
