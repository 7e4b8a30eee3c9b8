using System.Linq;

namespace GuidedMixup.Tests.Reference;

/// <summary>AugMix's mixing step in double precision.</summary>
public static class AugMix
{
    /// <summary>w and m of image i: K − 1 uniform numbers of purpose 6 cut [0, 1), one of purpose 7 is m.</summary>
    public static (double[] Weights, double Skip) Draw(int k, int i, ulong seed, ulong step, int rank)
    {
        double Uniform(uint purpose, uint index)
        {
            uint[] words = Philox.Block(
                [index, (uint)(step & uint.MaxValue), (uint)(step >> 32), (purpose * 0x1000000) + (uint)rank],
                [(uint)(seed & uint.MaxValue), (uint)(seed >> 32)]);
            return ((words[0] * 0x20_0000ul) + (words[1] >> 11)) / 9007199254740992.0;
        }

        double[] cuts = [0, .. Enumerable.Range(0, k - 1).Select(j => Uniform(6, (uint)((i * k) + j))).Order(), 1];
        return ([.. Enumerable.Range(0, k).Select(j => cuts[j + 1] - cuts[j])], Uniform(7, (uint)i));
    }

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
