using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>SnapMix through the front door: its draws, boxes, label weights, labels and replay.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class SnapMixTestsMixer(Backend backend)
{
    private const int Classes = 6;

    [Test]
    public void Mix_IsTheStageOnTheDraws(
        [Values] DrawMode mode, [Values(Pairing.Greedy, Pairing.Random)] Pairing pairing, [Values(1, 2, 7, 70)] int n, [Values] bool isReplayed)
    {
        int h = n == 70 ? 9 : 33, w = n == 70 ? 12 : 20;
        using var x = Batch.Images(n, ElementType.Float32, (BatchLayout)(n % 4), n, 3, h, w);
        using var labels = Batch.Classes(n, ElementType.Int64, n, Classes);
        using GuardedTensor features = Batch.Images(n + 1, ElementType.Float16, BatchLayout.Nhwc, n, 5, 4, 7), weights = Weights(n);
        GuidedMixerOptions options = new() { Method = MixMethod.SnapMix, DrawMode = mode, Pairing = pairing, Seed = 31, Rank = 2 };
        var inputs = new MixRunInputs(x) { Labels = labels, Features = features, ClassWeights = weights, Classes = Classes, Step = 8 };
        string what = $"{mode} {pairing} {n}";
        using var drawn = new MixRun(backend, options, inputs, what);
        using var pairs = GuardedTensor.Holding(ElementType.Int64, drawn.Partners.ToDoubles(), n);
        using var boxes = GuardedTensor.Holding(ElementType.Int32, drawn.Boxes!.ToDoubles(), n, 4);
        using var patches = GuardedTensor.Holding(ElementType.Int32, drawn.PartnerBoxes!.ToDoubles(), n, 4);
        // Replayed: the same result from what it gave.
        MixRun run = isReplayed
            ? new MixRun(
                backend, options with { DrawMode = DrawMode.Image, Seed = 1 }, inputs with { Partners = pairs, Boxes = boxes, PartnerBoxes = patches }, what)
            : drawn;
        AssertIsReference(run, drawn, x, labels, features, weights, options, what);
        if (isReplayed) run.Dispose();
    }

    [Test]
    public void Draws_AreThoseMadeByTheCaller([Values(9, 66)] int n)
    {
        using var x = Batch.Images(2, ElementType.UInt8, BatchLayout.Nchw, n, 3, 8, 11);
        using var labels = Batch.Classes(n, ElementType.Int32, n, Classes);
        using GuardedTensor features = Batch.Images(n, ElementType.Float32, BatchLayout.Nchw, n, 5, 2, 2), weights = Weights(n);
        GuidedMixerOptions options = new() { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image, Seed = 4 };
        var inputs = new MixRunInputs(x) { Labels = labels, Features = features, ClassWeights = weights, Step = 6 };
        using var run = new MixRun(backend, options, inputs, $"{n}");
        using GuardedTensor boxes = GuardedTensor.Compact(ElementType.Int32, n, 4), patches = GuardedTensor.Compact(ElementType.Int32, n, 4);
        MixDraws.Draw(default, boxes.View, 8, 11, options, 6);
        MixDraws.DrawPartnerBoxes(patches.View, 8, 11, options, 6);
        using var replay = new MixRun(backend, options, inputs with { Boxes = boxes, PartnerBoxes = patches }, $"{n}, supplied");
        Assert.That(replay.Images.ToBytes(), Is.EqualTo(run.Images.ToBytes()), "images");
        Assert.That(replay.Boxes!.ToBytes(), Is.EqualTo(run.Boxes!.ToBytes()), "boxes");
        Assert.That(replay.PartnerBoxes!.ToBytes(), Is.EqualTo(run.PartnerBoxes!.ToBytes()), "the partner's boxes");
        Assert.That(replay.Ratio.ToBytes(), Is.EqualTo(run.Ratio.ToBytes()), "λa");
        Assert.That(replay.PartnerRatio.ToBytes(), Is.EqualTo(run.PartnerRatio.ToBytes()), "λb");
    }

    [Test]
    public void Mix_OfImagesThatTakeNoPart_LeavesThemAsTheyAre()
    {
        using var x = Batch.Images(3, ElementType.Float32, BatchLayout.Nchw, 12, 3, 16, 17);
        using var labels = Batch.Classes(3, ElementType.Int64, 12, Classes);
        using var subset = GuardedTensor.Holding(ElementType.UInt8, [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1], 12);
        using GuardedTensor features = Batch.Images(4, ElementType.Float32, BatchLayout.Nchw, 12, 5, 4, 4), weights = Weights(4);
        GuidedMixerOptions options = new() { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image, Seed = 1 };
        var inputs = new MixRunInputs(x) { Labels = labels, Features = features, ClassWeights = weights, Subset = subset, Classes = Classes };
        using var run = new MixRun(backend, options, inputs, "subset");
        foreach (int i in new[] { 2, 7 })
        {
            Assert.That(run.Pairs[i], Is.EqualTo(i));
            Assert.That(run.Images.ToBytes().Skip(i * 3264).Take(3264), Is.EqualTo(x.ToBytes().Skip(i * 3264).Take(3264)), $"image {i}");
            Assert.That((run.Ratio[i], run.PartnerRatio[i]), Is.EqualTo((1.0, 0.0)), $"image {i}: weights");
            Assert.That(run.SoftLabels![(i * Classes) + (long)labels[i]], Is.EqualTo(1), $"image {i}: label");
        }
    }

    [Test]
    public void Mix_WithoutFeaturesOrWithTheWrong_NamesThem()
    {
        using var x = Batch.Images(3, ElementType.Float32, BatchLayout.Nchw, 3, 3, 16, 17);
        using var labels = Batch.Classes(3, ElementType.Int64, 3, Classes);
        using var rows = GuardedTensor.Holding(ElementType.Float32, new double[3 * Classes], 3, Classes);
        using GuardedTensor features = Batch.Images(4, ElementType.Float32, BatchLayout.Nchw, 3, 5, 4, 4), weights = Weights(4);
        using GuardedTensor tall = Batch.Images(4, ElementType.Float32, BatchLayout.Nchw, 3, 5, 17, 4), few = GuardedTensor.Holding(ElementType.Float32, new double[8], 2, 4);
        GuidedMixerOptions options = new() { Method = MixMethod.SnapMix };
        var inputs = new MixRunInputs(x) { Labels = labels, Features = features, ClassWeights = weights };
        void Fails(string name, GuidedMixerOptions some, MixRunInputs given) =>
            Assert.That(Assert.Throws<ArgumentException>(() => new MixRun(backend, some, given, name))!.ParamName, Is.EqualTo(name));
        Fails("features", options, inputs with { Features = null });
        Fails("features", options, inputs with { Features = tall });
        Fails("classWeights", options, inputs with { ClassWeights = null });
        Fails("classWeights", options, inputs with { ClassWeights = few });
        Fails("labels", options, inputs with { Labels = rows });
        Fails("features", options with { Method = MixMethod.CutMix }, inputs);
        Fails("classWeights", options with { Method = MixMethod.Mixup }, inputs with { Features = null });
    }

    private static GuardedTensor Weights(int seed)
    {
        var random = new Random(seed);
        return GuardedTensor.Holding(ElementType.Float32, [.. Enumerable.Range(0, Classes * 5).Select(_ => random.NextDouble() - 0.5)], Classes, 5);
    }

    private void AssertIsReference(
        MixRun run, MixRun drawn, GuardedTensor x, GuardedTensor labels, GuardedTensor features, GuardedTensor weights, GuidedMixerOptions options, string what)
    {
        int n = (int)x.Shape[0], h = (int)x.Shape[2], w = (int)x.Shape[3], image = 3 * h * w;
        int[] pairs = run.Pairs, classes = Array.ConvertAll(labels.ToDoubles(), l => (int)l);
        Assert.That(pairs, Is.EqualTo(drawn.Pairs), $"{what}: partners");
        double[] maps = Reference.SnapMix.Map(features.ToDoubles(), weights.ToDoubles(), null, classes, 28);
        double[] values = x.ToDoubles(), a = new double[n], b = new double[n], expected = new double[values.Length], soft = new double[n * Classes];
        for (int i = 0; i < n; i++)
        {
            int p = pairs[i], k = Reference.MixDraws.Number(options.DrawMode, i, p);
            int[] box = p == i ? [0, 0, 0, 0] : Reference.MixDraws.SnapBox(options.Seed, 8, options.Rank, k, h, w, isPartner: false);
            int[] patch = p == i ? [0, 0, 0, 0] : Reference.MixDraws.SnapBox(options.Seed, 8, options.Rank, k, h, w, isPartner: true);
            Assert.That(run.Boxes!.ToDoubles().Skip(4 * i).Take(4), Is.EqualTo(box.Select(e => (double)e)), $"{what}: box {i}");
            Assert.That(run.PartnerBoxes!.ToDoubles().Skip(4 * i).Take(4), Is.EqualTo(patch.Select(e => (double)e)), $"{what}: the partner's box {i}");
            double[] own = Reference.SnapMix.Share(maps.AsSpan(28 * i, 28), 4, 7, h, w), other = Reference.SnapMix.Share(maps.AsSpan(28 * p, 28), 4, 7, h, w);
            (a[i], b[i]) = Reference.SnapMix.Ratio(own, other, box, patch, classes[i] == classes[p], i == p, w);
            Reference.SnapMix.Mix(values.AsSpan(i * image, image), values.AsSpan(p * image, image), box, patch, 3, w).CopyTo(expected, i * image);
            soft[(i * Classes) + classes[i]] += a[i];
            soft[(i * Classes) + classes[p]] += b[i];
        }

        Tolerance.Absolute(run.Images.ToDoubles(), expected, 4 * Tolerance.Alone, $"{backend}, chain: SnapMix", what);
        Tolerance.Absolute(run.Ratio.ToDoubles(), a, Tolerance.Alone, $"{backend}, chain: SnapMix, λa", what);
        Tolerance.Absolute(run.PartnerRatio.ToDoubles(), b, Tolerance.Alone, $"{backend}, chain: SnapMix, λb", what);
        Tolerance.Absolute(run.SoftLabels!.ToDoubles(), soft, 4 * Tolerance.Alone, $"{backend}, chain: SnapMix, labels", what);
        Assert.That(run.LabelsA!.ToDoubles(), Is.EqualTo(labels.ToDoubles()), $"{what}: labels_a");
        Assert.That(run.LabelsB!.ToDoubles(), Is.EqualTo(pairs.Select(p => (double)classes[p])), $"{what}: labels_b");
    }
}
