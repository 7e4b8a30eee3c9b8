using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>The methods that draw λ on a device: what a call costs, draws under graph capture, and draws that are out of range.</summary>
[TestFixture]
public sealed class MixMethodLaunchTests : CudaFixture
{
    private static readonly MixMethod[] Methods = [MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix];

    protected override bool NeedsEmulation => false;

    public static IEnumerable<TestCaseData> Batches =>
    [
        // Random pairing, draws, mix.
        new(new GuidedMixerOptions { Method = MixMethod.Mixup }, 3, 3),
        new(new GuidedMixerOptions { Method = MixMethod.CutMix }, 3, 3),
        new(new GuidedMixerOptions { Method = MixMethod.CutMix, DrawMode = DrawMode.Image }, 64, 3),
        new(new GuidedMixerOptions { Method = MixMethod.CutMix, DrawMode = DrawMode.Image }, 65, 4),
        new(new GuidedMixerOptions { Method = MixMethod.Mixup, DrawMode = DrawMode.Batch }, 65, 3),
        // Saliency, its copy, peaks besides.
        new(new GuidedMixerOptions { Method = MixMethod.SaliencyMix }, 3, 6),
        new(new GuidedMixerOptions { Method = MixMethod.CutMix, Pairing = Pairing.Greedy }, 3, 7),
        // Random pairing, two draws, class maps, mix.
        new(new GuidedMixerOptions { Method = MixMethod.SnapMix }, 3, 5),
    ];

