using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>The rows of the table that are about stages and small batches: empty overlaps, NaN distances, one channel, one image.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class EdgeTests
{
    private static readonly GuidedMixerOptions Supplied = new() { Saliency = Saliency.Supplied };

    [Test]
    public void Both_maps_zero_give_a_half_and_a_flag()
    {
        using SeededBatch batch = LeftHalves();
        MixRecord record = MixRecord.Run(new GuidedMixer(Supplied), batch);
        Assert.That(record.Flags, Is.All.EqualTo((int)ImageFlags.EmptyOverlap));
        for (int y = 0; y < 8; y++)
        {
            // The blur carries the left half (columns 0 to 5) three columns further.
            for (int x = 9; x < 20; x++) Assert.That(record.Mask[y * 20 + x], Is.EqualTo(0.5f));
            for (int x = 0; x < 9; x++) Assert.That(record.Mask[y * 20 + x], Is.GreaterThan(0f).And.LessThan(1f));
        }
    }

    [Test]
    public void Both_maps_zero_is_an_error_in_strict_mode()
    {
        using SeededBatch batch = LeftHalves();
        using var outputs = new OutputSet(batch, ElementType.Float32);
        GuidedMixerOptions strict = Supplied with { Strict = true };
        Assert.That(
            () => new GuidedMixer(strict).Mix(batch.Inputs(strict), outputs.Views),
            Throws.TypeOf<DegenerateImageException>().With.Property("Image").EqualTo(0L)
                .And.Property("Flags").EqualTo(ImageFlags.EmptyOverlap).And.Message.Contains("image 0: EmptyOverlap"));
        Assert.That(outputs.IsPoisoned, Is.True);
    }

    [Test]
    public void One_map_zero_gives_all_to_the_other()
    {
        using var batch = new SeededBatch(2, 3, 8, 20);
        Span<float> maps = batch.Saliency.AsSpan<float>();
        for (int k = 0; k < 160; k++) (maps[k], maps[160 + k]) = k % 20 < 6 ? (1f, 0f) : (0f, 1f);
        MixRecord record = MixRecord.Run(new GuidedMixer(Supplied), batch);
        Assert.That(record.Flags, Is.All.Zero);
        Assert.That(record.Mask[0], Is.EqualTo(1f));
        Assert.That(record.Mask[19], Is.Zero);
        Assert.That(record.Floats[0], Is.EqualTo(batch.Image(0)[0]), "M = 1 keeps the pixel's bits.");
        Assert.That(record.Floats[19], Is.EqualTo(batch.Image(1)[19]), "M = 0 takes the partner's.");
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(-1e-3f)]
    public void Map_that_is_no_map_gives_a_half_in_the_mix_alone(float value)
    {
        using var batch = new SeededBatch(2, 1, 5, 7);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int64, 2);
        partners.AsSpan<long>()[0] = 1;
        batch.Saliency.AsSpan<float>()[33] = value;
        PixelMix.Mix(
            batch.Images.View, batch.Saliency.View, partners.View, outputs.Images.View, outputs.Mask.View, outputs.Ratio.View, outputs.Flags.View);
        Assert.That(outputs.Mask.AsSpan<float>()[33], Is.EqualTo(0.5f));
        Assert.That(outputs.Mask.AsSpan<float>()[35 + 33], Is.EqualTo(0.5f));
        Assert.That(outputs.Mask.AsSpan<float>().ToArray(), Is.All.InRange(0f, 1f));
        Assert.That(outputs.Ratio.AsSpan<float>().ToArray(), Is.All.InRange(0f, 1f));
    }

    [Test]
    public void Strict_mode_of_a_stage_writes_nothing()
    {
        using var batch = new SeededBatch(3, 1, 8, 20);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var strict = new GuidedMixerOptions { Strict = true };
        batch.Saliency.AsSpan<float>().Slice(160, 160).Clear();
        Assert.That(
            () => GaussianBlur.Normalise(batch.Saliency.View, outputs.Normalised.View, outputs.Flags.View, strict),
            Throws.TypeOf<DegenerateImageException>().With.Property("Image").EqualTo(1L).And.Property("Flags").EqualTo(ImageFlags.DegenerateMap));
        Assert.That(outputs.IsPoisoned, Is.True, "Normalise wrote before it refused.");

        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 3);
        batch.Image(2)[19] = float.NaN;
        Assert.That(
            () => PixelMix.Mix(
                batch.Images.View, batch.Saliency.View, partners.View, outputs.Images.View, outputs.Mask.View, outputs.Ratio.View,
                outputs.Flags.View, strict),
            Throws.TypeOf<DegenerateImageException>().With.Property("Image").EqualTo(2L).And.Property("Flags").EqualTo(ImageFlags.NonFinitePixels));
        Assert.That(outputs.IsPoisoned, Is.True, "Mix wrote before it refused.");
    }

    [Test]
    public void One_channel_stays_one_channel()
    {
        using var batch = new SeededBatch(3, 1, 10, 11);
        MixRecord record = MixRecord.Run(new GuidedMixer(), batch);
        for (int i = 0; i < 3; i++)
        {
            for (int k = 0; k < 110; k++)
            {
                double m = record.Mask[i * 110 + k], y = m * batch.Image(i)[k] + (1 - m) * batch.Image(record.Partners[i])[k];
                Assert.That(record.Floats[i * 110 + k], Is.EqualTo(y).Within(1e-6));
            }
        }
    }

    [Test]
    public void NaN_distance_counts_as_the_smallest_and_is_flagged()
    {
        float nan = float.NaN;
        float[] distance = [0, nan, 2, nan, nan, nan, 5, 1, 2, 5, 0, 3, nan, 1, 3, nan];
        using HostTensor d = HostTensor.Pin(distance.AsMemory(), 4, 4);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 4), flags = HostTensor.Allocate(ElementType.Int32, 4);
        CycleCover.Greedy(d.View, partners.View, flags: flags.View);
        // 1 → 2 is the largest; 2's farthest left is 3; only 0 is left for 3.
        Assert.That(partners.AsSpan<int>().ToArray(), Is.EqualTo(new[] { 1, 2, 3, 0 }));
        int nanRow = (int)ImageFlags.NotANumberDistance;
        Assert.That(flags.AsSpan<int>().ToArray(), Is.EqualTo(new[] { nanRow, nanRow, 0, nanRow }), "the diagonal is not read.");
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(17)]
    public void All_distances_NaN(int n)
    {
        float[] distance = [.. Enumerable.Repeat(float.NaN, n * n)];
        using HostTensor d = HostTensor.Pin(distance.AsMemory(), n, n), partners = HostTensor.Allocate(ElementType.Int64, n);
        CycleCover.Greedy(d.View, partners.View);
        Assert.That(partners.AsSpan<long>().ToArray(), Is.EqualTo(Enumerable.Range(1, n).Select(i => (long)i % n)), "the lowest index wins.");
    }

    [Test]
    public void NaN_distance_is_an_error_in_strict_mode()
    {
        float[] distance = [0, 1, 2, 1, 0, float.NaN, 2, 3, 0];
        using HostTensor d = HostTensor.Pin(distance.AsMemory(), 3, 3);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 3), flags = HostTensor.Allocate(ElementType.Int32, 3);
        partners.AsSpan<int>().Fill(-9);
        flags.AsSpan<int>().Fill(-9);
        Assert.That(
            () => CycleCover.Greedy(d.View, partners.View, default, flags.View, new GuidedMixerOptions { Strict = true }),
            Throws.TypeOf<DegenerateImageException>().With.Property("Image").EqualTo(1L)
                .And.Property("Flags").EqualTo(ImageFlags.NotANumberDistance));
        Assert.That(partners.AsSpan<int>().ToArray(), Is.All.EqualTo(-9));
        Assert.That(flags.AsSpan<int>().ToArray(), Is.All.EqualTo(-9));
    }

    [TestCase(ElementType.Float32)]
    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    [TestCase(ElementType.UInt8)]
    public void One_image_keeps_itself(ElementType type)
    {
        foreach (Pairing pairing in Enum.GetValues<Pairing>())
        {
            using var batch = new SeededBatch(1, 3, 9, 10, type, isChannelsLast: pairing == Pairing.Random);
            MixRecord record = MixRecord.Run(new GuidedMixer(new GuidedMixerOptions { Pairing = pairing }), batch);
            Assert.That(record.Partners, Is.EqualTo(new[] { 0 }));
            Assert.That(record.Mask, Is.All.EqualTo(0.5f));
            Assert.That(record.Ratio, Is.EqualTo(new[] { 0.5f }));
            Assert.That(record.Distance, Is.EqualTo(new[] { 0f }));
            unsafe
            {
                Assert.That(record.Images, Is.EqualTo(new ReadOnlySpan<byte>(batch.Images.View.Data, record.Images.Length).ToArray()));
            }

            Assert.That(record.LabelsB, Is.EqualTo(record.LabelsA));
            Assert.That(record.Soft.Count(t => t == 1f), Is.EqualTo(1));
            Assert.That(record.Soft.Count(t => t == 0f), Is.EqualTo(SeededBatch.Classes - 1));
        }
    }

    [Test]
    public void Four_by_four_is_the_smallest_image()
    {
        using var batch = new SeededBatch(3, 3, 4, 4);
        foreach (Saliency saliency in Enum.GetValues<Saliency>())
            Cycle.AssertThroughAll(MixRecord.Run(new GuidedMixer(new GuidedMixerOptions { Saliency = saliency }), batch).Partners);
    }

    /// <summary>Two images whose maps are zero in the columns from 6 on.</summary>
    private static SeededBatch LeftHalves()
    {
        var batch = new SeededBatch(2, 3, 8, 20);
        Span<float> maps = batch.Saliency.AsSpan<float>();
        for (int k = 0; k < maps.Length; k++) maps[k] = k % 20 < 6 ? 1 + k % 3 : 0;
        return batch;
    }
}
