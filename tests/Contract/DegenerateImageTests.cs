using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>
/// The table "Where the released program gives NaN, this library is defined": each row repaired and flagged, and refused in strict mode
/// by an error that names the image, with no byte written.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DegenerateImageTests
{
    private const int N = 4, C = 3, H = 12, W = 21, Bad = 2;
    private const ImageFlags Replaced = ImageFlags.DegenerateMap, Pixels = ImageFlags.NonFinitePixels;

    /// <summary>What is done to image <see cref="Bad"/> of a batch, and the flags it must get.</summary>
    public static IEnumerable<TestCaseData> Faults =>
    [
        Case("zero image", Saliency.SpectralResidual, b => b.Image(Bad).Clear(), Replaced),
        Case("NaN pixel", Saliency.SpectralResidual, b => b.Image(Bad)[100] = float.NaN, Replaced | Pixels),
        Case("last pixel NaN", Saliency.SpectralResidual, b => b.Image(Bad)[^1] = float.NaN, Replaced | Pixels),
        Case("+Inf pixel", Saliency.SpectralResidual, b => b.Image(Bad)[0] = float.PositiveInfinity, Replaced | Pixels),
        Case("−Inf pixel", Saliency.SpectralResidual, b => b.Image(Bad)[77] = float.NegativeInfinity, Replaced | Pixels),
        Case("pixels that overflow", Saliency.SpectralResidual, b => b.Image(Bad).Fill(3e38f), Replaced),
        Case("zero gradient", Saliency.Gradient, b => Gradient(b).Clear(), Replaced),
        Case("NaN gradient", Saliency.Gradient, b => Gradient(b)[^1] = float.NaN, Replaced),
        Case("Inf gradient", Saliency.Gradient, b => Gradient(b)[3] = float.NegativeInfinity, Replaced),
        Case("NaN pixel, sound gradient", Saliency.Gradient, b => b.Image(Bad)[100] = float.NaN, Pixels),
        Case("zero map", Saliency.Supplied, b => Map(b).Clear(), Replaced),
        Case("NaN in a map", Saliency.Supplied, b => Map(b)[50] = float.NaN, Replaced),
        Case("+Inf in a map", Saliency.Supplied, b => Map(b)[0] = float.PositiveInfinity, Replaced),
        Case("−Inf in a map", Saliency.Supplied, b => Map(b)[^1] = float.NegativeInfinity, Replaced),
        Case("negative in a map", Saliency.Supplied, b => Map(b)[^1] = -1e-3f, Replaced),
        Case("subnormal negative in a map", Saliency.Supplied, b => Map(b)[7] = -1e-44f, Replaced),
        Case("sum of a map overflows", Saliency.Supplied, b => Map(b).Fill(3e38f), Replaced),
        Case("NaN pixel, sound map", Saliency.Supplied, b => b.Image(Bad)[0] = float.NaN, Pixels),
        Case("−Inf pixel, zero map", Saliency.Supplied, b => (b.Image(Bad)[5], Map(b)[0]) = (float.NegativeInfinity, -1), Replaced | Pixels),
    ];

    [TestCaseSource(nameof(Faults))]
    public void Fault_is_flagged_and_stays_in_its_image(Saliency saliency, Action<SeededBatch> spoil, ImageFlags flags)
    {
        using var batch = new SeededBatch(N, C, H, W);
        spoil(batch);
        MixRecord record = MixRecord.Run(new GuidedMixer(new GuidedMixerOptions { Saliency = saliency }), batch, 2);
        int[] expected = new int[N];
        expected[Bad] = (int)flags;
        Assert.That(record.Flags, Is.EqualTo(expected));
        Cycle.AssertThroughAll(record.Partners);
        Assert.That(record.Distance, Is.All.Matches<float>(float.IsFinite), "D stays finite.");
        Assert.That(record.Normalised, Is.All.Matches<float>(p => p >= 0 && p <= 1), "p stays finite.");
        Assert.That(record.Mask, Is.All.InRange(0f, 1f));
        Assert.That(record.Ratio, Is.All.InRange(0f, 1f));
        Assert.That(record.Soft, Is.All.InRange(0f, 1f));
        if (flags.HasFlag(Replaced)) Assert.That(Slice(record.Normalised, Bad, H * W), Is.All.EqualTo(1f / (H * W)).Within(1e-9f));
        for (int i = 0; i < N; i++)
        {
            if (i == Bad || record.Partners[i] == Bad) AssertNonFiniteWhereTheImageIs(batch, record, i);
            else Assert.That(Slice(record.Floats.ToArray(), i, C * H * W), Is.All.Matches<float>(float.IsFinite));
        }
    }

    [TestCaseSource(nameof(Faults))]
    public void Strict_mode_names_the_image_and_writes_nothing(Saliency saliency, Action<SeededBatch> spoil, ImageFlags flags)
    {
        using var batch = new SeededBatch(N, C, H, W);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        spoil(batch);
        var options = new GuidedMixerOptions { Saliency = saliency, Strict = true };
        DegenerateImageException error = Assert.Throws<DegenerateImageException>(
            () => new GuidedMixer(options).Mix(batch.Inputs(options), outputs.Views, new Execution(Threads: 2)))!;
        Assert.That(error.Image, Is.EqualTo(Bad));
        Assert.That(error.Flags, Is.EqualTo(flags));
        Assert.That(error.Message, Does.StartWith($"image {Bad}: {flags}"));
        Assert.That(outputs.IsPoisoned, Is.True, "strict mode wrote before it refused.");
    }

    [TestCase(Saliency.SpectralResidual)]
    [TestCase(Saliency.Gradient)]
    [TestCase(Saliency.Supplied)]
    public void Strict_mode_gives_the_same_bits_on_sound_data(Saliency saliency)
    {
        using var batch = new SeededBatch(N, C, H, W);
        var options = new GuidedMixerOptions { Saliency = saliency };
        string expected = MixRecord.Run(new GuidedMixer(options), batch).Digest;
        Assert.That(MixRecord.Run(new GuidedMixer(options with { Strict = true }), batch).Digest, Is.EqualTo(expected));
    }

    [Test]
    public void All_images_degenerate()
    {
        using var batch = new SeededBatch(N, C, H, W);
        batch.Images.AsSpan<float>().Clear();
        MixRecord record = MixRecord.Run(new GuidedMixer(), batch);
        Assert.That(record.Flags, Is.All.EqualTo((int)Replaced));
        Assert.That(record.Distance, Is.All.Zero);
        Assert.That(record.Partners, Is.EqualTo(new[] { 1, 2, 3, 0 }), "ties go to the lowest index.");
        Assert.That(record.Mask, Is.All.EqualTo(0.5f));
        Assert.That(record.Floats.ToArray(), Is.All.Zero);
    }

    /// <summary>A map is valid however small or large its finite sum.</summary>
    [TestCase(1e-42f)]
    [TestCase(1e-38f)]
    [TestCase(1e30f)]
    [TestCase(1e35f)]
    public void Tiny_and_huge_maps_are_valid(float value)
    {
        using var batch = new SeededBatch(N, C, H, W);
        Map(batch).Fill(value);
        MixRecord record = MixRecord.Run(new GuidedMixer(new GuidedMixerOptions { Saliency = Saliency.Supplied }), batch);
        Assert.That(record.Flags, Is.All.Zero);
        Assert.That(Slice(record.Normalised, Bad, H * W), Is.All.EqualTo(1f / (H * W)).Within(1).Percent, "the map is flat.");
    }

    [Test]
    public void Negative_zero_is_not_negative()
    {
        using var batch = new SeededBatch(N, C, H, W);
        Map(batch)[3] = -0f;
        Assert.That(MixRecord.Run(new GuidedMixer(new GuidedMixerOptions { Saliency = Saliency.Supplied }), batch).Flags, Is.All.Zero);
    }

    [TestCase(ElementType.Float16, (ushort)0x7E00)]
    [TestCase(ElementType.Float16, (ushort)0xFC00)]
    [TestCase(ElementType.BFloat16, (ushort)0x7FC0)]
    [TestCase(ElementType.BFloat16, (ushort)0x7F80)]
    public void Non_finite_pixels_of_16_bits(ElementType type, ushort bits)
    {
        foreach (bool isChannelsLast in (bool[])[false, true])
        {
            using var batch = new SeededBatch(N, C, H, W, type, isChannelsLast);
            batch.Images.AsSpan<ushort>()[(Bad + 1) * C * H * W - 1] = bits;
            MixRecord record = MixRecord.Run(new GuidedMixer(), batch);
            int[] expected = new int[N];
            expected[Bad] = (int)(Replaced | Pixels);
            Assert.That(record.Flags, Is.EqualTo(expected));
        }
    }

    private static void AssertNonFiniteWhereTheImageIs(SeededBatch batch, MixRecord record, int i)
    {
        ReadOnlySpan<float> own = batch.Image(i), partner = batch.Image(record.Partners[i]);
        ReadOnlySpan<float> mixed = record.Floats.Slice(i * C * H * W, C * H * W);
        for (int k = 0; k < mixed.Length; k++)
        {
            if (float.IsFinite(own[k]) && float.IsFinite(partner[k])) Assert.That(float.IsFinite(mixed[k]), Is.True, $"image {i}, value {k}");
            else Assert.That(float.IsFinite(mixed[k]), Is.False, $"image {i}, value {k}: the fault was hidden.");
        }
    }

    private static Span<float> Gradient(SeededBatch batch) => batch.Gradient.AsSpan<float>().Slice(Bad * C * H * W, C * H * W);

    private static Span<float> Map(SeededBatch batch) => batch.Saliency.AsSpan<float>().Slice(Bad * H * W, H * W);

    private static float[] Slice(float[] values, int i, int length) => [.. values.Skip(i * length).Take(length)];

    private static TestCaseData Case(string name, Saliency saliency, Action<SeededBatch> spoil, ImageFlags flags) =>
        new TestCaseData(saliency, spoil, flags).SetArgDisplayNames(name, saliency.ToString());
}
