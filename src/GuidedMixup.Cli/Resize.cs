using System;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cli;

/// <summary>Antialiased bilinear resizing, as photographs are prepared for training.</summary>
/// <remarks>
/// Output o looks at the centre (o+½)·in/out with the weights max(0, 1 − |i+½−centre|/support), support = max(in/out, 1), normalised.
/// </remarks>
internal static class Resize
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Picture Bilinear(Picture picture, int width, int height)
    {
        if (picture.Width == width && picture.Height == height) return picture;
        int channels = picture.Channels;
        (int[] firstX, float[][] weightX) = Weights(picture.Width, width);
        (int[] firstY, float[][] weightY) = Weights(picture.Height, height);
        int stride = width * channels;
        float[] rows = new float[checked(picture.Height * stride)];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> source = picture.Pixels.AsSpan(y * picture.Width * channels, picture.Width * channels);
            for (int x = 0; x < width; x++)
            {
                float[] weights = weightX[x];
                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    for (int k = 0; k < weights.Length; k++) sum += weights[k] * source[((firstX[x] + k) * channels) + c];
                    rows[(y * stride) + (x * channels) + c] = sum;
                }
            }
        }

        var result = new Picture(width, height, channels);
        float[] line = new float[stride];
        for (int y = 0; y < height; y++)
        {
            Array.Clear(line);
            float[] weights = weightY[y];
            for (int k = 0; k < weights.Length; k++)
            {
                ReadOnlySpan<float> source = rows.AsSpan((firstY[y] + k) * stride, stride);
                for (int i = 0; i < stride; i++) line[i] += weights[k] * source[i];
            }

            Span<byte> target = result.Pixels.AsSpan(y * stride, stride);
            for (int i = 0; i < stride; i++) target[i] = (byte)Math.Clamp(MathF.Round(line[i]), 0, 255);
        }

        return result;
    }

    private static (int[] First, float[][] Weights) Weights(int from, int to)
    {
        double scale = (double)from / to, support = Math.Max(scale, 1);
        int[] first = new int[to];
        float[][] weights = new float[to][];
        for (int o = 0; o < to; o++)
        {
            double centre = (o + 0.5) * scale;
            int low = Math.Max((int)(centre - support + 0.5), 0), high = Math.Min((int)(centre + support + 0.5), from);
            double[] row = new double[high - low];
            double sum = 0;
            for (int i = low; i < high; i++) sum += row[i - low] = Math.Max(0, 1 - (Math.Abs(i + 0.5 - centre) / support));
            first[o] = low;
            weights[o] = Array.ConvertAll(row, weight => (float)(weight / sum));
        }

        return (first, weights);
    }
}
