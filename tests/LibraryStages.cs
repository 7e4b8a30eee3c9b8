using System;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>The library's stages in float32, NCHW, every buffer guarded, inputs frozen and outputs poisoned.</summary>
public sealed class LibraryStages(Backend backend) : Stages
{
    public override double[] SpectralResidual(double[] images, int[] shape, GuidedMixerOptions options)
    {
        using var x = Floats(images, shape);
        using var s = Floats(null, shape[0], shape[2], shape[3]);
        GuidedMixup.SpectralResidual.Compute(backend.View(x), backend.View(s), options, backend.Execution);
        Finish("SpectralResidual", x, s);
        return s.ToDoubles();
    }

    public override double[] GradientSaliency(double[] gradient, int[] shape)
    {
        using var g = Floats(gradient, shape);
        using var s = Floats(null, shape[0], shape[2], shape[3]);
        GuidedMixup.GradientSaliency.Compute(backend.View(g), backend.View(s), backend.Execution);
        Finish("GradientSaliency", g, s);
        return s.ToDoubles();
    }

    public override double[] Blur(double[] maps, int n, int h, int w, GuidedMixerOptions options)
    {
        using var s = Floats(maps, n, h, w);
        using var b = Floats(null, n, h, w);
        GaussianBlur.Blur(backend.View(s), backend.View(b), options, backend.Execution);
        Finish("Blur", s, b);
        return b.ToDoubles();
    }

    public override (double[] Maps, bool[] IsDegenerate) Normalise(double[] maps, int n, int h, int w)
    {
        using var s = Floats(maps, n, h, w);
        using var p = Floats(null, n, h, w);
        using var flags = GuardedTensor.Compact(ElementType.Int32, n);
        GaussianBlur.Normalise(backend.View(s), backend.View(p), backend.View(flags), null, backend.Execution);
        Finish("Normalise", s, p, flags);
        return (p.ToDoubles(), IsDegenerate(flags));
    }

    public override double[] Distance(double[] maps, int n, int h, int w, DistanceMetric metric)
    {
        using var p = Floats(maps, n, h, w);
        using var d = Floats(null, n, n);
        PairDistance.Compute(backend.View(p), backend.View(d), metric, backend.Execution);
        Finish("PairDistance", p, d);
        return d.ToDoubles();
    }

    public override int[] Greedy(double[] distance, int n)
    {
        using var d = Floats(distance, n, n);
        using var partners = GuardedTensor.Compact(ElementType.Int32, n);
        CycleCover.Greedy(backend.View(d), backend.View(partners), execution: backend.Execution);
        Finish("CycleCover", d, partners);
        return Indices(partners);
    }

    public override (double[] Mask, double[] Mixed, double[] Ratio) Mix(double[] images, double[] maps, int[] partners, int[] shape)
    {
        int n = shape[0], h = shape[2], w = shape[3];
        using var x = Floats(images, shape);
        using var p = Floats(maps, n, h, w);
        using var pairs = GuardedTensor.Holding(ElementType.Int32, Array.ConvertAll(partners, i => (double)i), n);
        using var y = Floats(null, shape);
        using var mask = Floats(null, n, h, w);
        using var ratio = Floats(null, n);
        PixelMix.Mix(
            backend.View(x), backend.View(p), backend.View(pairs), backend.View(y), backend.View(mask), backend.View(ratio),
            execution: backend.Execution);
        Finish("PixelMix", x, p, pairs, y, mask, ratio);
        return (mask.ToDoubles(), y.ToDoubles(), ratio.ToDoubles());
    }

    public override double[] Soft(int[] classes, int[] partners, double[] ratio, int k)
    {
        int n = classes.Length;
        using var labels = GuardedTensor.Holding(ElementType.Int32, Array.ConvertAll(classes, i => (double)i), n);
        using var pairs = GuardedTensor.Holding(ElementType.Int32, Array.ConvertAll(partners, i => (double)i), n);
        using var weights = Floats(ratio, n);
        using var soft = Floats(null, n, k);
        LabelMix.Soft(backend.View(labels), backend.View(pairs), backend.View(weights), backend.View(soft), backend.Execution);
        Finish("LabelMix", labels, pairs, weights, soft);
        return soft.ToDoubles();
    }

    public override Reference.PipelineResult Run(double[] images, double[]? saliency, int[]? partners, int[] shape)
    {
        int n = shape[0], h = shape[2], w = shape[3];
        using var x = Floats(images, shape);
        using GuardedTensor? maps = saliency == null ? null : Floats(saliency, n, h, w);
        using GuardedTensor? given = partners == null ? null
            : GuardedTensor.Holding(ElementType.Int32, Array.ConvertAll(partners, i => (double)i), n);
        using var y = Floats(null, shape);
        using GuardedTensor s = Floats(null, n, h, w), p = Floats(null, n, h, w), mask = Floats(null, n, h, w);
        using GuardedTensor d = Floats(null, n, n), ratio = Floats(null, n);
        using GuardedTensor pairs = GuardedTensor.Compact(ElementType.Int32, n), flags = GuardedTensor.Compact(ElementType.Int32, n);

        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = saliency == null ? Saliency.SpectralResidual : Saliency.Supplied });
        var inputs = new MixInputs
        {
            Images = backend.View(x),
            Saliency = maps == null ? default : backend.View(maps),
            Partners = given == null ? default : backend.View(given),
        };
        var outputs = new MixOutputs
        {
            Images = backend.View(y),
            Saliency = backend.View(s),
            Normalised = backend.View(p),
            Distance = backend.View(d),
            Partners = backend.View(pairs),
            Mask = backend.View(mask),
            Ratio = backend.View(ratio),
            Flags = backend.View(flags),
        };
        mixer.Mix(inputs, outputs, backend.Execution);
        Finish("Mix", x, y, s, p, d, pairs, mask, ratio, flags);
        maps?.AssertIntact("Mix");
        given?.AssertIntact("Mix");
        return new Reference.PipelineResult
        {
            Saliency = s.ToDoubles(),
            Normalised = p.ToDoubles(),
            IsDegenerate = IsDegenerate(flags),
            Distance = d.ToDoubles(),
            Partners = Indices(pairs),
            Mask = mask.ToDoubles(),
            Mixed = y.ToDoubles(),
            Ratio = ratio.ToDoubles(),
        };
    }

    public override string ToString() => $"Library on {backend}";

    private static GuardedTensor Floats(double[]? values, params int[] shape)
    {
        long[] sizes = Array.ConvertAll(shape, size => (long)size);
        return values == null
            ? GuardedTensor.Compact(ElementType.Float32, sizes)
            : GuardedTensor.Holding(ElementType.Float32, values, sizes);
    }

    private static int[] Indices(GuardedTensor tensor) => Array.ConvertAll(tensor.ToDoubles(), v => (int)v);

    private static bool[] IsDegenerate(GuardedTensor flags) =>
        Indices(flags).Select(f => ((ImageFlags)f).HasFlag(ImageFlags.DegenerateMap)).ToArray();

    private void Finish(string stage, params ReadOnlySpan<GuardedTensor> tensors)
    {
        backend.Finish();
        foreach (GuardedTensor tensor in tensors) tensor.AssertIntact($"{stage} on {backend}");
    }
}
