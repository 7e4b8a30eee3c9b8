using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>
/// The whole call: every output against the reference applied to the output before it, so that each holds its own stage's bound and
/// partners are equal whatever the gap.
/// </summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class PipelineTests(Backend backend)
{
    private const int Classes = 10;

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Pipelines))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        using var labels = Batch.Classes(batch.Seed, batch.Seed % 2 == 0 ? ElementType.Int32 : ElementType.Int64, batch.N, Classes);
        var metric = (DistanceMetric)(batch.Seed % 3);
        GuidedMixerOptions options = Pixels.Options(batch, new GuidedMixerOptions { Distance = metric });
        ElementType type = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type;
        var inputs = new MixRunInputs(images)
        {
            Labels = labels,
            Classes = Classes,
            ResultType = type,
            ResultLayout = (BatchLayout)(batch.Seed / 3 % 4),
        };
        using var run = new MixRun(backend, options, inputs, $"{batch} to {type}");
        double[] saliency = Reference.SpectralResidual.Compute(
            Pixels.Normalised(images, options), batch.N, batch.C, batch.H, batch.W, Pixels.Weights(options));
        double[] bounds = InputRounding.Bounds(images, options, saliency, run.Saliency.ToDoubles());
        Tolerance.Each(run.Saliency.ToDoubles(), saliency, bounds, $"{backend}, chain: saliency", $"{batch}");
        AssertChain(run, inputs, options, metric, $"{batch} to {type}");
        Assert.That(run.Pairs, Is.EqualTo(Reference.CycleCover.Greedy(run.Distance.ToDoubles(), batch.N)), $"partners of {batch}");
        AssertLabels(run, labels, $"{batch}");
    }

    [Test]
    public void Mix_OfAGradient_IsTheReference(
        [Values(ElementType.Float32, ElementType.UInt8)] ElementType images,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values] BatchLayout layout)
    {
        string what = $"gradient {type} {layout}, images {images}";
        using var x = Batch.Images(1, images, BatchLayout.Nchw, 7, 3, 33, 20);
        using var gradient = Batch.Gradient(2, type, layout, 7, 3, 33, 20);
        var inputs = new MixRunInputs(x) { Gradient = gradient };
        var options = new GuidedMixerOptions { Saliency = Saliency.Gradient };
        using var run = new MixRun(backend, options, inputs, what);
        double[] saliency = Reference.GradientSaliency.Compute(gradient.ToDoubles(), 7, 3, 33, 20);
        Tolerance.Relative(run.Saliency.ToDoubles(), saliency, Tolerance.Alone, $"{backend}, chain: gradient saliency", what);
        AssertChain(run, inputs, options, DistanceMetric.L2, what);
        Assert.That(run.Pairs, Is.EqualTo(Reference.CycleCover.Greedy(run.Distance.ToDoubles(), 7)), $"partners of {what}");
    }

    [Test]
    public void Mix_OfSuppliedMaps_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)] ElementType type,
        [Values(BatchLayout.Nchw, BatchLayout.Crop, BatchLayout.Columns)] BatchLayout layout)
    {
        string what = $"maps {type} {layout}";
        using var x = Batch.Images(1, ElementType.Float32, BatchLayout.Nchw, 5, 2, 17, 31);
        using var maps = Batch.Maps(2, type, layout, 5, 17, 31);
        var inputs = new MixRunInputs(x) { Saliency = maps };
        var options = new GuidedMixerOptions { Saliency = Saliency.Supplied };
        using var run = new MixRun(backend, options, inputs, what);
        Assert.That(run.Saliency.ToDoubles(), Is.EqualTo(maps.ToDoubles()), $"{what} come back as they were");
        AssertChain(run, inputs, options, DistanceMetric.L2, what);
    }

    [Test]
    public void Mix_OfASubset_LeavesTheOthersBitForBit([Values] Pairing pairing, [Values] BatchLayout layout)
    {
        using var x = Batch.Images(3, ElementType.Float16, layout, 9, 3, 16, 21);
        using var labels = Batch.Classes(4, ElementType.Int64, 9, Classes);
        bool[] members = [true, false, true, true, false, true, false, true, true];
        using var subset = GuardedTensor.Holding(ElementType.UInt8, Array.ConvertAll(members, m => m ? 1.0 : 0), 9);
        var inputs = new MixRunInputs(x) { Labels = labels, Subset = subset, Step = 77, ResultLayout = layout };
        var options = new GuidedMixerOptions { Pairing = pairing, Seed = 5, Rank = 2 };
        using var run = new MixRun(backend, options, inputs, $"subset, {pairing} {layout}");
        int[] expected = pairing == Pairing.Greedy
            ? Reference.CycleCover.Greedy(run.Distance.ToDoubles(), 9, members)
            : Reference.CycleCover.Random(9, 5, 77, 2, members);
        Assert.That(run.Pairs, Is.EqualTo(expected), $"{pairing} {layout}: partners within the subset");
        byte[] before = x.ToBytes(), after = run.Images.ToBytes();
        int image = before.Length / 9;
        for (int i = 0; i < 9; i++)
        {
            if (members[i]) continue;
            Assert.That(after.AsSpan(i * image, image).ToArray(), Is.EqualTo(before.AsSpan(i * image, image).ToArray()),
                $"{pairing} {layout}: image {i}");
        }

        AssertChain(run, inputs, options, DistanceMetric.L2, $"subset, {pairing} {layout}");
        AssertLabels(run, labels, $"subset, {pairing} {layout}");
    }

    [Test]
    public void Mix_WithPartnersHandedIn_UsesThem(
        [Values(ElementType.Int32, ElementType.Int64)] ElementType type, [Values(1, 2, 7, 64)] int n)
    {
        using var x = Batch.Images(n, ElementType.Float32, BatchLayout.Nhwc, n, 3, 8, 12);
        using var partners = Batch.AnyPartners(n, type, n);
        var inputs = new MixRunInputs(x) { Partners = partners };
        using var run = new MixRun(backend, new GuidedMixerOptions(), inputs, $"{n} partners, {type}");
        Assert.That(run.Pairs, Is.EqualTo(partners.ToDoubles()), $"{n} partners, {type}");
        AssertChain(run, inputs, new GuidedMixerOptions(), DistanceMetric.L2, $"{n} partners, {type}");
    }

    [Test]
    public void Mix_WithAProbability_FollowsTheDraws([Values] ProbabilityMode mode, [Values(0, 0.5, 0.8)] double probability)
    {
        using var x = Batch.Images(8, ElementType.Float32, BatchLayout.Nchw, 6, 3, 8, 8);
        var options = new GuidedMixerOptions { Probability = probability, ProbabilityMode = mode, Seed = 11, Rank = 1 };
        int mixed = 0;
        for (ulong step = 0; step < 60; step++)
        {
            string what = $"{mode}, probability {probability}, step {step}";
            bool[] members = Enumerable.Range(0, 6)
                .Select(i => Reference.Philox.Key(11, step, 1, 1, mode == ProbabilityMode.Image ? (uint)i : 0))
                .Select(key => (key >> 11) * Math.ScaleB(1, -53) < probability)
                .ToArray();
            using var run = new MixRun(backend, options, new MixRunInputs(x) { Step = step }, what);
            Assert.That(run.IsMixed, Is.EqualTo(members.Any(m => m)), $"{what}: IsMixed");
            Assert.That(run.Pairs, Is.EqualTo(Reference.CycleCover.Greedy(run.Distance.ToDoubles(), 6, members)), $"{what}: partners");
            if (!run.IsMixed) Assert.That(run.Images.ToBytes(), Is.EqualTo(x.ToBytes()), $"{what}: unmixed images");
            mixed += members.Count(m => m);
        }

        Assert.That(mixed / 360.0, Is.EqualTo(probability).Within(0.2), $"{mode}: the share of images drawn");
    }

    [Test]
    public void Mix_InOneCall_GivesTheBitsOfTheStagesOneByOne([Values(7, 64)] int n, [Values("16x16", "33x47", "131x20")] string size)
    {
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null);
        using var x = Batch.Images(n, ElementType.Float32, BatchLayout.Nchw, n, 3, h, w);
        using var run = new MixRun(backend, new GuidedMixerOptions(), new MixRunInputs(x), $"{n} of {size}");
        var stages = new LibraryStages(backend);
        int[] shape = [n, 3, h, w];
        double[] saliency = stages.SpectralResidual(x.ToDoubles(), shape, new GuidedMixerOptions());
        (double[] normalised, _) = stages.Normalise(saliency, n, h, w);
        double[] distance = stages.Distance(normalised, n, h, w, DistanceMetric.L2);
        int[] partners = stages.Greedy(distance, n);
        (double[] mask, double[] mixed, double[] ratio) = stages.Mix(x.ToDoubles(), normalised, partners, shape);
        Assert.That(run.Saliency.ToDoubles(), Is.EqualTo(saliency), $"saliency, {n} of {size}");
        Assert.That(run.Normalised.ToDoubles(), Is.EqualTo(normalised), $"normalised, {n} of {size}");
        Assert.That(run.Distance.ToDoubles(), Is.EqualTo(distance), $"distance, {n} of {size}");
        Assert.That(run.Pairs, Is.EqualTo(partners), $"partners, {n} of {size}");
        Assert.That(run.Mask.ToDoubles(), Is.EqualTo(mask), $"mask, {n} of {size}");
        Assert.That(run.Images.ToDoubles(), Is.EqualTo(mixed), $"mixed, {n} of {size}");
        Assert.That(run.Ratio.ToDoubles(), Is.EqualTo(ratio), $"ratio, {n} of {size}");
    }

    /// <summary>Every output after the saliency, each from the output before it.</summary>
    private void AssertChain(MixRun run, MixRunInputs inputs, GuidedMixerOptions options, DistanceMetric metric, string what)
    {
        GuardedTensor x = inputs.Images;
        int n = (int)x.Shape[0], c = (int)x.Shape[1], h = (int)x.Shape[2], w = (int)x.Shape[3];
        (double[] normalised, _) = Reference.GaussianBlur.Normalise(run.Saliency.ToDoubles(), n, h, w);
        Tolerance.OfMaximum(run.Normalised.ToDoubles(), normalised, n, 2 * Tolerance.Blur, $"{backend}, chain: normalised", what);
        double[] maps = run.Normalised.ToDoubles(), distance = run.Distance.ToDoubles();
        if (metric == DistanceMetric.L2) Tolerance.Distances(distance, maps, n, $"{backend}, chain: distance", what);
        else
        {
            double[] expected = Reference.PairDistance.Compute(maps, n, h * w, metric);
            Tolerance.Absolute(distance, expected, 2 * Tolerance.Alone, $"{backend}, chain: distance, {metric}", what);
        }

        double[] mask = Reference.PixelMix.Mask(maps, run.Pairs, h * w);
        Tolerance.Absolute(run.Mask.ToDoubles(), mask, Tolerance.Alone, $"{backend}, chain: mask", what);
        Tolerance.Absolute(run.Ratio.ToDoubles(), Reference.PixelMix.Ratio(mask, n), Tolerance.Alone, $"{backend}, chain: ratio", what);
        double[] pixels = run.Images.Type == ElementType.UInt8 ? x.ToDoubles() : Pixels.Normalised(x, options);
        Tolerance.MixedPixels(run.Images, pixels, mask, run.Pairs, c, $"{backend}, chain: mixed", what);
        Assert.That(run.Flags.ToDoubles(), Is.All.Zero, $"flags of {what}");
    }

    private void AssertLabels(MixRun run, GuardedTensor labels, string what)
    {
        int[] classes = Array.ConvertAll(labels.ToDoubles(), c => (int)c);
        double[] soft = Reference.LabelMix.Soft(Reference.LabelMix.OneHot(classes, Classes), run.Pairs, run.Ratio.ToDoubles());
        Tolerance.Absolute(run.SoftLabels!.ToDoubles(), soft, Tolerance.Alone, $"{backend}, chain: soft labels", what);
        Assert.That(run.LabelsA!.ToDoubles(), Is.EqualTo(labels.ToDoubles()), $"labels_a of {what}");
        Assert.That(run.LabelsB!.ToDoubles(), Is.EqualTo(run.Pairs.Select(p => (double)classes[p])), $"labels_b of {what}");
    }
}
