namespace GuidedMixup.Tests.Reference;

/// <summary>AugMix's mixing step in double precision.</summary>
public static class AugMix
{
    /// <summary>y[i] = (1 − m[i])·x[i] + m[i]·Σ_k w[i,k]·chain[k,i]: [N,P], [K,N,P], [N,K], [N] → [N,P].</summary>
    public static double[] Mix(double[] images, double[] chains, double[] weights, double[] skip)
    {
        int n = skip.Length, k = weights.Length / n, length = images.Length / n;
        var mixed = new double[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            double sum = 0;
            for (int chain = 0; chain < k; chain++) sum += weights[(i / length * k) + chain] * chains[(chain * images.Length) + i];
            mixed[i] = ((1 - skip[i / length]) * images[i]) + (skip[i / length] * sum);
        }

        return mixed;
    }
}
