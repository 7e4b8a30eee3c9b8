namespace GuidedMixup.Tests.Reference;

/// <summary>Masks, mixed images, label weights and the gradient through the mix in double precision.</summary>
public static class PixelMix
{
    /// <summary>M[i] = p[i] / (p[i] + p[π[i]]), 0.5 where both are 0: [N,H·W] → [N,H·W].</summary>
    public static double[] Mask(double[] maps, int[] partners, int pixels)
    {
        var mask = new double[maps.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                double own = maps[(i * pixels) + pixel], other = maps[(partners[i] * pixels) + pixel];
                mask[(i * pixels) + pixel] = own + other == 0 ? 0.5 : own / (own + other);
            }
        }

        return mask;
    }

    /// <summary>y[i] = M[i]·x[i] + (1 − M[i])·x[π[i]]: [N,C,H·W] → [N,C,H·W]. An image that is its own partner stays as it is.</summary>
    public static double[] Mix(double[] images, double[] mask, int[] partners, int c, int pixels)
    {
        var mixed = new double[images.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            for (int at = 0; at < c * pixels; at++)
            {
                double m = mask[(i * pixels) + (at % pixels)];
                double own = images[(i * c * pixels) + at], other = images[(partners[i] * c * pixels) + at];
                mixed[(i * c * pixels) + at] = partners[i] == i ? own : (m * own) + ((1 - m) * other);
            }
        }

        return mixed;
    }

    /// <summary>λ[i] = mean(M[i]): [N,H·W] → [N].</summary>
    public static double[] Ratio(double[] mask, int n)
    {
        var ratio = new double[n];
        for (int i = 0; i < mask.Length; i++) ratio[i / (mask.Length / n)] += mask[i] / (mask.Length / n);
        return ratio;
    }

    /// <summary>∂L/∂x for the given ∂L/∂y, each y scattered back to the two images it came from.</summary>
    public static double[] Backward(double[] mixedGradient, double[] mask, int[] partners, int c, int pixels)
    {
        var gradient = new double[mixedGradient.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            for (int at = 0; at < c * pixels; at++)
            {
                double g = mixedGradient[(i * c * pixels) + at], m = partners[i] == i ? 1 : mask[(i * pixels) + (at % pixels)];
                gradient[(i * c * pixels) + at] += m * g;
                if (partners[i] != i) gradient[(partners[i] * c * pixels) + at] += (1 - m) * g;
            }
        }

        return gradient;
    }
}
