namespace GuidedMixup.Tests.Reference;

/// <summary>CutMix pixel by pixel.</summary>
public static class CutMix
{
    /// <summary>y = x[π] inside the box [N,4], x outside: [N,C,H,W] → [N,C,H,W].</summary>
    public static double[] Mix(double[] images, int[] boxes, int[] partners, int c, int h, int w)
    {
        var mixed = new double[images.Length];
        for (int at = 0; at < images.Length; at++)
        {
            int i = at / (c * h * w), y = at / w % h, x = at % w;
            mixed[at] = images[IsInside(boxes, i, y, x) ? at + ((partners[i] - i) * c * h * w) : at];
        }

        return mixed;
    }

    /// <summary>λ: the share of the pixels outside the box, counted one by one; 1 for an image that is its own partner.</summary>
    public static double[] Ratio(int[] boxes, int[] partners, int h, int w)
    {
        var ratio = new double[partners.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            int outside = 0;
            for (int at = 0; at < h * w; at++) outside += partners[i] == i || !IsInside(boxes, i, at / w, at % w) ? 1 : 0;
            ratio[i] = (double)outside / (h * w);
        }

        return ratio;
    }

    private static bool IsInside(int[] boxes, int i, int y, int x) =>
        boxes[4 * i] <= y && y < boxes[(4 * i) + 2] && boxes[(4 * i) + 1] <= x && x < boxes[(4 * i) + 3];
}
