using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>Guided-AP saliency in double precision.</summary>
public static class GradientSaliency
{
    /// <summary>s = √(mean over c of g²): [N,C,H,W] → [N,H,W].</summary>
    public static double[] Compute(double[] gradient, int n, int c, int h, int w)
    {
        int pixels = h * w;
        var saliency = new double[n * pixels];
        for (int i = 0; i < n; i++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                double sum = 0;
                for (int channel = 0; channel < c; channel++)
                {
                    double g = gradient[(((i * c) + channel) * pixels) + pixel];
                    sum += g * g;
                }

                saliency[(i * pixels) + pixel] = Math.Sqrt(sum / c);
            }
        }

        return saliency;
    }
}
