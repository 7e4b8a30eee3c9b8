namespace GuidedMixup.Tests.Reference;

/// <summary>Mixed labels in double precision.</summary>
public static class LabelMix
{
    /// <summary>Classes [N] → one-hot rows [N,K].</summary>
    public static double[] OneHot(int[] classes, int k)
    {
        var rows = new double[classes.Length * k];
        for (int i = 0; i < classes.Length; i++) rows[(i * k) + classes[i]] = 1;
        return rows;
    }

    /// <summary>t'[i] = λ[i]·t[i] + (1 − λ[i])·t[π[i]]: [N,K] → [N,K]. An image that is its own partner keeps its label.</summary>
    public static double[] Soft(double[] rows, int[] partners, double[] ratio)
    {
        int k = rows.Length / partners.Length;
        var soft = new double[rows.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            for (int j = 0; j < k; j++)
            {
                double own = rows[(i * k) + j], other = rows[(partners[i] * k) + j];
                soft[(i * k) + j] = partners[i] == i ? own : (ratio[i] * own) + ((1 - ratio[i]) * other);
            }
        }

        return soft;
    }
}
