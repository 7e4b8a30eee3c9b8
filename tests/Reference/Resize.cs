using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>Bilinear resize with half-pixel centres, in double precision.</summary>
public static class Resize
{
    /// <summary>[H,W] → [toH,toW], one axis after the other.</summary>
    public static double[] Bilinear(double[] plane, int h, int w, int toH, int toW, bool antialias)
    {
        double[] across = new double[h * toW];
        double[,] columns = Weights(w, toW, antialias);
        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < toW; x++)
            {
                double sum = 0;
                for (int i = 0; i < w; i++)
                {
                    if (columns[x, i] != 0) sum += columns[x, i] * plane[(y * w) + i];
                }

                across[(y * toW) + x] = sum;
            }
        }

        double[] result = new double[toH * toW];
        double[,] rows = Weights(h, toH, antialias);
        for (int y = 0; y < toH; y++)
        {
            for (int i = 0; i < h; i++)
            {
                if (rows[y, i] == 0) continue;
                for (int x = 0; x < toW; x++) result[(y * toW) + x] += rows[y, i] * across[(i * toW) + x];
            }
        }

        return result;
    }

    /// <summary>The weight of every input position i in every output position o: [to, from].</summary>
    private static double[,] Weights(int from, int to, bool antialias)
    {
        var weights = new double[to, from];
        double ratio = (double)from / to;
        for (int o = 0; o < to; o++)
        {
            if (antialias)
            {
                double support = Math.Max(ratio, 1), centre = (o + 0.5) * ratio, sum = 0;
                for (int i = 0; i < from; i++)
                {
                    weights[o, i] = Math.Max(0, 1 - (Math.Abs(i + 0.5 - centre) / support));
                    sum += weights[o, i];
                }

                for (int i = 0; i < from; i++) weights[o, i] /= sum;
            }
            else
            {
                double source = Math.Max(((o + 0.5) * ratio) - 0.5, 0);
                int low = Math.Min((int)source, from - 1), high = Math.Min(low + 1, from - 1);
                double fraction = source - low;
                weights[o, low] += 1 - fraction;
                weights[o, high] += fraction;
            }
        }

        return weights;
    }
}
