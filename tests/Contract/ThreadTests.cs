using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>The same bits for every number of threads, of callers, and at every alignment.</summary>
[TestFixture]
[NonParallelizable]
public sealed unsafe class ThreadTests
{
    private static readonly Lazy<string[]> Serial = new(() => [.. DigestCases.All()]);

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(8)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        string[] lines = [.. DigestCases.All(threads)];
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < lines.Length; i++) Assert.That(lines[i], Is.EqualTo(Serial.Value[i]));
        }
    }

    [TestCase(64, 32)]
    [TestCase(6, 224)]
    // Above 8 MiB the mix is written around the caches.
    [TestCase(14, 224)]
    public void Any_number_of_threads_gives_the_same_bits_on_larger_batches(int n, int side)
    {
        using var batch = new SeededBatch(n, 3, side, side);
        var mixer = new GuidedMixer();
        string expected = MixRecord.Run(mixer, batch).Digest;
        foreach (int threads in (int[])[2, 3, 8, 0])
            Assert.That(MixRecord.Run(mixer, batch, threads).Digest, Is.EqualTo(expected), $"{threads} threads");
    }

    [Test]
    public void Eight_callers_of_one_mixer_each_get_the_serial_bits()
    {
        var mixer = new GuidedMixer();
        SeededBatch[] batches = [.. Enumerable.Range(0, 8).Select(i =>
            new SeededBatch(3 + i, i % 2 == 0 ? 3 : 1, 20 + 5 * i, 33 - i, (ElementType)(i % 4), i % 3 == 0, seed: i))];
        string[] expected = [.. batches.Select(batch => MixRecord.Run(mixer, batch).Digest)];
        var faults = new List<string>();
        using var gate = new Barrier(8);
        Thread[] callers = [.. batches.Select((batch, i) => new Thread(() =>
        {
            gate.SignalAndWait();
            for (int round = 0; round < 25; round++)
            {
                string? fault = null;
                try
                {
                    string digest = MixRecord.Run(mixer, batch, 1 + (i + round) % 3).Digest;
                    if (digest != expected[i]) fault = $"caller {i}, round {round}: {digest}\n where {expected[i]}";
                }
                catch (Exception error)
                {
                    fault = $"caller {i}, round {round}: {error}";
                }

                if (fault != null) lock (faults) faults.Add(fault);
            }
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        foreach (SeededBatch batch in batches) batch.Dispose();
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Trimming_workspaces_between_and_during_calls_changes_nothing()
    {
        using var batch = new SeededBatch(5, 3, 24, 31);
        var mixer = new GuidedMixer();
        string expected = MixRecord.Run(mixer, batch).Digest;
        using var stop = new CancellationTokenSource();
        var trimmer = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) GuidedMixer.TrimWorkspaces();
        });
        trimmer.Start();
        for (int i = 0; i < 50; i++) Assert.That(MixRecord.Run(mixer, batch, 2).Digest, Is.EqualTo(expected));
        stop.Cancel();
        trimmer.Join();
    }

    [TestCase(ElementType.Float32)]
    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    [TestCase(ElementType.UInt8)]
    public void Any_alignment_gives_the_same_bits(ElementType type)
    {
        using var batch = new SeededBatch(3, 3, 17, 37, type);
        var options = new GuidedMixerOptions { Saliency = Saliency.SpectralResidual };
        var mixer = new GuidedMixer(options);
        MixRecord expected = MixRecord.Run(mixer, batch);
        using HostTensor block = HostTensor.Allocate(ElementType.UInt8, 1 << 20);
        foreach (int shift in (int[])[1, 3, 13])
        {
            byte* free = (byte*)block.View.Data;
            TensorView Place(ElementType elements, params long[] shape)
            {
                var view = new TensorView(free + shift * elements.Size(), elements, shape);
                free += (view.Length * elements.Size() + 64 * shift + 127) & ~63;
                return view;
            }

            TensorView images = Place(type, 3, 3, 17, 37), mixed = Place(type, 3, 3, 17, 37), mask = Place(ElementType.Float32, 3, 17, 37);
            TensorView saliency = Place(ElementType.Float32, 3, 17, 37), normalised = Place(ElementType.Float32, 3, 17, 37);
            new ReadOnlySpan<byte>(batch.Images.View.Data, expected.Images.Length).CopyTo(new Span<byte>(images.Data, expected.Images.Length));
            mixer.Mix(images, default, new MixOutputs { Images = mixed, Mask = mask, Saliency = saliency, Normalised = normalised });
            Assert.That(new ReadOnlySpan<byte>(mixed.Data, expected.Images.Length).SequenceEqual(expected.Images), Is.True, $"mixed, +{shift}");
            Assert.That(new ReadOnlySpan<float>(mask.Data, expected.Mask.Length).SequenceEqual(expected.Mask), Is.True, $"mask, +{shift}");
            Assert.That(
                new ReadOnlySpan<float>(saliency.Data, expected.Mask.Length).SequenceEqual(expected.Saliency), Is.True, $"saliency, +{shift}");
            Assert.That(
                new ReadOnlySpan<float>(normalised.Data, expected.Mask.Length).SequenceEqual(expected.Normalised), Is.True, $"maps, +{shift}");
        }
    }
}
