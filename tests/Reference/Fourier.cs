using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>The two-dimensional discrete Fourier transform by its definition, rows and then columns.</summary>
public static class Fourier
{
    /// <summary>Transforms [H,W] in place; the inverse is scaled by 1/(HW).</summary>
    public static void Transform(double[] re, double[] im, int h, int w, bool inverse)
    {
        for (int y = 0; y < h; y++) Line(re, im, y * w, 1, w, inverse);
        for (int x = 0; x < w; x++) Line(re, im, x, w, h, inverse);
    }

    private static void Line(double[] re, double[] im, int start, int step, int n, bool inverse)
    {
        double[] cos = new double[n], sin = new double[n];
        for (int i = 0; i < n; i++) (sin[i], cos[i]) = Math.SinCos((inverse ? 2 : -2) * Math.PI * i / n);
        double[] lineRe = new double[n], lineIm = new double[n];
        for (int i = 0; i < n; i++) (lineRe[i], lineIm[i]) = (re[start + (i * step)], im[start + (i * step)]);
        double scale = inverse ? 1.0 / n : 1;
        for (int k = 0; k < n; k++)
        {
            double sumRe = 0, sumIm = 0;
            int angle = 0;
            for (int i = 0; i < n; i++)
            {
                sumRe += (lineRe[i] * cos[angle]) - (lineIm[i] * sin[angle]);
                sumIm += (lineRe[i] * sin[angle]) + (lineIm[i] * cos[angle]);
                angle += k;
                if (angle >= n) angle -= n;
            }

            re[start + (k * step)] = sumRe * scale;
            im[start + (k * step)] = sumIm * scale;
        }
    }
}
