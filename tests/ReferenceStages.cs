namespace GuidedMixup.Tests;

/// <summary>The stages of tests/Reference.</summary>
public sealed class ReferenceStages : Stages
{
    public override double[] SpectralResidual(double[] images, int[] shape, GuidedMixerOptions options) =>
        Reference.SpectralResidual.Compute(
            images, shape[0], shape[1], shape[2], shape[3], null, options.Antialias, options.BlurSize, options.BlurSigma);

    public override double[] GradientSaliency(double[] gradient, int[] shape) =>
        Reference.GradientSaliency.Compute(gradient, shape[0], shape[1], shape[2], shape[3]);

    public override double[] Blur(double[] maps, int n, int h, int w, GuidedMixerOptions options) =>
        Reference.GaussianBlur.BlurAll(maps, n, h, w, options.BlurSize, options.BlurSigma);

    public override (double[] Maps, bool[] IsDegenerate) Normalise(double[] maps, int n, int h, int w) =>
        Reference.GaussianBlur.Normalise(maps, n, h, w);

    public override double[] Distance(double[] maps, int n, int h, int w, DistanceMetric metric) =>
        Reference.PairDistance.Compute(maps, n, h * w, metric);

    public override int[] Greedy(double[] distance, int n) => Reference.CycleCover.Greedy(distance, n);

    public override (double[] Mask, double[] Mixed, double[] Ratio) Mix(double[] images, double[] maps, int[] partners, int[] shape)
    {
        double[] mask = Reference.PixelMix.Mask(maps, partners, shape[2] * shape[3]);
        double[] mixed = Reference.PixelMix.Mix(images, mask, partners, shape[1], shape[2] * shape[3]);
        return (mask, mixed, Reference.PixelMix.Ratio(mask, shape[0]));
    }

    public override double[] Soft(int[] classes, int[] partners, double[] ratio, int k) =>
        Reference.LabelMix.Soft(Reference.LabelMix.OneHot(classes, k), partners, ratio);

    public override Reference.PipelineResult Run(double[] images, double[]? saliency, int[]? partners, int[] shape)
    {
        saliency ??= SpectralResidual(images, shape, new GuidedMixerOptions());
        return Reference.Pipeline.Run(images, saliency, shape[0], shape[1], shape[2], shape[3], DistanceMetric.L2, partners);
    }

    public override string ToString() => "Reference";
}
