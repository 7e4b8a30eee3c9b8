using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>
/// The method's stages on plain arrays: the library on each backend, and the reference. What holds for one must hold for all.
/// </summary>
public abstract class Stages
{
    /// <summary>The reference, and the library on every backend.</summary>
    public static IEnumerable<Stages> All => Backend.All.Select(b => (Stages)new LibraryStages(b)).Prepend(new ReferenceStages());

    /// <summary>[N,C,H,W] → [N,H,W].</summary>
    public abstract double[] SpectralResidual(double[] images, int[] shape, GuidedMixerOptions options);

    /// <summary>[N,C,H,W] → [N,H,W].</summary>
    public abstract double[] GradientSaliency(double[] gradient, int[] shape);

    /// <summary>[N,H,W] → [N,H,W].</summary>
    public abstract double[] Blur(double[] maps, int n, int h, int w, GuidedMixerOptions options);

    /// <summary>[N,H,W] → [N,H,W] and the maps that were replaced.</summary>
    public abstract (double[] Maps, bool[] IsDegenerate) Normalise(double[] maps, int n, int h, int w);

    /// <summary>[N,H,W] → [N,N].</summary>
    public abstract double[] Distance(double[] maps, int n, int h, int w, DistanceMetric metric);

    /// <summary>[N,N] → [N].</summary>
    public abstract int[] Greedy(double[] distance, int n);

    /// <summary>Images [N,C,H,W], maps [N,H,W], partners [N] → masks [N,H,W], mixed images [N,C,H,W], label weights [N].</summary>
    public abstract (double[] Mask, double[] Mixed, double[] Ratio) Mix(double[] images, double[] maps, int[] partners, int[] shape);

    /// <summary>Classes [N] → rows [N,K].</summary>
    public abstract double[] Soft(int[] classes, int[] partners, double[] ratio, int k);

    /// <summary>
    /// The whole chain; <paramref name="saliency"/> null for spectral residual, <paramref name="partners"/> null for greedy.
    /// </summary>
    public abstract Reference.PipelineResult Run(double[] images, double[]? saliency, int[]? partners, int[] shape);
}
