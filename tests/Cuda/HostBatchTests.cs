using System;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Batches in host memory, mixed on the device: the bits of the device's own batch, and strict mode whole.</summary>
[TestFixture]
public sealed class HostBatchTests : CudaFixture
{
    [TearDown]
    public void Trim() => GuidedMixer.TrimWorkspaces();

    [TestCase(Saliency.SpectralResidual, 12, 32, 32, false)]
    [TestCase(Saliency.SpectralResidual, 9, 33, 47, true)]
    [TestCase(Saliency.SpectralResidual, 3, 140, 130, false)]
    [TestCase(Saliency.Gradient, 10, 20, 24, true)]
    [TestCase(Saliency.Supplied, 1, 16, 16, false)]
    public void Host_batch_has_the_bits_of_a_device_batch(Saliency saliency, int n, int h, int w, bool isChannelsLast)
    {
        using var batch = new SeededBatch(n, 3, h, w, ElementType.Float32, isChannelsLast);
        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = saliency });
        Assert.That(Run(mixer, batch).Digest, Is.EqualTo(DeviceMix.Run(mixer, batch).Digest));
    }

    [Test]
    public void Second_batch_allocates_nothing_and_waits_once()
    {
        using var batch = new SeededBatch(8, 3, 32, 32);
        var mixer = new GuidedMixer();
        using var outputs = new OutputSet(batch, batch.Type);
        void Mix() => mixer.Mix(batch.Inputs(mixer.Options), outputs.Views, new Execution(Device: DeviceCopies.Gpu));
        for (int i = 0; i < 3; i++) Mix();
        AssertAllocatesNothing(Mix);
        EmulatedDriver.ResetCounters();
        Mix();
        DriverCounters done = EmulatedDriver.Counters;
        Assert.That((done.Allocations, done.Synchronisations), Is.EqualTo((0L, 1L)));
        Assert.That(done.Launches, Is.EqualTo(6 + 3), "the spectral residual runs in four slices.");
    }

    [Test]
    public void Gaps_of_a_strided_output_stay_as_they_were()
    {
        using var batch = new SeededBatch(4, 3, 16, 16);
        using var images = Batch.Images(3, ElementType.Float32, BatchLayout.Crop, 4, 3, 16, 16);
        using var mixed = GuardedTensor.Create(ElementType.Float32, BatchLayout.Crop, 4, 3, 16, 16);
        mixed.Poison();
        new GuidedMixer().Mix(images.View, default, new MixOutputs { Images = mixed.View }, 0, new Execution(Device: DeviceCopies.Gpu));
        mixed.AssertIntact("mixed from host memory");
        Assert.That(mixed.ToDoubles(), Has.None.NaN);
    }

    [Test]
    public void Strict_mode_names_the_image_and_writes_nothing()
    {
        using var batch = new SeededBatch(5, 3, 32, 32);
        batch.Image(2).Clear();
        using var outputs = new OutputSet(batch, batch.Type);
        var mixer = new GuidedMixer(new GuidedMixerOptions { Strict = true });
        DegenerateImageException error = Assert.Throws<DegenerateImageException>(
            () => mixer.Mix(batch.Inputs(mixer.Options), outputs.Views, new Execution(Device: DeviceCopies.Gpu)))!;
        Assert.That((error.Image, error.Flags & ImageFlags.DegenerateMap), Is.EqualTo((2L, ImageFlags.DegenerateMap)));
        Assert.That(outputs.IsPoisoned, Is.True);
    }

    [Test]
    public void Out_of_memory_is_an_error_and_the_next_batch_works()
    {
        using var batch = new SeededBatch(4, 3, 32, 32);
        var mixer = new GuidedMixer();
        EmulatedDriver.FailCall("cuMemAlloc_v2", 1, 2);
        CudaException error = Assert.Throws<CudaException>(() => Run(mixer, batch))!;
        Assert.That(error.Message, Does.Contain("cuMemAlloc").And.Contain("CUDA_ERROR_OUT_OF_MEMORY"));
        Assert.That(Run(mixer, batch).Digest, Is.EqualTo(DeviceMix.Run(mixer, batch).Digest));
    }

    [Test]
    public void Single_stage_of_host_memory_on_a_device_is_refused()
    {
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 2, 8, 8), distance = HostTensor.Allocate(ElementType.Float32, 2, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => PairDistance.Compute(maps.View, distance.View, DistanceMetric.L2, new Execution(Device: DeviceCopies.Gpu)))!;
        Assert.That(error.Message, Does.Contain("cuda:0").And.Contain("normalised is in host memory"));
    }

    [Test]
    public void Device_that_is_not_there_is_named()
    {
        using var batch = new SeededBatch(2, 3, 16, 16);
        using var outputs = new OutputSet(batch, batch.Type);
        var mixer = new GuidedMixer();
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => mixer.Mix(batch.Inputs(mixer.Options), outputs.Views, new Execution(Device: new Device(DeviceType.Cuda, 9))))!;
        Assert.That(error.Message, Does.Contain("cuda:9").And.Contain("1 GPUs"));
        Assert.That(outputs.IsPoisoned, Is.True);
    }

    [Test]
    public void Flags_on_the_device_are_thrown_by_a_call_of_their_own()
    {
        using HostTensor flags = HostTensor.Allocate(ElementType.Int32, 4);
        using var device = new DeviceCopies();
        TensorView sound = device.Of(flags.View);
        flags.AsSpan<int>()[1] = (int)ImageFlags.NonFinitePixels;
        TensorView faulty = device.Of(flags.View);
        GuidedMixer.ThrowIfFlagged(sound, new Execution(device.Stream.Value));
        DegenerateImageException error = Assert.Throws<DegenerateImageException>(
            () => GuidedMixer.ThrowIfFlagged(faulty, new Execution(device.Stream.Value)))!;
        Assert.That((error.Image, error.Flags), Is.EqualTo((1L, ImageFlags.NonFinitePixels)));
        Assert.Throws<DegenerateImageException>(() => GuidedMixer.ThrowIfFlagged(flags.View));
        device.Stream.BeginCapture();
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => GuidedMixer.ThrowIfFlagged(faulty, new Execution(device.Stream.Value)))!;
        device.Stream.EndCapture().Dispose();
        Assert.That(refused.Message, Does.Contain("captured"));
    }

    private static MixRecord Run(GuidedMixer mixer, SeededBatch batch)
    {
        using var outputs = new OutputSet(batch, batch.Type);
        MixResult result = mixer.Mix(batch.Inputs(mixer.Options), outputs.Views, new Execution(Device: DeviceCopies.Gpu));
        return new MixRecord(outputs, result.IsMixed);
    }
}