    [TestCaseSource(nameof(Batches))]
    public void Batch_takes_the_stated_launches_and_nothing_else(GuidedMixerOptions options, int n, int launches)
    {
        OnTheEmulatedDriver();
        using var batch = new SeededBatch(n, 1, 32, 32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(options);
        MixInputs inputs = device.Of(batch.Inputs(options));
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), soft = HostTensor.Allocate(ElementType.Float32, n, SeededBatch.Classes);
        var outputs = new MixOutputs { Images = device.Of(mixed.View), SoftLabels = device.Of(soft.View) };
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, n, 1, 32, 32));
        EmulatedDriver.ResetCounters();
        mixer.Mix(inputs, outputs, execution);
        DriverCounters counters = EmulatedDriver.Counters;
        Assert.That(counters, Is.EqualTo(new DriverCounters(launches, launches, 0, 0, 1, 0, 0, 0, 0)));
        AssertAllocatesNothing(() => mixer.Mix(inputs, outputs, execution));
    }

    [TestCaseSource(nameof(Methods))]
    public void Captured_batch_replays_with_the_draws_that_the_caller_refreshes(MixMethod method)
    {
        foreach (DrawMode mode in Enum.GetValues<DrawMode>())
        {
            var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method, DrawMode = mode, Seed = 5 });
            using var batch = new SeededBatch(5, 3, 32, 32);
            using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1), ratios = HostTensor.Allocate(ElementType.Float32, 5);
            using HostTensor boxes = HostTensor.Allocate(ElementType.Int32, 5, 4);
            using var outputs = new OutputSet(batch, ElementType.Float32, mixer.Options);
            using var device = new DeviceCopies();
            bool isCut = method == MixMethod.CutMix;
            MixInputs inputs = device.Of(batch.Inputs(mixer.Options) with
            {
                StepBuffer = step.View,
                Ratios = isCut ? default : ratios.View,
                Boxes = isCut ? boxes.View : default,
            });
            MixOutputs views = device.Of(outputs.Views);
            Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 5, 3, 32, 32));
            device.Stream.BeginCapture();
            mixer.Mix(inputs, views, execution);
            using CudaGraph graph = device.Stream.EndCapture();
            for (long replay = 0; replay < 3; replay++)
            {
                step.AsSpan<long>()[0] = replay;
                MixDraws.Draw(ratios.View, boxes.View, 32, 32, mixer.Options, (ulong)replay);
                foreach (HostTensor tensor in (HostTensor[])[step, ratios, boxes]) device.Refresh(tensor.View);
                graph.Launch(device.Stream);
                device.Finish();
                MixRecord expected = DeviceMix.Run(mixer, batch, (ulong)replay);
                Assert.That(new MixRecord(outputs, expected.IsMixed).Digest, Is.EqualTo(expected.Digest), $"{mode}, step {replay}");
            }
        }
    }

    [TestCaseSource(nameof(Methods))]
    public void Capture_or_a_step_on_the_device_without_draws_is_refused(MixMethod method)
    {
        OnTheEmulatedDriver();
        using var batch = new SeededBatch(3, 3, 16, 16);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1), ratios = HostTensor.Allocate(ElementType.Float32, 3);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method });
        using var outputs = new OutputSet(batch, ElementType.Float32, mixer.Options);
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 3, 16, 16));
        TensorView steps = device.Of(step.View), lambda = device.Of(ratios.View);
        string position = method == MixMethod.CutMix ? "boxes" : "ratios";
        EmulatedDriver.ResetCounters();
        ArgumentException error = Assert.Throws<ArgumentException>(() => mixer.Mix(inputs with { StepBuffer = steps }, views, execution))!;
        Assert.That(error.Message, Does.StartWith($"{position}: ").And.Contain("stepBuffer").And.Contain("MixDraws.Draw"));
        device.Stream.BeginCapture();
        error = Assert.Throws<ArgumentException>(() => mixer.Mix(inputs, views, execution))!;
        Assert.That(error.Message, Does.StartWith($"{position}: ").And.Contain("captured").And.Contain("MixDraws.Draw"));
        // λ alone leaves CutMix's centres to the host.
        if (method == MixMethod.CutMix) Assert.Throws<ArgumentException>(() => mixer.Mix(inputs with { Ratios = lambda }, views, execution));
        else mixer.Mix(inputs with { Ratios = lambda }, views, execution);
        device.Stream.EndCapture().Dispose();
        Assert.That(EmulatedDriver.Counters.Kernels, Is.Zero);
    }

    [Test]
    public void Draws_out_of_range_are_flagged_and_their_images_left_alone([Values] DrawMode mode)
    {
        using var batch = new SeededBatch(7, 3, 16, 16);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 7), ratios = HostTensor.Allocate(ElementType.Float32, 7);
        using HostTensor boxes = HostTensor.Allocate(ElementType.Int32, 7, 4);
        float[] lambda = [0.5f, float.NaN, -0.25f, 1.0001f, 0.25f, float.PositiveInfinity, 0];
        lambda.CopyTo(ratios.AsSpan<float>());
        int[] cut = [0, 0, 16, 16, -1, 0, 4, 4, 5, 5, 4, 9, 0, 0, 17, 4, 3, 3, 5, 8, 2, 9, 4, 8, 0, 4, 16, int.MaxValue];
        cut.CopyTo(boxes.AsSpan<int>());
        for (int i = 0; i < 7; i++) partners.AsSpan<int>()[i] = (i + 1) % 7;
        bool[] isBad = [false, true, true, true, false, true, false], isBadBox = [false, true, true, true, false, true, true];
        foreach (MixMethod method in Methods)
        {
            var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method, DrawMode = mode, Saliency = Saliency.Supplied });
            foreach (bool hasBoxes in (bool[])[false, true])
            {
                if (hasBoxes && method == MixMethod.Mixup) continue;
                using var outputs = new OutputSet(batch, ElementType.Float32, mixer.Options);
                using var device = new DeviceCopies();
                MixInputs inputs = device.Of(batch.Inputs(mixer.Options, 0, partners.View) with
                {
                    Ratios = ratios.View,
                    Boxes = hasBoxes ? boxes.View : default,
                });
                mixer.Mix(inputs, device.Of(outputs.Views), device.Execution(mixer.Prepare(DeviceCopies.Gpu, 7, 3, 16, 16)));
                device.Finish();
                var record = new MixRecord(outputs, true);
                for (int i = 0; i < 7; i++)
                {
                    int number = mode == DrawMode.Batch ? 0 : mode == DrawMode.Pair ? Math.Min(i, (i + 1) % 7) : i;
                    bool bad = (hasBoxes ? isBadBox : isBad)[number];
                    Assert.That(record.Flags[i] & (int)ImageFlags.InvalidDraw, bad ? Is.Not.Zero : Is.Zero, $"{method} {mode}, image {i}");
                    bool isLeft = record.Floats.Slice(i * 768, 768).SequenceEqual(batch.Image(i));
                    if (bad) Assert.That(isLeft && record.Ratio[i] == 1, Is.True, $"{method} {mode}, image {i} stays as it is");
                    else Assert.That(isLeft, Is.EqualTo(record.Ratio[i] == 1), $"{method} {mode}, image {i}");
                }
            }
        }
    }

    [TestCaseSource(nameof(Methods))]
    public void Host_batch_has_the_bits_of_a_device_batch(MixMethod method)
    {
        using var batch = new SeededBatch(9, 3, 33, 47);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1);
        step.AsSpan<long>()[0] = 12;
        foreach (Pairing pairing in Enum.GetValues<Pairing>())
        {
            var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method, Pairing = pairing, DrawMode = DrawMode.Image });
            string expected = DeviceMix.Run(mixer, batch, 12).Digest;
            using var outputs = new OutputSet(batch, batch.Type, mixer.Options);
            // A step in host memory can be read, and drawn from.
            MixInputs inputs = batch.Inputs(mixer.Options) with { StepBuffer = step.View };
            MixResult result = mixer.Mix(inputs, outputs.Views, new Execution(Device: DeviceCopies.Gpu));
            Assert.That(new MixRecord(outputs, result.IsMixed).Digest, Is.EqualTo(expected), $"{pairing}");
        }

        GuidedMixer.TrimWorkspaces();
    }

    [Test]
    public void Order_of_fibers_and_blocks_changes_no_bit()
    {
        OnTheEmulatedDriver();
        foreach (MixMethod method in Methods)
        {
            using var batch = new SeededBatch(5, 3, 33, 47);
            var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method, DrawMode = DrawMode.Pair });
            EmulatedDriver.Seed(0, 0);
            string plain = DeviceMix.Run(mixer, batch).Digest;
            foreach (ulong seed in Enumerable.Range(1, 3).Select(s => (ulong)s))
            {
                EmulatedDriver.Seed(seed, 0);
                Assert.That(DeviceMix.Run(mixer, batch).Digest, Is.EqualTo(plain), $"{method}, order {seed}");
            }
        }
    }
}
