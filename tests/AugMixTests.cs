using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>AugMix's mixing step against the reference, and its draws against their distributions.</summary>
[TestFixtureSource(typeof(Backend), nameof(Backend.All))]
[Parallelizable(ParallelScope.All)]
public sealed class AugMixTests(Backend backend)
{
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();

    [TestCaseSource(typeof(StageCases), nameof(StageCases.Mixes))]
    public void Mix_OfAnyShapeTypeAndLayout_IsTheReference(StageCase batch)
    {
        int k = (batch.Seed % 4) + 1;
        ElementType type = batch.Type == ElementType.UInt8 ? (ElementType)(batch.Seed / 2 % 4) : batch.Type;
        // Chains in the images' layout, or in one of their own; so is the result.
        BatchLayout chains = batch.Seed % 2 == 0 ? batch.Layout : _layouts[batch.Seed / 2 % 4];
        Run(batch, k, type, chains, _layouts[batch.Seed / 3 % 4]);
    }

    [Test]
    public void Mix_OfEveryTypeAndLayout_IsTheReference(
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] BatchLayout layout,
        [Values(1, 3, 4)] int c)
    {
        ElementType[] types = type == ElementType.UInt8
            ? [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8]
            : [type];
        foreach (ElementType to in types) Run(new StageCase(3, c, 9, 35, type, layout, c), 3, to, layout, layout);
    }

    /// <summary>Results above the cache's size take stores of their own.</summary>
    [TestCase(512, 512)]
    [TestCase(511, 513)]
    public void Mix_OfALargeBatch_IsTheReference(int h, int w) =>
        Run(new StageCase(3, 3, h, w, ElementType.Float32, BatchLayout.Nchw, h), 3, ElementType.Float32, BatchLayout.Nchw, BatchLayout.Nchw);

    [Test]
    public void Mix_WithoutChainsWeight_KeepsEveryValue()
    {
        using var images = Batch.Images(1, ElementType.Float32, BatchLayout.Nchw, 2, 3, 6, 21);
        using GuardedTensor chains = Chains(2, images, 3, BatchLayout.Nchw);
        using var weights = GuardedTensor.Holding(ElementType.Float32, [1, 0, 0, 0.25, 0.25, 0.5], 2, 3);
        using var skip = GuardedTensor.Holding(ElementType.Float32, [0, 0], 2);
        using var mixed = GuardedTensor.Create(ElementType.Float32, BatchLayout.Nchw, 2, 3, 6, 21);
        Mix(images, chains, weights, skip, mixed, new GuidedMixerOptions(), "m = 0");
        Assert.That(mixed.ToDoubles(), Is.EqualTo(images.ToDoubles()), "m = 0");
    }

    private static GuardedTensor Chains(int seed, GuardedTensor images, int k, BatchLayout layout)
    {
        long[] s = images.Shape;
        // The chains follow each other as K·N images.
        using var flat = Batch.Images(seed, images.Type, layout, k * (int)s[0], (int)s[1], (int)s[2], (int)s[3]);
        var chains = new GuardedTensor(images.Type, [k, .. s], [flat.Strides[0] * s[0], .. flat.Strides], Offset(layout));
        chains.Fill(flat.ToDoubles());
        chains.Freeze();
        return chains;
    }

    // Where GuardedTensor.Create puts the first element of a layout.
    private static long Offset(BatchLayout layout) => layout switch { BatchLayout.Crop => 3, BatchLayout.Columns => 1, _ => 0 };

    private void Run(StageCase batch, int k, ElementType type, BatchLayout chainLayout, BatchLayout result)
    {
        string what = $"{batch}, {k} chains {chainLayout}, to {type} {result}";
        using var images = Batch.Images(batch.Seed, batch.Type, batch.Layout, batch.N, batch.C, batch.H, batch.W);
        using GuardedTensor chains = Chains(batch.Seed + 1, images, k, chainLayout);
        using var weights = GuardedTensor.Compact(ElementType.Float32, batch.N, k);
        using var skip = GuardedTensor.Compact(ElementType.Float32, batch.N);
        AugMix.Draw(weights.View, skip.View, (ulong)batch.Seed);
        weights.Freeze();
        skip.Freeze();
        using var mixed = GuardedTensor.Create(type, result, batch.N, batch.C, batch.H, batch.W);
        GuidedMixerOptions options = Pixels.Options(batch);
        Mix(images, chains, weights, skip, mixed, options, what);

        double[] x = images.ToDoubles(), a = chains.ToDoubles();
        double[] raw = Reference.AugMix.Mix(x, a, weights.ToDoubles(), skip.ToDoubles());
        // Scale and offset are linear, and are applied to the mix.
        bool isNormalised = batch.Type == ElementType.UInt8 && type != ElementType.UInt8;
        double[] expected = isNormalised ? Pixels.Normalise(raw, batch.C, batch.H * batch.W, options) : raw;
        double[] size = Reference.AugMix.Mix(Array.ConvertAll(x, Math.Abs), Array.ConvertAll(a, Math.Abs), weights.ToDoubles(), skip.ToDoubles());
        double[] bounds = expected.Select((value, i) => Bound(isNormalised ? 8 : 1 + size[i], value, type)).ToArray();
        Tolerance.Each(mixed.ToDoubles(), expected, bounds, $"{backend}, reference: AugMix, {type}", what);
    }

    private static double Bound(double size, double value, ElementType type) => (Tolerance.Alone * size) + type switch
    {
        ElementType.UInt8 => 0.5,
        ElementType.Float32 => 0,
        _ => (ElementBits.Epsilon(type) * Math.Abs(value)) + ElementBits.Tiny(type),
    };

    private void Mix(
        GuardedTensor images, GuardedTensor chains, GuardedTensor weights, GuardedTensor skip, GuardedTensor mixed, GuidedMixerOptions options, string what)
    {
        AugMix.Mix(
            backend.View(images), backend.View(chains), backend.View(weights), backend.View(skip), backend.View(mixed), options, backend.Execution);
        backend.Finish();
        foreach (GuardedTensor tensor in new[] { images, chains, weights, skip, mixed }) tensor.AssertIntact($"AugMix of {what}");
    }
}
