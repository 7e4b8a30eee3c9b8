using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>What a call costs: launches, and no synchronisation, no allocation on device or heap; and that a graph can capture it.</summary>
[TestFixture]
public sealed class LaunchTests : CudaFixture
{
    public static IEnumerable<TestCaseData> Batches =>
    [
        new(new GuidedMixerOptions(), 32, 32, 6),
        new(new GuidedMixerOptions(), 64, 64, 6),
        new(new GuidedMixerOptions(), 128, 128, 6),
        new(new GuidedMixerOptions(), 150, 140, 6),
        new(new GuidedMixerOptions { Antialias = true }, 150, 140, 6),
        new(new GuidedMixerOptions { Saliency = Saliency.Gradient }, 33, 47, 5),
        new(new GuidedMixerOptions { Saliency = Saliency.Supplied }, 33, 47, 5),
        new(new GuidedMixerOptions { Pairing = Pairing.Random }, 32, 32, 4),
        // The general path: nine launches for one.
        new(new GuidedMixerOptions(), 33, 47, 14),
    ];

    [TestCaseSource(nameof(Batches))]
    public void Batch_takes_the_stated_launches_and_nothing_else(GuidedMixerOptions options, int h, int w, int launches)
    {
        using var batch = new SeededBatch(3, 3, h, w);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(options);
        MixInputs inputs = device.Of(batch.Inputs(options));
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), soft = HostTensor.Allocate(ElementType.Float32, 3, SeededBatch.Classes);
        var outputs = new MixOutputs { Images = device.Of(mixed.View), SoftLabels = device.Of(soft.View) };
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 3, h, w));
        EmulatedDriver.ResetCounters();
        mixer.Mix(inputs, outputs, execution);
        DriverCounters counters = EmulatedDriver.Counters;
        Assert.That(counters, Is.EqualTo(new DriverCounters(launches, launches, 0, 0, 1, 0, 0, 0, 0)));
    }

    [TestCaseSource(nameof(Batches))]
    public void Captured_batch_replays_on_new_contents_and_a_new_step(GuidedMixerOptions options, int h, int w, int launches)
    {
        var mixer = new GuidedMixer(options with { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, Seed = 5 });
        using SeededBatch batch = new(4, 3, h, w), other = new(4, 3, h, w, seed: 2);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options) with { StepBuffer = step.View });
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 4, 3, h, w));
        EmulatedDriver.ResetCounters();
        device.Stream.BeginCapture();
        mixer.Mix(inputs, views, execution);
        using CudaGraph graph = device.Stream.EndCapture();
        Assert.That(EmulatedDriver.Counters.Kernels, Is.Zero, "captured, not run.");
        for (long replay = 0; replay < 3; replay++)
        {
            step.AsSpan<long>()[0] = replay;
            device.Refresh(step.View);
            graph.Launch(device.Stream);
            device.Finish();
            MixRecord expected = DeviceMix.Run(mixer, batch, (ulong)replay);
            Assert.That(new MixRecord(outputs, expected.IsMixed).Digest, Is.EqualTo(expected.Digest), $"step {replay}");
        }

        other.Images.AsSpan<float>().CopyTo(batch.Images.AsSpan<float>());
        device.Refresh(batch.Images.View);
        graph.Launch(device.Stream);
        device.Finish();
        MixRecord moved = DeviceMix.Run(mixer, batch, 2);
        Assert.That(new MixRecord(outputs, moved.IsMixed).Digest, Is.EqualTo(moved.Digest), "new images");
        Assert.That(EmulatedDriver.Counters.GraphLaunches, Is.EqualTo(4), $"{launches} launches each");
    }

    [Test]
    public void First_call_during_capture_without_Prepare_says_so()
    {
        using var batch = new SeededBatch(2, 3, 32, 32);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(WorkspaceSize.Mix(DeviceCopies.Gpu, 2, 32, 32));
        CudaKernels.Release();
        device.Stream.BeginCapture();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => mixer.Mix(inputs, views, execution))!;
        Assert.That(error.Message, Does.Contain("Prepare").And.Contain("captured"));
        using CudaGraph empty = device.Stream.EndCapture();
        mixer.Prepare(DeviceCopies.Gpu, 2, 3, 32, 32);
        device.Stream.BeginCapture();
        mixer.Mix(inputs, views, execution);
        using CudaGraph graph = device.Stream.EndCapture();
    }

    [TestCaseSource(nameof(Batches))]
    public void Hundred_calls_allocate_nothing_on_the_heap(GuidedMixerOptions options, int h, int w, int launches)
    {
        using var batch = new SeededBatch(2, 3, h, w);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(options);
        MixInputs inputs = device.Of(batch.Inputs(options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 2, 3, h, w));
        // Captured, so that the emulation need not run the kernels; what the host does is the same.
        device.Stream.BeginCapture();
        for (int i = 0; i < 50; i++) mixer.Mix(inputs, views, execution);
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < 4 && fewest != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) mixer.Mix(inputs, views, execution);
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        using CudaGraph graph = device.Stream.EndCapture();
        Assert.That(fewest, Is.Zero, $"bytes in 100 calls of {launches} launches");
    }

    [Test]
    public void Order_of_fibers_and_blocks_changes_no_bit()
    {
        foreach ((GuidedMixerOptions options, int n, int h, int w) in ((GuidedMixerOptions, int, int, int)[])
            [(new(), 5, 32, 32), (new(), 3, 33, 47), (new(), 2, 150, 140), (new() { Saliency = Saliency.Gradient }, 40, 50, 60)])
        {
            using var batch = new SeededBatch(n, 3, h, w);
            var mixer = new GuidedMixer(options);
            EmulatedDriver.Seed(0, 0);
            string plain = DeviceMix.Run(mixer, batch).Digest;
            for (ulong seed = 1; seed <= 3; seed++)
            {
                EmulatedDriver.Seed(seed, 0);
                Assert.That(DeviceMix.Run(mixer, batch).Digest, Is.EqualTo(plain), $"{options.Saliency} {n}x3x{h}x{w}, order {seed}");
            }
        }
    }

    [Test]
    public void Errors_of_the_approximate_functions_move_no_partner()
    {
        using var batch = new SeededBatch(6, 3, 32, 32);
        var mixer = new GuidedMixer();
        MixRecord host = MixRecord.Run(mixer, batch);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            EmulatedDriver.Seed(0, seed);
            Assert.That(DeviceMix.Run(mixer, batch).Partners, Is.EqualTo(host.Partners), $"errors {seed}");
        }
    }
}
