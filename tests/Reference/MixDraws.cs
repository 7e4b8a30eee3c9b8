using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>The draws of the mixing methods: λ from U and V by way of Student's t, boxes by the specification's formula.</summary>
public static class MixDraws
{
    /// <summary>λ ~ Beta(α, α) of draw k of purpose 2, or of another.</summary>
    public static double Ratio(double alpha, ulong seed, ulong step, int rank, int k, uint purpose = 2)
    {
        (double u, double v) = Pair(seed, step, rank, purpose, (uint)k);
        double freedom = 2 * alpha;
        double t = Math.Sqrt(freedom * (Math.Pow(1 - u, -2 / freedom) - 1)) * Math.Cos(2 * Math.PI * v);
        // ½ + ½·t/√(ν + t²), as a share of a Beta variable and its rest, neither of which cancels.
        double x = 0.5 * (1 + (Math.Abs(t) / Math.Sqrt(freedom + (t * t))));
        double rest = freedom / (2 * (freedom + (t * t)) * (1 + (Math.Abs(t) / Math.Sqrt(freedom + (t * t)))));
        if (double.IsInfinity(t)) (x, rest) = (1, 0);
        return t < 0 ? rest : x;
    }

    /// <summary>The box centre of draw k of purpose 3, or of another, in an image of H×W.</summary>
    public static (double Y, double X) Centre(ulong seed, ulong step, int rank, int k, int h, int w, uint purpose = 3)
    {
        (double u, double v) = Pair(seed, step, rank, purpose, (uint)k);
        return (u * h, v * w);
    }

    /// <summary>SnapMix's box of draw k, α = 5: the image's from purposes 2 and 3, the partner's from 4 and 5.</summary>
    public static int[] SnapBox(ulong seed, ulong step, int rank, int k, int h, int w, bool isPartner)
    {
        (double y, double x) = Centre(seed, step, rank, k, h, w, isPartner ? 5u : 3u);
        return Box(y, x, (float)Ratio(5, seed, step, rank, k, isPartner ? 4u : 2u), h, w);
    }

    /// <summary>int(clip(c ± r·H/2, 0, H)), r = √(1 − λ): top, left, bottom, right.</summary>
    public static int[] Box(double y, double x, float ratio, int h, int w)
    {
        double r = Math.Sqrt(1.0 - ratio);
        return
        [
            (int)Math.Min(Math.Max(y - (r * h / 2), 0), h),
            (int)Math.Min(Math.Max(x - (r * w / 2), 0), w),
            (int)Math.Min(Math.Max(y + (r * h / 2), 0), h),
            (int)Math.Min(Math.Max(x + (r * w / 2), 0), w),
        ];
    }

    /// <summary>Which draw image i takes.</summary>
    public static int Number(DrawMode mode, int i, int partner) => mode == DrawMode.Image ? i : mode == DrawMode.Pair && partner > i ? i : mode == DrawMode.Pair ? partner : 0;

    private static (double U, double V) Pair(ulong seed, ulong step, int rank, uint purpose, uint index)
    {
        uint[] words = Philox.Block(
            [index, (uint)(step & uint.MaxValue), (uint)(step >> 32), (purpose * 0x1000000) + (uint)rank],
            [(uint)(seed & uint.MaxValue), (uint)(seed >> 32)]);
        double Number(uint high, uint low) => ((high * 0x20_0000ul) + (low >> 11)) / 9007199254740992.0;
        return (Number(words[0], words[1]), Number(words[2], words[3]));
    }
}
