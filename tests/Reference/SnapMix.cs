using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>SnapMix in double precision, from its definition: whole maps and whole patches, nothing clever.</summary>
public static class SnapMix
{
    /// <summary>m = Σ_f relu(features[n,f])·W[y_n,f] + b[y_n]: [N,F,h·w], [K,F], [K] or null → [N,h·w].</summary>
    public static double[] Map(double[] features, double[] weights, double[]? bias, int[] labels, int pixels)
    {
        int n = labels.Length, channels = features.Length / n / pixels;
        var map = new double[n * pixels];
        for (int i = 0; i < n; i++)
        {
            for (int at = 0; at < pixels; at++)
            {
                double sum = bias == null ? 0 : bias[labels[i]];
                for (int f = 0; f < channels; f++)
                {
                    double feature = features[(((i * channels) + f) * pixels) + at];
                    sum += (feature < 0 ? 0 : feature) * weights[(labels[i] * channels) + f];
                }

                map[(i * pixels) + at] = sum;
            }
        }

        return map;
    }

    /// <summary>A map of h × w at H × W pixels (bilinear, half-pixel centres), less its minimum, divided by its sum; NaN where that is 0.</summary>
    public static double[] Share(ReadOnlySpan<double> map, int fromH, int fromW, int h, int w)
    {
        var share = new double[h * w];
        double minimum = double.PositiveInfinity, sum = 0;
        for (int y = 0; y < h; y++)
        {
            (int top, int bottom, double down) = HalfPixel(y, fromH, h);
            for (int x = 0; x < w; x++)
            {
                (int left, int right, double along) = HalfPixel(x, fromW, w);
                // As differences, so that a flat map stays exactly flat.
                double upper = map[(top * fromW) + left] + (along * (map[(top * fromW) + right] - map[(top * fromW) + left]));
                double lower = map[(bottom * fromW) + left] + (along * (map[(bottom * fromW) + right] - map[(bottom * fromW) + left]));
                share[(y * w) + x] = upper + (down * (lower - upper));
                minimum = Math.Min(minimum, share[(y * w) + x]);
            }
        }

        for (int i = 0; i < share.Length; i++)
        {
            share[i] -= minimum;
            sum += share[i];
        }

        for (int i = 0; i < share.Length; i++) share[i] /= sum;
        return share;
    }

    /// <summary>
    /// λa = 1 − the image's share in its box, λb = the partner's share in its own box: both sums for a pair of one class, the share of the area
    /// where they are NaN, 1 and 0 where a box is empty or the image its own partner.
    /// </summary>
    public static (double Own, double Other) Ratio(double[] own, double[] other, int[] box, int[] partnerBox, bool isSameClass, bool isSelf, int w)
    {
        if (Area(box) == 0 || Area(partnerBox) == 0 || isSelf) return (1, 0);
        double a = 1 - (Sum(own, box, w) / (Sum(own, [0, 0, own.Length / w, w], w) + 1e-8));
        double b = Sum(other, partnerBox, w) / (Sum(other, [0, 0, own.Length / w, w], w) + 1e-8);
        if (isSameClass) (a, b) = (a + b, a + b);
        double area = (double)Area(box) / own.Length;
        return (double.IsNaN(a) ? 1 - area : a, double.IsNaN(b) ? area : b);
    }

    /// <summary>The partner's patch resized into the image's box (bilinear, corners aligned), channel by channel: [C,H·W] twice → [C,H·W].</summary>
    public static double[] Mix(ReadOnlySpan<double> own, ReadOnlySpan<double> other, int[] box, int[] partnerBox, int c, int w)
    {
        double[] mixed = own.ToArray();
        if (Area(box) == 0 || Area(partnerBox) == 0) return mixed;
        int pixels = mixed.Length / c;
        for (int channel = 0; channel < c; channel++)
        {
            for (int y = box[0]; y < box[2]; y++)
            {
                (int top, int bottom, double down) = Corner(y - box[0], partnerBox[2] - partnerBox[0], box[2] - box[0]);
                for (int x = box[1]; x < box[3]; x++)
                {
                    (int left, int right, double along) = Corner(x - box[1], partnerBox[3] - partnerBox[1], box[3] - box[1]);
                    int above = (channel * pixels) + ((partnerBox[0] + top) * w) + partnerBox[1];
                    int below = (channel * pixels) + ((partnerBox[0] + bottom) * w) + partnerBox[1];
                    double upper = Between(other[above + left], other[above + right], along);
                    double lower = Between(other[below + left], other[below + right], along);
                    mixed[(channel * pixels) + (y * w) + x] = Between(upper, lower, down);
                }
            }
        }

        return mixed;
    }

    private static int Area(int[] box) => (box[2] - box[0]) * (box[3] - box[1]);

    private static double Sum(double[] map, int[] box, int w)
    {
        double sum = 0;
        for (int y = box[0]; y < box[2]; y++)
        {
            for (int x = box[1]; x < box[3]; x++) sum += map[(y * w) + x];
        }

        return sum;
    }

    // A weight of 0 takes nothing, be it of NaN.
    private static double Between(double a, double b, double weight) => weight == 0 ? a : ((1 - weight) * a) + (weight * b);

    /// <summary>Pixel centres at halves, the edge repeated beyond the first and the last.</summary>
    private static (int First, int Second, double Weight) HalfPixel(int o, int from, int to)
    {
        double at = Math.Max(((o + 0.5) * from / to) - 0.5, 0);
        int first = Math.Min((int)at, from - 1);
        return (first, Math.Min(first + 1, from - 1), at - first);
    }

    /// <summary>The first pixel on the first, the last on the last; a single pixel takes the first.</summary>
    private static (int First, int Second, double Weight) Corner(int o, int from, int to)
    {
        if (to == 1) return (0, 0, 0);
        (int first, int rest) = Math.DivRem(o * (from - 1), to - 1);
        return (first, Math.Min(first + 1, from - 1), (double)rest / (to - 1));
    }
}
