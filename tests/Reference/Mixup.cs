namespace GuidedMixup.Tests.Reference;

/// <summary>Mixup of tensors in double precision.</summary>
public static class Mixup
{
    /// <summary>y[i] = λ[i]·x[i] + (1 − λ[i])·x[π[i]] on rows of any length. An image that is its own partner stays as it is.</summary>
    public static double[] Mix(double[] tensors, double[] ratio, int[] partners)
    {
        int row = tensors.Length / partners.Length;
        var mixed = new double[tensors.Length];
        for (int at = 0; at < tensors.Length; at++)
        {
            int i = at / row;
            double own = tensors[at], other = tensors[(partners[i] * row) + (at % row)];
            // A weight of 0 leaves out what it weighs, NaN and all.
            mixed[at] = partners[i] == i || ratio[i] == 1 ? own : ratio[i] == 0 ? other : (ratio[i] * own) + ((1 - ratio[i]) * other);
        }

        return mixed;
    }
}
