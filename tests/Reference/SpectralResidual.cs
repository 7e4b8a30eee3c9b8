using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>Guided-SR saliency in double precision, written from the specification.</summary>
public static class SpectralResidual
{
    private const int WorkingSize = 128;

    /// <summary>[N,C,H,W] → [N,H,W]; <paramref name="weights"/> are the gray weights, null for the released ones.</summary>
    public static double[] Compute(
        double[] images, int n, int c, int h, int w, double[]? weights = null, bool antialias = false, int blurSize = 7, double sigma = 3)
    {
        var saliency = new double[n * h * w];
        for (int i = 0; i < n; i++)
        {
            double[] gray = Gray(images.AsSpan(i * c * h * w, c * h * w), c, h * w, weights);
            Map(gray, h, w, antialias, blurSize, sigma).CopyTo(saliency, i * h * w);
        }

        return saliency;
    }

    /// <summary>g = Σ over c of weight·x: [C,H·W] → [H·W].</summary>
    public static double[] Gray(ReadOnlySpan<double> image, int c, int pixels, double[]? weights = null)
    {
        weights ??= c == 1 ? [1] : [0.2989, 0.587, 0.114];
        var gray = new double[pixels];
        for (int channel = 0; channel < c; channel++)
        {
            for (int i = 0; i < pixels; i++) gray[i] += weights[channel] * image[(channel * pixels) + i];
        }

        return gray;
    }

    /// <summary>The saliency map of one gray image: [H,W] → [H,W].</summary>
    public static double[] Map(double[] gray, int h, int w, bool antialias, int blurSize, double sigma)
    {
        if (h <= WorkingSize) return GaussianBlur.Blur(Raw(gray, h, w), h, w, blurSize, sigma);
        double[] small = Resize.Bilinear(gray, h, w, WorkingSize, WorkingSize, antialias);
        double[] blurred = GaussianBlur.Blur(Raw(small, WorkingSize, WorkingSize), WorkingSize, WorkingSize, blurSize, sigma);
        return Resize.Bilinear(blurred, WorkingSize, WorkingSize, h, w, antialias);
    }

    /// <summary>S = |ifft2(F · exp(L − box₃(L)) / A)| with A = √(|F|² + 1e-10) and L = ln A: [H,W] → [H,W].</summary>
    public static double[] Raw(double[] gray, int h, int w)
    {
        double[] re = (double[])gray.Clone(), im = new double[h * w];
        Fourier.Transform(re, im, h, w, inverse: false);
        double[] amplitude = new double[h * w], log = new double[h * w];
        for (int i = 0; i < h * w; i++)
        {
            amplitude[i] = Math.Sqrt((re[i] * re[i]) + (im[i] * im[i]) + 1e-10);
            log[i] = Math.Log(amplitude[i]);
        }

        double[] mean = Box(log, h, w);
        for (int i = 0; i < h * w; i++)
        {
            double factor = Math.Exp(log[i] - mean[i]) / amplitude[i];
            re[i] *= factor;
            im[i] *= factor;
        }

        Fourier.Transform(re, im, h, w, inverse: true);
        var raw = new double[h * w];
        for (int i = 0; i < h * w; i++) raw[i] = Math.Sqrt((re[i] * re[i]) + (im[i] * im[i]));
        return raw;
    }

    /// <summary>The mean of 3×3 with replicate padding: [H,W] → [H,W].</summary>
    public static double[] Box(double[] plane, int h, int w)
    {
        var mean = new double[h * w];
        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < w; x++)
            {
                double sum = 0;
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                        sum += plane[(Math.Clamp(y + dy, 0, h - 1) * w) + Math.Clamp(x + dx, 0, w - 1)];
                }

                mean[(y * w) + x] = sum / 9;
            }
        }

        return mean;
    }
}
