using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Batches again and again, by stream, by graph and in streams side by side: the same bits. Long on a device (the GPU kit), short on the emulated one.</summary>
[TestFixture]
public sealed class DeviceRunTests : CudaFixture
{
    private const int Streams = 4;

    protected override bool NeedsEmulation => false;

    private static int Repetitions =>
        int.Parse(
            Environment.GetEnvironmentVariable("GUIDEDMIXUP_TEST_REPETITIONS") ?? (CudaBackend.IsOnDevice ? "250" : "2"), CultureInfo.InvariantCulture);

    public static IEnumerable<TestCaseData> Batches
    {
        get
        {
            yield return new(new GuidedMixerOptions(), 5, 32, 32);
            yield return new(new GuidedMixerOptions(), 3, 33, 47);
            yield return new(new GuidedMixerOptions(), 2, 150, 140);
            yield return new(new GuidedMixerOptions { Saliency = Saliency.Gradient, Distance = DistanceMetric.L1 }, 35, 20, 31);
            yield return new(new GuidedMixerOptions { Pairing = Pairing.Random, Seed = 4 }, 7, 32, 32);
            if (!CudaBackend.IsOnDevice) yield break;
            yield return new(new GuidedMixerOptions(), 128, 32, 32);
            yield return new(new GuidedMixerOptions(), 64, 64, 64);
            yield return new(new GuidedMixerOptions(), 64, 224, 224);
            yield return new(new GuidedMixerOptions { Saliency = Saliency.Gradient }, 64, 224, 224);
        }
    }

    /// <summary>The other methods; their replays of a captured graph are in MethodDeviceTests, for they need draws.</summary>
    public static IEnumerable<TestCaseData> MethodBatches
    {
        get
        {
            foreach (MixMethod method in MethodDeviceTests.Methods)
            {
                // Co-Mixup has outputs of its own kind, and is in MethodDeviceTests too.
                if (method == MixMethod.CoMixup) continue;
                GuidedMixerOptions options = new() { Method = method, Pairing = Pairing.Greedy, Seed = 4, PuzzleMix = new PuzzleMixOptions { Blocks = 16 } };
                yield return new(options, 5, 32, 32);
                if (CudaBackend.IsOnDevice) yield return new(options, 64, 64, 64);
            }
        }
    }

    [TestCaseSource(nameof(Batches))]
    [TestCaseSource(nameof(MethodBatches))]
    public void Repetitions_have_equal_bits(GuidedMixerOptions options, int n, int h, int w)
    {
        using var batch = new SeededBatch(n, 3, h, w);
        var mixer = new GuidedMixer(options);
        string first = DeviceMix.Run(mixer, batch).Digest;
        for (int i = 1; i < Repetitions; i++) Assert.That(DeviceMix.Run(mixer, batch).Digest, Is.EqualTo(first), $"repetition {i}");
    }

    [TestCaseSource(nameof(Batches))]
    public void Graph_replays_have_the_streams_bits(GuidedMixerOptions options, int n, int h, int w)
    {
        using var batch = new SeededBatch(n, 3, h, w);
        var mixer = new GuidedMixer(options);
        string expected = DeviceMix.Run(mixer, batch).Digest;
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, n, 3, h, w));
        device.Stream.BeginCapture();
        bool isMixed = mixer.Mix(inputs, views, execution).IsMixed;
        using CudaGraph graph = device.Stream.EndCapture();
        for (int i = 0; i < Repetitions; i++)
        {
            graph.Launch(device.Stream);
            // Not after every one, so that replays follow each other closely too.
            if (i % 10 != 0 && i != Repetitions - 1) continue;
            device.Finish();
            Assert.That(new MixRecord(outputs, isMixed).Digest, Is.EqualTo(expected), $"replay {i}");
        }
    }

    [TestCaseSource(nameof(Batches))]
    [TestCaseSource(nameof(MethodBatches))]
    public void Side_streams_have_the_bits_of_one(GuidedMixerOptions options, int n, int h, int w)
    {
        var mixer = new GuidedMixer(options);
        SeededBatch[] batches = [.. Enumerable.Range(0, Streams).Select(i => new SeededBatch(n, 3, h, w, seed: i + 1))];
        OutputSet[] outputs = [.. batches.Select(b => new OutputSet(b, ElementType.Float32, options))];
        DeviceCopies[] devices = [.. batches.Select(_ => new DeviceCopies())];
        try
        {
            string[] expected = [.. batches.Select(b => DeviceMix.Run(mixer, b).Digest)];
            MixInputs[] inputs = [.. devices.Select((d, i) => d.Of(batches[i].Inputs(options)))];
            MixOutputs[] views = [.. devices.Select((d, i) => d.Of(outputs[i].Views))];
            Execution[] executions = [.. devices.Select(d => d.Execution(mixer.Prepare(DeviceCopies.Gpu, n, 3, h, w)))];
            for (int round = 0; round < Math.Max(1, Repetitions / 10); round++)
            {
                for (int i = 0; i < Streams; i++) mixer.Mix(inputs[i], views[i], executions[i]);
            }

            for (int i = 0; i < Streams; i++) devices[i].Finish();
            string[] found = [.. outputs.Select(o => new MixRecord(o, true).Digest)];
            Assert.That(found, Is.EqualTo(expected));
        }
        finally
        {
            foreach (DeviceCopies device in devices) device.Dispose();
            foreach (OutputSet set in outputs) set.Dispose();
            foreach (SeededBatch batch in batches) batch.Dispose();
        }
    }
}
