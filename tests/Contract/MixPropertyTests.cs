using System;
using System.Linq;
using NUnit.Framework;
using Check = FsCheck.NUnit.PropertyAttribute;

#pragma warning disable NUnit1027 // FsCheck supplies the arguments.

namespace GuidedMixup.Tests.Contract;

/// <summary>What holds for every mixed batch, whatever its shape. The replayed seeds make each run the same.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MixPropertyTests
{
    private static readonly GuidedMixer Residual = new();
    private static readonly GuidedMixer Gradient = new(new GuidedMixerOptions { Saliency = Saliency.Gradient });
    private static readonly GuidedMixer Supplied = new(new GuidedMixerOptions { Saliency = Saliency.Supplied });

    [Check(Replay = "20261121,11", MaxTest = 40)]
    public void Masks_ratios_and_maps_are_consistent(byte n, byte h, byte w, byte kind, int seed)
    {
        using SeededBatch batch = Batch(n, h, w, seed);
        MixRecord record = MixRecord.Run(Mixer(kind), batch, 1 + kind % 3);
        int pixels = batch.H * batch.W;
        Cycle.AssertThroughAll(record.Partners);
        Assert.That(record.Flags, Is.All.Zero);
        Assert.That(record.Mask, Is.All.InRange(0f, 1f));
        Assert.That(record.Distance, Is.All.GreaterThanOrEqualTo(0f));
        for (int i = 0; i < batch.N; i++)
        {
            Assert.That(record.Ratio[i], Is.EqualTo(record.Mask.Skip(i * pixels).Take(pixels).Average(m => (double)m)).Within(2e-6));
            Assert.That(record.Normalised.Skip(i * pixels).Take(pixels).Sum(p => (double)p), Is.EqualTo(1).Within(1e-5));
            Assert.That(record.Distance[i * batch.N + i], Is.Zero);
            for (int j = 0; j < i; j++) Assert.That(Bits(record.Distance[i * batch.N + j]), Is.EqualTo(Bits(record.Distance[j * batch.N + i])));
            Assert.That(record.LabelsB[i], Is.EqualTo(record.LabelsA[record.Partners[i]]));
        }
    }

    [Check(Replay = "20261121,13", MaxTest = 30)]
    public void Masks_of_a_swap_sum_to_one(byte pairs, byte h, byte w, byte kind, int seed)
    {
        using SeededBatch batch = Batch(2 * (pairs % 3), h, w, seed);
        using HostTensor swaps = HostTensor.Allocate(ElementType.Int64, batch.N);
        for (int i = 0; i < batch.N; i++) swaps.AsSpan<long>()[i] = i ^ 1;
        // Two images are a swap without being told.
        MixRecord record = MixRecord.Run(Mixer(kind), batch, partners: batch.N == 2 ? default : swaps.View);
        int pixels = batch.H * batch.W;
        for (int i = 0; i < batch.N; i++)
        {
            Assert.That(record.Partners[i], Is.EqualTo(i ^ 1));
            Assert.That(record.Ratio[i] + record.Ratio[i ^ 1], Is.EqualTo(1f).Within(4e-7));
            for (int k = 0; k < pixels; k++)
                Assert.That((double)record.Mask[i * pixels + k] + record.Mask[(i ^ 1) * pixels + k], Is.EqualTo(1).Within(2e-7));
        }
    }

    [Check(Replay = "20261121,17", MaxTest = 30)]
    public void Permuting_the_batch_permutes_maps_and_distances_bitwise(byte n, byte h, byte w, byte kind, int seed)
    {
        using SeededBatch batch = Batch(n, h, w, seed), permuted = Batch(n, h, w, seed);
        int[] order = [.. Enumerable.Range(0, batch.N)];
        new Random(seed).Shuffle(order);
        int pixels = batch.H * batch.W, values = batch.C * pixels;
        for (int i = 0; i < batch.N; i++)
        {
            batch.Image(order[i]).CopyTo(permuted.Image(i));
            Part(batch.Gradient, order[i], values).CopyTo(Part(permuted.Gradient, i, values));
            Part(batch.Saliency, order[i], pixels).CopyTo(Part(permuted.Saliency, i, pixels));
        }

        MixRecord before = MixRecord.Run(Mixer(kind), batch), after = MixRecord.Run(Mixer(kind), permuted);
        for (int i = 0; i < batch.N; i++)
        {
            AssertBits(after.Saliency, i * pixels, before.Saliency, order[i] * pixels, pixels, "saliency");
            AssertBits(after.Normalised, i * pixels, before.Normalised, order[i] * pixels, pixels, "normalised");
            for (int j = 0; j < batch.N; j++)
                AssertBits(after.Distance, i * batch.N + j, before.Distance, order[i] * batch.N + order[j], 1, "distance");
        }
    }

    [Check(Replay = "20261121,19", MaxTest = 20)]
    public void A_map_has_the_same_bits_alone_as_in_any_batch(byte n, byte h, byte w, byte kind, int seed)
    {
        using SeededBatch batch = Batch(n, h, w, seed);
        MixRecord together = MixRecord.Run(Mixer(kind), batch, 2);
        int pixels = batch.H * batch.W, values = batch.C * pixels;
        for (int i = 0; i < batch.N; i++)
        {
            using var single = new SeededBatch(1, batch.C, batch.H, batch.W);
            batch.Image(i).CopyTo(single.Image(0));
            Part(batch.Gradient, i, values).CopyTo(Part(single.Gradient, 0, values));
            Part(batch.Saliency, i, pixels).CopyTo(Part(single.Saliency, 0, pixels));
            MixRecord alone = MixRecord.Run(Mixer(kind), single);
            AssertBits(alone.Saliency, 0, together.Saliency, i * pixels, pixels, "saliency");
            AssertBits(alone.Normalised, 0, together.Normalised, i * pixels, pixels, "normalised");
        }
    }

    [Check(Replay = "20261121,23", MaxTest = 20)]
    public void Scaling_a_gradient_by_a_power_of_two_leaves_its_map(byte h, byte w, int seed)
    {
        using SeededBatch batch = Batch(3, h, w, seed), scaled = Batch(3, h, w, seed);
        int values = batch.C * batch.H * batch.W;
        foreach (ref float g in Part(scaled.Gradient, 0, values)) g = MathF.ScaleB(g, 40);
        foreach (ref float g in Part(scaled.Gradient, 1, values)) g = MathF.ScaleB(g, -40);
        MixRecord before = MixRecord.Run(Gradient, batch), after = MixRecord.Run(Gradient, scaled);
        Assert.That(after.Flags, Is.All.Zero);
        AssertBits(after.Normalised, 0, before.Normalised, 0, before.Normalised.Length, "normalised");
        AssertBits(after.Distance, 0, before.Distance, 0, before.Distance.Length, "distance");
        Assert.That(after.Partners, Is.EqualTo(before.Partners));
    }

    [Check(Replay = "20261121,29", MaxTest = 30)]
    public void Identical_images_mix_half_and_half_at_distance_zero(byte n, byte h, byte w, byte kind, int seed)
    {
        using SeededBatch batch = Batch(n, h, w, seed);
        int pixels = batch.H * batch.W, values = batch.C * pixels;
        for (int i = 1; i < batch.N; i++)
        {
            batch.Image(0).CopyTo(batch.Image(i));
            Part(batch.Gradient, 0, values).CopyTo(Part(batch.Gradient, i, values));
            Part(batch.Saliency, 0, pixels).CopyTo(Part(batch.Saliency, i, pixels));
        }

        MixRecord record = MixRecord.Run(Mixer(kind), batch);
        Assert.That(record.Distance, Is.All.Zero);
        Assert.That(record.Mask, Is.All.EqualTo(0.5f));
        Assert.That(record.Ratio, Is.All.EqualTo(0.5f));
        Cycle.AssertThroughAll(record.Partners);
    }

    private static SeededBatch Batch(int n, byte h, byte w, int seed) => new(2 + n % 7, 1 + 2 * (h & 1), 4 + h % 30, 4 + w % 30, seed: seed);

    private static GuidedMixer Mixer(byte kind) => (kind % 3) switch { 0 => Residual, 1 => Gradient, _ => Supplied };

    private static Span<float> Part(HostTensor tensor, int i, int length) => tensor.AsSpan<float>().Slice(i * length, length);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static void AssertBits(float[] actual, int at, float[] expected, int from, int length, string what)
    {
        for (int k = 0; k < length; k++)
        {
            if (Bits(actual[at + k]) != Bits(expected[from + k]))
                Assert.Fail($"{what}[{at + k}] is {actual[at + k]:R} where {expected[from + k]:R} was needed.");
        }
    }
}
