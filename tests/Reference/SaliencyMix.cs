using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>Boxes around the partner's saliency maximum.</summary>
public static class SaliencyMix
{
    /// <summary>Boxes [N,4] from maps [N,H·W] and the draws' λ; empty for an image that is its own partner.</summary>
    public static int[] Boxes(double[] maps, float[] ratios, int[] partners, DrawMode mode, int h, int w)
    {
        var boxes = new int[4 * partners.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            if (partners[i] == i) continue;
            int peak = Peak(maps, mode == DrawMode.Batch ? partners[0] : partners[i], h * w);
            float ratio = ratios[MixDraws.Number(mode, i, partners[i])];
            MixDraws.Box(peak / w, peak % w, ratio, h, w).CopyTo(boxes.AsSpan(4 * i));
        }

        return boxes;
    }

    /// <summary>The first pixel that no other exceeds; NaN is none. 0 where all are NaN.</summary>
    public static int Peak(double[] maps, int image, int pixels)
    {
        int best = -1;
        for (int at = 0; at < pixels; at++)
        {
            double value = maps[(image * pixels) + at];
            if (!double.IsNaN(value) && (best < 0 || value > maps[(image * pixels) + best])) best = at;
        }

        return Math.Max(best, 0);
    }
}
