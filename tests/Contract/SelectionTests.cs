using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Which images take part: the subset, and the draws for the probability.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SelectionTests
{
    private static readonly GuidedMixerOptions Fast = new() { Saliency = Saliency.Supplied, Seed = 99 };

    [TestCase(Pairing.Greedy, new byte[] { 1, 0, 1, 1, 0, 0, 1 })]
    [TestCase(Pairing.Greedy, new byte[] { 0, 0, 0, 255, 0, 0, 0 })]
    [TestCase(Pairing.Greedy, new byte[] { 0, 0, 0, 0, 0, 0, 0 })]
    [TestCase(Pairing.Greedy, new byte[] { 0, 7, 0, 0, 0, 1, 0 })]
    [TestCase(Pairing.Random, new byte[] { 1, 0, 1, 1, 0, 0, 1 })]
    public void Images_outside_the_subset_come_back_bit_unchanged(Pairing pairing, byte[] subset)
    {
        foreach (Saliency saliency in Enum.GetValues<Saliency>())
        {
            using var batch = new SeededBatch(7, 3, 9, 21);
            // Numbers that any arithmetic would change: NaN with a payload, −0, subnormals.
            batch.Image(1)[5] = BitConverter.UInt32BitsToSingle(0x7F812345);
            batch.Image(4)[0] = -0f;
            batch.Image(5)[8] = 1e-42f;
            using HostTensor pinned = HostTensor.Pin(subset.AsMemory(), 7);
            var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = saliency, Pairing = pairing });
            MixRecord record = MixRecord.Run(mixer, batch, subset: pinned.View);
            int[] members = [.. Enumerable.Range(0, 7).Where(i => subset[i] != 0)];
            if (pairing == Pairing.Greedy) Cycle.AssertThrough(record.Partners, members);
            Assert.That(record.IsMixed, Is.EqualTo(members.Length > 0));
            for (int i = 0; i < 7; i++)
            {
                if (subset[i] == 0) AssertUnchanged(batch, record, i);
            }
        }
    }

    [TestCase(ProbabilityMode.Batch)]
    [TestCase(ProbabilityMode.Image)]
    public void Probability_zero_mixes_nothing(ProbabilityMode mode)
    {
        using var batch = new SeededBatch(6, 3, 8, 8);
        var mixer = new GuidedMixer(Fast with { Probability = 0, ProbabilityMode = mode });
        for (ulong step = 0; step < 50; step++)
        {
            MixRecord record = MixRecord.Run(mixer, batch, step: step);
            Assert.That(record.IsMixed, Is.False);
            for (int i = 0; i < 6; i++) AssertUnchanged(batch, record, i);
        }
    }

    [TestCase(ProbabilityMode.Batch)]
    [TestCase(ProbabilityMode.Image)]
    public void Probability_one_mixes_everything(ProbabilityMode mode)
    {
        using var batch = new SeededBatch(6, 3, 8, 8);
        var mixer = new GuidedMixer(Fast with { Probability = 1, ProbabilityMode = mode });
        for (ulong step = 0; step < 50; step++) Cycle.AssertThroughAll(MixRecord.Run(mixer, batch, step: step).Partners);
    }

    /// <summary>Binomial with 2,000 draws: five standard deviations are missed once in 1.7 million (each run is the same run).</summary>
    [TestCase(0.5)]
    [TestCase(0.8)]
    public void Batches_are_mixed_as_often_as_asked(double probability)
    {
        using var batch = new SeededBatch(2, 1, 4, 4);
        var mixer = new GuidedMixer(Fast with { Probability = probability, BlurSize = 1 });
        int mixed = 0;
        for (ulong step = 0; step < 2000; step++)
        {
            MixRecord record = MixRecord.Run(mixer, batch, step: step);
            mixed += record.IsMixed ? 1 : 0;
            Assert.That(record.Partners, Is.EqualTo(record.IsMixed ? [1, 0] : new[] { 0, 1 }));
        }

        Assert.That(mixed, Is.EqualTo(2000 * probability).Within(5 * Math.Sqrt(2000 * probability * (1 - probability))));
    }

    /// <summary>400 batches of 5: the images drawn are binomial, up to a lone one, which keeps itself.</summary>
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void Images_are_mixed_as_often_as_asked(double probability)
    {
        using var batch = new SeededBatch(5, 1, 4, 4);
        var mixer = new GuidedMixer(Fast with { Probability = probability, ProbabilityMode = ProbabilityMode.Image, BlurSize = 1 });
        var mixed = new int[5];
        for (ulong step = 0; step < 400; step++)
        {
            MixRecord record = MixRecord.Run(mixer, batch, step: step);
            int[] members = [.. Enumerable.Range(0, 5).Where(i => record.Partners[i] != i)];
            Cycle.AssertThrough(record.Partners, members);
            foreach (int i in members) mixed[i]++;
        }

        double expected = probability * (1 - Math.Pow(1 - probability, 4));
        double deviation = Math.Sqrt(400 * expected * (1 - expected));
        Assert.That(mixed, Is.All.EqualTo(400 * expected).Within(5 * deviation));
    }

    [TestCase(Pairing.Random, 1.0, ProbabilityMode.Batch)]
    [TestCase(Pairing.Greedy, 0.5, ProbabilityMode.Image)]
    public void Draws_are_a_function_of_seed_step_and_rank(Pairing pairing, double probability, ProbabilityMode mode)
    {
        using var batch = new SeededBatch(40, 1, 4, 4);
        GuidedMixerOptions options =
            Fast with { Pairing = pairing, Probability = probability, ProbabilityMode = mode, BlurSize = 1, Seed = 5, Rank = 6 };
        int[] Partners(GuidedMixerOptions with, ulong step) => MixRecord.Run(new GuidedMixer(with), batch, step: step).Partners;
        int[] partners = Partners(options, 7);
        Assert.That(Partners(options with { }, 7), Is.EqualTo(partners));
        Assert.That(Partners(options, 8), Is.Not.EqualTo(partners), "another step draws anew.");
        Assert.That(Partners(options with { Seed = 4 }, 7), Is.Not.EqualTo(partners), "another seed draws anew.");
        Assert.That(Partners(options with { Rank = 7 }, 7), Is.Not.EqualTo(partners), "another rank draws anew.");
    }

    private static void AssertUnchanged(SeededBatch batch, MixRecord record, int i)
    {
        int length = batch.C * batch.H * batch.W;
        Assert.That(record.Partners[i], Is.EqualTo(i));
        Assert.That(
            record.Floats.Slice(i * length, length).ToArray().Select(BitConverter.SingleToUInt32Bits),
            Is.EqualTo(batch.Image(i).ToArray().Select(BitConverter.SingleToUInt32Bits)),
            $"image {i} changed.");
        long label = batch.Labels.AsSpan<long>()[i];
        Assert.That(record.LabelsB[i], Is.EqualTo(label));
        for (int k = 0; k < SeededBatch.Classes; k++)
            Assert.That(record.Soft[i * SeededBatch.Classes + k], Is.EqualTo(k == label ? 1f : 0f));
    }
}
