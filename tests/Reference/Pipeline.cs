namespace GuidedMixup.Tests.Reference;

/// <summary>One batch through every stage in double precision.</summary>
public static class Pipeline
{
    /// <summary>From saliency maps [N,H,W] before the last blur; <paramref name="partners"/> null for greedy pairing.</summary>
    public static PipelineResult Run(
        double[] images, double[] saliency, int n, int c, int h, int w, DistanceMetric metric = DistanceMetric.L2, int[]? partners = null)
    {
        (double[] normalised, bool[] isDegenerate) = GaussianBlur.Normalise(saliency, n, h, w);
        double[] distance = PairDistance.Compute(normalised, n, h * w, metric);
        partners ??= CycleCover.Greedy(distance, n);
        double[] mask = PixelMix.Mask(normalised, partners, h * w);
        return new PipelineResult
        {
            Saliency = saliency,
            Normalised = normalised,
            IsDegenerate = isDegenerate,
            Distance = distance,
            Partners = partners,
            Mask = mask,
            Mixed = PixelMix.Mix(images, mask, partners, c, h * w),
            Ratio = PixelMix.Ratio(mask, n),
        };
    }
}
