using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The front door's methods that draw λ: draws, partners, maps, labels and replay.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class MixMethodTests(Backend backend)
{
    private const int Classes = 10;

    [Test]
    public void Mix_IsTheReference(
        [Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method,
        [Values] DrawMode mode,
        [Values(Pairing.Greedy, Pairing.Random)] Pairing pairing,
        [Values(1, 2, 7, 70)] int n)
    {
        int h = n == 70 ? 9 : 33, w = n == 70 ? 12 : 20;
        using var x = Batch.Images(n, ElementType.Float32, (BatchLayout)(n % 4), n, 3, h, w);
        using var labels = Batch.Classes(n, ElementType.Int64, n, Classes);
        GuidedMixerOptions options = new() { Method = method, DrawMode = mode, Pairing = pairing, Seed = 31, Rank = 2, Alpha = n == 7 ? 0.4 : null };
        using var run = new MixRun(backend, options, new MixRunInputs(x) { Labels = labels, Step = 8 }, $"{method} {mode} {pairing} {n}");
        AssertIsReference(run, x, labels, options, 8, $"{method} {mode} {pairing} {n}");
        Assert.That(run.IsMixed, Is.True);
        Assert.That(run.Flags.ToDoubles(), Is.All.Zero, "flags");
    }

    [Test]
    public void Mix_WithoutAPairing_IsRandom([Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method)
    {
        using var x = Batch.Images(4, ElementType.UInt8, BatchLayout.Nhwc, 20, 3, 16, 16);
        using var expected = GuardedTensor.Compact(ElementType.Int64, 20);
        CycleCover.Random(expected.View, 3, 5);
        using var run = new MixRun(backend, new() { Method = method, Seed = 3 }, new MixRunInputs(x) { Step = 5 }, $"{method}");
        Assert.That(run.Partners.ToDoubles(), Is.EqualTo(expected.ToDoubles()));
    }

    /// <summary>Greedy pairing replaces π and nothing else, from whatever maps the mixer takes.</summary>
    [Test]
    public void Mix_WithGreedyPairing_TakesThePartnersOfGuidedMixup(
        [Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method, [Values] Saliency saliency)
    {
        using var x = Batch.Images(5, ElementType.Float32, BatchLayout.Nchw, 9, 3, 20, 24);
        using var gradient = Batch.Gradient(6, ElementType.Float32, BatchLayout.Nchw, 9, 3, 20, 24);
        using var maps = Batch.Maps(7, ElementType.Float32, BatchLayout.Nchw, 9, 20, 24);
        var inputs = new MixRunInputs(x)
        {
            Gradient = saliency == Saliency.Gradient ? gradient : null,
            Saliency = saliency == Saliency.Supplied ? maps : null,
        };
        GuidedMixerOptions guided = new() { Saliency = saliency }, options = guided with { Method = method, Pairing = Pairing.Greedy };
        using var expected = new MixRun(backend, guided, inputs, $"GuidedMixup {saliency}");
        using var run = new MixRun(backend, options, inputs, $"{method} {saliency}");
        using var lean = new MixRun(backend, options, inputs with { AreMapsWanted = false }, $"{method} {saliency}, no maps out");
        Assert.That(run.Pairs, Is.EqualTo(expected.Pairs));
        Assert.That(run.Saliency.ToBytes(), Is.EqualTo(expected.Saliency.ToBytes()), "saliency");
        Assert.That(run.Normalised.ToBytes(), Is.EqualTo(expected.Normalised.ToBytes()), "maps");
        Assert.That(lean.Images.ToBytes(), Is.EqualTo(run.Images.ToBytes()), "images where no maps are asked for");
        AssertIsReference(run, x, null, options, 0, $"{method} {saliency}");
    }

    /// <summary>Random pairing in the batch mode makes one map only; the box is that of all maps.</summary>
    [Test]
    public void SaliencyMix_WithOneMap_CutsTheBoxOfAll([Values] DrawMode mode, [Values] Saliency saliency, [Values(16, 140)] int h)
    {
        using var x = Batch.Images(8, ElementType.Float32, BatchLayout.Nchw, 5, 3, h, 24);
        using var gradient = Batch.Gradient(6, ElementType.Float32, BatchLayout.Nchw, 5, 3, h, 24);
        using var maps = Batch.Maps(7, ElementType.Float16, BatchLayout.Crop, 5, h, 24);
        var inputs = new MixRunInputs(x)
        {
            Gradient = saliency == Saliency.Gradient ? gradient : null,
            Saliency = saliency == Saliency.Supplied ? maps : null,
            Step = 2,
        };
        GuidedMixerOptions options = new() { Method = MixMethod.SaliencyMix, Saliency = saliency, DrawMode = mode };
        using var all = new MixRun(backend, options, inputs, $"{mode} {saliency}");
        using var one = new MixRun(backend, options, inputs with { AreMapsWanted = false }, $"{mode} {saliency}, no maps out");
        Assert.That(one.Boxes!.ToBytes(), Is.EqualTo(all.Boxes!.ToBytes()), "boxes");
        Assert.That(one.Images.ToBytes(), Is.EqualTo(all.Images.ToBytes()), "images");
        AssertIsReference(all, x, null, options, 2, $"{mode} {saliency}");
    }

    [Test]
    public void Mix_ReplayedFromItsOutputs_GivesTheSameBits(
        [Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method, [Values] DrawMode mode)
    {
        using var x = Batch.Images(2, ElementType.BFloat16, BatchLayout.Nhwc, 9, 3, 17, 19);
        using var labels = Batch.Classes(2, ElementType.Int32, 9, Classes);
        GuidedMixerOptions options = new() { Method = method, DrawMode = mode, Seed = 4, Alpha = 0.6 };
        using var run = new MixRun(backend, options, new MixRunInputs(x) { Labels = labels, Step = 6 }, $"{method} {mode}");
        using var partners = GuardedTensor.Holding(ElementType.Int64, run.Partners.ToDoubles(), 9);
        using var ratios = GuardedTensor.Holding(ElementType.Float32, run.Ratio.ToDoubles(), 9);
        using GuardedTensor? boxes = run.Boxes == null ? null : GuardedTensor.Holding(ElementType.Int32, run.Boxes.ToDoubles(), 9, 4);
        var inputs = new MixRunInputs(x) { Labels = labels, Partners = partners, Ratios = boxes == null ? ratios : null, Boxes = boxes };
        using var replay = new MixRun(backend, options with { DrawMode = DrawMode.Image, Seed = 99 }, inputs, $"{method} {mode}, replayed");
        AssertSame(replay, run, $"{method} {mode}: replay");
    }

    [Test]
    public void Mix_WithTheDrawsMadeByTheCaller_GivesTheSameBits(
        [Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method, [Values] DrawMode mode, [Values(9, 66)] int n)
    {
        using var x = Batch.Images(2, ElementType.UInt8, BatchLayout.Nchw, n, 3, 8, 11);
        GuidedMixerOptions options = new() { Method = method, DrawMode = mode, Seed = 4 };
        using var run = new MixRun(backend, options, new MixRunInputs(x) { Step = 6 }, $"{method} {mode}");
        using var ratios = GuardedTensor.Compact(ElementType.Float32, n);
        using var boxes = GuardedTensor.Compact(ElementType.Int32, n, 4);
        MixDraws.Draw(ratios.View, boxes.View, 8, 11, options, 6);
        bool isCut = method == MixMethod.CutMix;
        var inputs = new MixRunInputs(x) { Ratios = isCut ? null : ratios, Boxes = isCut ? boxes : null, Step = 6 };
        using var replay = new MixRun(backend, options, inputs, $"{method} {mode}, supplied");
        AssertSame(replay, run, $"{method} {mode}: supplied");
        if (!isCut) return;
        // λ alone: the centres are still drawn.
        using var partly = new MixRun(backend, options, new MixRunInputs(x) { Ratios = ratios, Step = 6 }, $"{method} {mode}, λ supplied");
        AssertSame(partly, run, $"{method} {mode}: λ supplied");
    }

    [Test]
    public void Mix_OfImagesThatTakeNoPart_LeavesThemAsTheyAre(
        [Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method,
        [Values] ProbabilityMode mode,
        [Values(Pairing.Greedy, Pairing.Random)] Pairing pairing)
    {
        using var x = Batch.Images(3, ElementType.Float32, BatchLayout.Nchw, 12, 3, 16, 17);
        using var labels = Batch.Classes(3, ElementType.Int64, 12, Classes);
        using var subset = GuardedTensor.Holding(ElementType.UInt8, [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1], 12);
        int mixed = 0;
        for (ulong step = 0; step < 8; step++)
        {
            GuidedMixerOptions options = new() { Method = method, Pairing = pairing, Probability = 0.5, ProbabilityMode = mode, DrawMode = DrawMode.Image, Seed = 1 };
            using var run = new MixRun(backend, options, new MixRunInputs(x) { Labels = labels, Subset = subset, Step = step }, $"{method} step {step}");
            int[] pairs = run.Pairs;
            byte[] before = x.ToBytes(), after = run.Images.ToBytes();
            int image = before.Length / 12;
            for (int i = 0; i < 12; i++)
            {
                if (i is 2 or 7) Assert.That(pairs[i], Is.EqualTo(i), $"image {i} is outside the subset");
                if (pairs[i] != i) continue;
                Assert.That(after.AsSpan(i * image, image).SequenceEqual(before.AsSpan(i * image, image)), Is.True, $"step {step}, image {i}");
                Assert.That((run.Ratio[i], run.PartnerRatio[i]), Is.EqualTo((1.0, 0.0)), $"step {step}, image {i}: λ");
                Assert.That(run.SoftLabels![(i * Classes) + (long)labels[i]], Is.EqualTo(1), $"step {step}, image {i}: label");
            }

            AssertIsReference(run, x, labels, options, step, $"{method} {mode} step {step}");
            mixed += pairs.Where((p, i) => p != i).Count();
        }

        Assert.That(mixed, Is.InRange(10, 70), "images mixed in 8 steps of 12, 10 of them in the subset, at probability 0.5");
    }

    [Test]
    public void Mix_OfNonFinitePixels_FlagsThem([Values(MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix)] MixMethod method)
    {
        using var x = Batch.Images(3, ElementType.Float32, BatchLayout.Nchw, 4, 3, 16, 17);
        using var broken = GuardedTensor.Create(ElementType.Float32, BatchLayout.Nchw, 4, 3, 16, 17);
        broken.Fill(x.ToDoubles());
        broken[(2 * 816) + 300] = double.NaN;
        broken.Freeze();
        using var maps = Batch.Maps(3, ElementType.Float32, BatchLayout.Nchw, 4, 16, 17);
        bool isGuided = method == MixMethod.SaliencyMix;
        GuidedMixerOptions options = new() { Method = method, Saliency = Saliency.Supplied };
        using var run = new MixRun(backend, options, new MixRunInputs(broken) { Saliency = isGuided ? maps : null }, $"{method}");
        Assert.That(run.Flags.ToDoubles(), Is.EqualTo(new double[] { 0, 0, (int)ImageFlags.NonFinitePixels, 0 }));
    }

    [Test]
    public void GuidedMixup_WeightsThePartnersLabelByTheRest()
    {
        using var x = Batch.Images(3, ElementType.Float32, BatchLayout.Nchw, 5, 3, 16, 17);
        using var run = new MixRun(backend, new GuidedMixerOptions(), new MixRunInputs(x), "1 − λ");
        Assert.That(run.PartnerRatio.ToDoubles(), Is.EqualTo(run.Ratio.ToDoubles().Select(r => (double)(1 - (float)r))));
    }

    private static void AssertSame(MixRun actual, MixRun expected, string what)
    {
        Assert.That(actual.Images.ToBytes(), Is.EqualTo(expected.Images.ToBytes()), $"{what}: images");
        Assert.That(actual.Ratio.ToBytes(), Is.EqualTo(expected.Ratio.ToBytes()), $"{what}: λ");
        Assert.That(actual.PartnerRatio.ToBytes(), Is.EqualTo(expected.PartnerRatio.ToBytes()), $"{what}: 1 − λ");
        Assert.That(actual.Boxes?.ToBytes(), Is.EqualTo(expected.Boxes?.ToBytes()), $"{what}: boxes");
        Assert.That(actual.SoftLabels?.ToBytes(), Is.EqualTo(expected.SoftLabels?.ToBytes()), $"{what}: labels");
    }

    /// <summary>Everything after pairing and maps, from the draws of the host.</summary>
    private void AssertIsReference(MixRun run, GuardedTensor x, GuardedTensor? labels, GuidedMixerOptions options, ulong step, string what)
    {
        int n = (int)x.Shape[0], c = (int)x.Shape[1], h = (int)x.Shape[2], w = (int)x.Shape[3];
        int[] pairs = run.Pairs;
        using var draws = GuardedTensor.Compact(ElementType.Float32, n);
        MixDraws.Draw(draws.View, default, 0, 0, options, step);
        float[] lambda = Array.ConvertAll(draws.ToDoubles(), r => (float)r);
        double[] ratio = new double[n], values = x.ToDoubles();
        if (options.Method == MixMethod.Mixup)
        {
            for (int i = 0; i < n; i++) ratio[i] = pairs[i] == i ? 1 : lambda[Reference.MixDraws.Number(options.DrawMode, i, pairs[i])];
            double[] expected = Reference.Mixup.Mix(values, ratio, pairs);
            Tolerance.Absolute(run.Images.ToDoubles(), expected, 4 * Tolerance.Alone, $"{backend}, chain: mixup", what);
        }
        else
        {
            int[] boxes = options.Method == MixMethod.SaliencyMix
                ? Reference.SaliencyMix.Boxes(run.Saliency.ToDoubles(), lambda, pairs, options.DrawMode, h, w)
                : Centred(lambda, pairs, options, step, h, w);
            Assert.That(Array.ConvertAll(run.Boxes!.ToDoubles(), b => (int)b), Is.EqualTo(boxes), $"{what}: boxes");
            ratio = Array.ConvertAll(Reference.CutMix.Ratio(boxes, pairs, h, w), r => (double)(float)r);
            Assert.That(run.Images.ToDoubles(), Is.EqualTo(Reference.CutMix.Mix(values, boxes, pairs, c, h, w)), $"{what}: images");
        }

        Assert.That(run.Ratio.ToDoubles(), Is.EqualTo(ratio), $"{what}: λ");
        Assert.That(run.PartnerRatio.ToDoubles(), Is.EqualTo(ratio.Select(r => (double)(1 - (float)r))), $"{what}: 1 − λ");
        if (labels == null) return;
        int[] classes = Array.ConvertAll(labels.ToDoubles(), l => (int)l);
        double[] soft = Reference.LabelMix.Soft(Reference.LabelMix.OneHot(classes, Classes), pairs, ratio);
        Tolerance.Absolute(run.SoftLabels!.ToDoubles(), soft, Tolerance.Alone, $"{backend}, chain: soft labels of methods", what);
        Assert.That(run.LabelsA!.ToDoubles(), Is.EqualTo(labels.ToDoubles()), $"{what}: labels_a");
        Assert.That(run.LabelsB!.ToDoubles(), Is.EqualTo(pairs.Select(p => (double)classes[p])), $"{what}: labels_b");
    }

    private static int[] Centred(float[] lambda, int[] pairs, GuidedMixerOptions options, ulong step, int h, int w)
    {
        var boxes = new int[4 * pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            if (pairs[i] == i) continue;
            int k = Reference.MixDraws.Number(options.DrawMode, i, pairs[i]);
            (double y, double x) = Reference.MixDraws.Centre(options.Seed, step, options.Rank, k, h, w);
            Reference.MixDraws.Box(y, x, lambda[k], h, w).CopyTo(boxes, 4 * i);
        }

        return boxes;
    }
}
