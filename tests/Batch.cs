using System;

namespace GuidedMixup.Tests;

/// <summary>Seeded random inputs of any shape, type and layout, in guarded and frozen memory.</summary>
public static class Batch
{
    /// <summary>Images [N,C,H,W]: a few waves and noise, normalised to about ±2, or 0 to 255 for UInt8.</summary>
    public static GuardedTensor Images(int seed, ElementType type, BatchLayout layout, int n, int c, int h, int w)
    {
        var random = new Random(seed);
        var images = GuardedTensor.Create(type, layout, n, c, h, w);
        long i = 0;
        for (int plane = 0; plane < n * c; plane++)
        {
            double fy = random.NextDouble() * 3 / h, fx = random.NextDouble() * 3 / w, phase = random.NextDouble();
            double peakY = random.NextDouble() * h, peakX = random.NextDouble() * w;
            for (int y = 0; y < h; y++)
            {
                for (int x = 0; x < w; x++)
                {
                    double dy = (y - peakY) / h, dx = (x - peakX) / w;
                    double value = Math.Sin(2 * Math.PI * ((fy * y) + (fx * x) + phase)) * 0.7;
                    value += (1.2 * Math.Exp(-((dy * dy) + (dx * dx)) * 20)) + ((random.NextDouble() - 0.5) * 0.8);
                    images[i++] = type == ElementType.UInt8 ? 128 + (55 * value) : value;
                }
            }
        }

        images.Freeze();
        return images;
    }

    /// <summary>Gradients [N,C,H,W]: noise of both signs, each image at a scale of its own.</summary>
    public static GuardedTensor Gradient(int seed, ElementType type, BatchLayout layout, int n, int c, int h, int w)
    {
        var random = new Random(seed);
        var gradient = GuardedTensor.Create(type, layout, n, c, h, w);
        for (int image = 0; image < n; image++)
        {
            double scale = Math.ScaleB(1, random.Next(-6, 3));
            for (long i = 0; i < (long)c * h * w; i++)
                gradient[((long)image * c * h * w) + i] = (random.NextDouble() - random.NextDouble()) * scale;
        }

        gradient.Freeze();
        return gradient;
    }

    /// <summary>Saliency maps [N,H,W]: non-negative, one broad peak an image, noise.</summary>
    public static GuardedTensor Maps(int seed, ElementType type, BatchLayout layout, int n, int h, int w)
    {
        var random = new Random(seed);
        var maps = GuardedTensor.Create(type, layout, n, h, w);
        maps.Fill(Peaks(random, n, h, w));
        maps.Freeze();
        return maps;
    }

    /// <summary>Maps [N,H,W], Float32, compact, each with sum 1 (to rounding).</summary>
    public static GuardedTensor Normalised(int seed, int n, int h, int w)
    {
        double[] values = Peaks(new Random(seed), n, h, w);
        for (int image = 0; image < n; image++)
        {
            Span<double> map = values.AsSpan(image * h * w, h * w);
            double sum = 0;
            foreach (double value in map) sum += value;
            for (int i = 0; i < map.Length; i++) map[i] /= sum;
        }

        return GuardedTensor.Holding(ElementType.Float32, values, n, h, w);
    }

    /// <summary>A permutation of 0..N−1, compact.</summary>
    public static GuardedTensor Permutation(int seed, ElementType type, int n)
    {
        var partners = new double[n];
        for (int i = 0; i < n; i++) partners[i] = i;
        new Random(seed).Shuffle(partners);
        return GuardedTensor.Holding(type, partners, n);
    }

    /// <summary>Any partners in 0..N−1, several images sharing one: not a permutation.</summary>
    public static GuardedTensor AnyPartners(int seed, ElementType type, int n)
    {
        var random = new Random(seed);
        var partners = new double[n];
        for (int i = 0; i < n; i++) partners[i] = random.Next(n);
        return GuardedTensor.Holding(type, partners, n);
    }

    /// <summary>Classes [N] in 0..K−1, compact.</summary>
    public static GuardedTensor Classes(int seed, ElementType type, int n, int k)
    {
        var random = new Random(seed);
        var labels = new double[n];
        for (int i = 0; i < n; i++) labels[i] = random.Next(k);
        return GuardedTensor.Holding(type, labels, n);
    }

    private static double[] Peaks(Random random, int n, int h, int w)
    {
        var values = new double[n * h * w];
        int i = 0;
        for (int image = 0; image < n; image++)
        {
            double peakY = random.NextDouble() * h, peakX = random.NextDouble() * w;
            for (int y = 0; y < h; y++)
            {
                for (int x = 0; x < w; x++)
                {
                    double dy = (y - peakY) / h, dx = (x - peakX) / w;
                    values[i++] = Math.Exp(-((dy * dy) + (dx * dx)) * 15) + (0.3 * random.NextDouble());
                }
            }
        }

        return values;
    }
}
