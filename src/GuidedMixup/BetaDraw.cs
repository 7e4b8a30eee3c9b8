using System;

namespace GuidedMixup;

/// <summary>Beta(α, α) from two uniform numbers, without rejection: a draw always takes the same number of random words.</summary>
/// <remarks>
/// T = √(2α·(U^(−1/α) − 1))·cos(2πV) has Student's distribution with 2α degrees of freedom, and ½ + ½·T/√(2α + T²) is Beta(α, α), for every
/// α &gt; 0. Sources: Bailey, "Polar generation of random variates with the t-distribution", Math. Comp. 62, 1994; Devroye, "Random variate
/// generation in one line of code", WSC 1996.
/// </remarks>
internal static class BetaDraw
{
    /// <summary>The value for <paramref name="u"/> and <paramref name="v"/>, both in [0, 1).</summary>
    internal static double Of(double alpha, double u, double v)
    {
        double cosine = PortableMath.CosTurns(v);
        if (cosine == 0) return 0.5;
        // 1 − u, because it is never 0. w = T²/2α.
        double w = (PortableMath.Exp(-PortableMath.Log(1 - u) / alpha) - 1) * cosine * cosine;
        double root = w < 1 ? Math.Sqrt(w / (1 + w)) : Math.Sqrt(1 - (1 / (1 + w)));
        // ½·(1 − root), written so that nothing cancels where it is small.
        double low = 0.5 / ((1 + w) * (1 + root));
        return cosine < 0 ? low : 1 - low;
    }
}
