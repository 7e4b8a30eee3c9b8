using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>PuzzleMix on a device: the CPU's bits from the same maps and draws; launches, graph capture, refusals, draws out of range.</summary>
[TestFixture]
public sealed class PuzzleMixTests : CudaFixture
{
    private static readonly GuidedMixerOptions Options = new()
    {
        Method = MixMethod.PuzzleMix,
        Saliency = Saliency.Supplied,
        Seed = 5,
        PuzzleMix = new PuzzleMixOptions { Blocks = 4 },
    };

    private static IEnumerable<PuzzleMixGolden> Goldens => PuzzleMixGolden.All();

    protected override bool NeedsEmulation => false;

    [TestCaseSource(nameof(Goldens))]
    public void Stored_batch_has_the_bits_of_the_CPU(PuzzleMixGolden golden)
    {
        Mix(golden, SolverMode.Quality);
        // Of the mix on the device, which ran last.
        Assert.That(Mix(golden, SolverMode.Parity), Is.EqualTo(golden.Floats("mixed")).Within(1e-6));
    }

    [Test]
    public void Any_batch_has_the_bits_of_the_CPU(
        [Values("16x16", "24x40", "32x8", "64x128")] string size,
        [Values(1, 3)] int channels,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] bool isChannelsLast,
        [Values(-1, 0, 2)] int transport)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        using var batch = new SeededBatch(5, channels, sides[0], sides[1], type, isChannelsLast);
        GuidedMixerOptions options = Options with { PuzzleMix = Options.PuzzleMix with { TransportSize = transport } };
        using HostTensor ratios = HostTensor.Pin<float>(new[] { 0.5f, 0.1f, 0.9f, 0.5f, 0.3f }, 5), partners = HostTensor.Pin<long>(new long[] { 1, 2, 0, 3, 0 }, 5);
        foreach (ElementType to in type == ElementType.UInt8 ? [type, ElementType.Float16] : new[] { type })
        {
            using HostTensor mixed = batch.AllocateImages(to);
            AssertSame(options, batch.Images.View, batch.Saliency.View, ratios.View, partners.View, mixed.View);
        }
    }

    [Test]
    public void Any_constants_give_the_bits_of_the_CPU(
        [Values(1, 2, 8, 16, 32)] int blocks, [Values(2, 3, 5, 16)] int labels, [Values(0.8, 0.02, 1e-9)] double transport, [Values] SolverMode mode)
    {
        using var batch = new SeededBatch(3, 2, 64, 32);
        // Ties, a peak, and a map that is no map.
        Span<float> maps = batch.Saliency.AsSpan<float>();
        for (int i = 0; i < maps.Length; i++) maps[i] = i / 64 % 3;
        maps[70] = 500;
        if (labels == 5) maps[2 * 64 * 32] = float.NaN;
        using HostTensor ratios = HostTensor.Pin<float>(new[] { 0f, 0.37f, 1f }, 3), partners = HostTensor.Pin<int>(new[] { 1, 2, 0 }, 3);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        var puzzle = new PuzzleMixOptions
        {
            Blocks = blocks,
            Labels = labels,
            Mode = mode,
            TransportCost = transport,
            NeighbourSize = 3,
            PixelStd = new[] { 0.5f, 0.25f },
            TransportSize = blocks == 8 ? 1 : -1,
        };
        AssertSame(Options with { PuzzleMix = puzzle }, batch.Images.View, batch.Saliency.View, ratios.View, partners.View, mixed.View);
    }

    [Test]
    public void Batch_of_a_mixer_has_the_bits_of_the_CPU([Values(0, 4)] int blocks, [Values] Pairing pairing, [Values(0.5, 1)] double probability, [Values] SolverMode mode)
    {
        using var batch = new SeededBatch(7, 3, 32, 32);
        GuidedMixerOptions options = Options with
        {
            Pairing = pairing,
            Probability = probability,
            ProbabilityMode = ProbabilityMode.Image,
            DrawMode = DrawMode.Image,
            PuzzleMix = Options.PuzzleMix with { Blocks = blocks, Mode = mode },
        };
        var mixer = new GuidedMixer(options);
        for (ulong step = 0; step < 3; step++)
        {
            MixRecord expected = MixRecord.Run(mixer, batch, 1, step), found = DeviceMix.Run(mixer, batch, step);
            Assert.That(found.Partners, Is.EqualTo(expected.Partners));
            Assert.That(found.Images, Is.EqualTo(expected.Images));
            Assert.That(found.Mask, Is.EqualTo(expected.Mask));
            Assert.That(found.Ratio, Is.EqualTo(expected.Ratio));
            Assert.That(found.PartnerRatio, Is.EqualTo(expected.PartnerRatio));
            Assert.That(found.Soft, Is.EqualTo(expected.Soft));
            Assert.That(found.LabelsB, Is.EqualTo(expected.LabelsB));
            Assert.That(found.Flags, Is.EqualTo(expected.Flags));
            using var outputs = new OutputSet(batch, batch.Type, options);
            MixResult result = mixer.Mix(batch.Inputs(options, step), outputs.Views, new Execution(Device: DeviceCopies.Gpu));
            Assert.That(new MixRecord(outputs, result.IsMixed).Images, Is.EqualTo(expected.Images), "from host memory");
        }

        GuidedMixer.TrimWorkspaces();
    }

    [Test]
    public void Batch_takes_seven_launches_and_allocates_nothing()
    {
        OnTheEmulatedDriver();
        using var batch = new SeededBatch(3, 1, 32, 32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(Options with { Saliency = Saliency.SpectralResidual, PuzzleMix = new PuzzleMixOptions() });
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), soft = HostTensor.Allocate(ElementType.Float32, 3, SeededBatch.Classes);
        var outputs = new MixOutputs { Images = device.Of(mixed.View), SoftLabels = device.Of(soft.View) };
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 1, 32, 32));
        EmulatedDriver.ResetCounters();
        mixer.Mix(inputs, outputs, execution);
        // The residual, its way back to the image's size, random pairing, draws, measure, solve, mix.
        Assert.That(EmulatedDriver.Counters, Is.EqualTo(new DriverCounters(7, 7, 0, 0, 1, 0, 0, 0, 0)));
        AssertAllocatesNothing(() => mixer.Mix(inputs, outputs, execution));
    }

    [Test]
    public void Captured_batch_replays_with_the_draws_that_the_caller_refreshes([Values] SolverMode mode)
    {
        var mixer = new GuidedMixer(Options with { PuzzleMix = Options.PuzzleMix with { Mode = mode } });
        using var batch = new SeededBatch(5, 3, 32, 32);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1), ratios = HostTensor.Allocate(ElementType.Float32, 5);
        using var outputs = new OutputSet(batch, ElementType.Float32, mixer.Options);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options) with { StepBuffer = step.View, Ratios = ratios.View });
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 5, 3, 32, 32));
        device.Stream.BeginCapture();
        mixer.Mix(inputs, views, execution);
        using CudaGraph graph = device.Stream.EndCapture();
        for (long replay = 0; replay < 3; replay++)
        {
            step.AsSpan<long>()[0] = replay;
            MixDraws.Draw(ratios.View, default, 32, 32, mixer.Options, (ulong)replay);
            device.Refresh(step.View);
            device.Refresh(ratios.View);
            graph.Launch(device.Stream);
            device.Finish();
            MixRecord expected = DeviceMix.Run(mixer, batch, (ulong)replay);
            Assert.That(new MixRecord(outputs, expected.IsMixed).Digest, Is.EqualTo(expected.Digest), $"step {replay}");
        }
    }

    [Test]
    public void What_a_device_cannot_do_is_refused_by_name()
    {
        OnTheEmulatedDriver();
        using var batch = new SeededBatch(3, 3, 16, 16);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1), ratios = HostTensor.Allocate(ElementType.Float32, 3);
        Refused(Options, "ratios: ", "captured", isCaptured: true, ratios: default, step: default);
        Refused(Options, "ratios: ", "stepBuffer", isCaptured: false, ratios: default, step: step.View);
        GuidedMixerOptions drawn = Options with { PuzzleMix = new PuzzleMixOptions() };
        Refused(drawn, "options: ", "Blocks is 0", isCaptured: true, ratios: ratios.View, step: default);
        Refused(drawn, "options: ", "stepBuffer", isCaptured: false, ratios: ratios.View, step: step.View);
        Refused(Options with { Strict = true }, "options: ", "Strict", isCaptured: false, ratios: default, step: default);
        Assert.That(EmulatedDriver.Counters.Kernels, Is.Zero);

        void Refused(GuidedMixerOptions options, string start, string what, bool isCaptured, TensorView ratios, TensorView step)
        {
            using var device = new DeviceCopies();
            using HostTensor mixed = batch.AllocateImages(ElementType.Float32), soft = HostTensor.Allocate(ElementType.Float32, 3, SeededBatch.Classes);
            MixInputs inputs = device.Of(batch.Inputs(options) with { Ratios = ratios, StepBuffer = step });
            var outputs = new MixOutputs { Images = device.Of(mixed.View), SoftLabels = device.Of(soft.View) };
            Execution execution = device.Execution(1 << 20);
            CudaKernels.Load();
            EmulatedDriver.ResetCounters();
            if (isCaptured) device.Stream.BeginCapture();
            string message = Assert.Throws<ArgumentException>(() => new GuidedMixer(options).Mix(inputs, outputs, execution))!.Message;
            if (isCaptured) device.Stream.EndCapture().Dispose();
            Assert.That(message, Does.StartWith(start).And.Contain(what));
        }
    }

    [Test]
    public void Draws_and_partners_out_of_range_are_flagged_and_their_images_left_alone()
    {
        using var batch = new SeededBatch(5, 3, 16, 16);
        using HostTensor ratios = HostTensor.Pin<float>(new[] { 0.5f, float.NaN, -0.25f, 1.0001f, 0.4f }, 5), partners = HostTensor.Pin<int>(new[] { 1, 2, 3, 0, 9 }, 5);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), ratio = HostTensor.Allocate(ElementType.Float32, 5);
        using HostTensor flags = HostTensor.Allocate(ElementType.Int32, 5);
        using var device = new DeviceCopies();
        PuzzleMix.Mix(
            device.Of(batch.Images.View), device.Of(batch.Saliency.View), device.Of(ratios.View), device.Of(partners.View), device.Of(mixed.View),
            default, device.Of(ratio.View), device.Of(flags.View), Options, device.Execution(WorkspaceSize.PuzzleMix(DeviceCopies.Gpu, 5, 16, 16, Options)));
        device.Finish();
        const int bad = (int)ImageFlags.InvalidDraw;
        Assert.That(flags.AsSpan<int>().ToArray(), Is.EqualTo(new[] { 0, bad, bad, bad, (int)ImageFlags.InvalidPartner }));
        Assert.That(mixed.AsSpan<float>()[768..].SequenceEqual(batch.Images.AsSpan<float>()[768..]), Is.True);
        Assert.That(mixed.AsSpan<float>()[..768].SequenceEqual(batch.Image(0)), Is.False);
        Assert.That(ratio.AsSpan<float>()[1..].ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void Order_of_fibers_and_blocks_changes_no_bit()
    {
        OnTheEmulatedDriver();
        using var batch = new SeededBatch(5, 3, 32, 48);
        var mixer = new GuidedMixer(Options with { DrawMode = DrawMode.Pair, PuzzleMix = new PuzzleMixOptions { Blocks = 16, TransportSize = 1 } });
        EmulatedDriver.Seed(0, 0);
        string plain = DeviceMix.Run(mixer, batch).Digest;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            EmulatedDriver.Seed(seed, 0);
            Assert.That(DeviceMix.Run(mixer, batch).Digest, Is.EqualTo(plain), $"order {seed}");
        }
    }

    private static float[] Mix(PuzzleMixGolden golden, SolverMode mode)
    {
        int n = (int)golden.Shape[0], h = (int)golden.Shape[2], w = (int)golden.Shape[3];
        using HostTensor images = HostTensor.Pin<float>(golden.Floats("images"), golden.Shape), maps = HostTensor.Pin<float>(golden.Floats("saliency"), n, h, w);
        using HostTensor ratios = HostTensor.Pin<float>(Enumerable.Repeat(golden.Ratio, n).ToArray(), n), partners = HostTensor.Pin<int>(golden.Integers("idx"), n);
        using HostTensor mixed = HostTensor.Allocate(ElementType.Float32, golden.Shape);
        AssertSame(Options with { PuzzleMix = golden.Options with { Mode = mode } }, images.View, maps.View, ratios.View, partners.View, mixed.View);
        return mixed.AsSpan<float>().ToArray();
    }

    /// <summary>Mixes on the CPU, then on the device; all bits of all outputs are the same, and those of <paramref name="mixed"/> the device's.</summary>
    private static unsafe void AssertSame(
        GuidedMixerOptions options, TensorView images, TensorView maps, TensorView ratios, TensorView partners, TensorView mixed)
    {
        int n = (int)images.Shape[0], h = (int)images.Shape[2], w = (int)images.Shape[3];
        using HostTensor mask = HostTensor.Allocate(ElementType.Float32, n, h, w), ratio = HostTensor.Allocate(ElementType.Float32, n);
        using HostTensor flags = HostTensor.Allocate(ElementType.Int32, n);
        PuzzleMix.Mix(images, maps, ratios, partners, mixed, mask.View, ratio.View, flags.View, options);
        var bytes = new Span<byte>(mixed.Data, (int)mixed.Length * mixed.Type.Size());
        (byte[] y, float[] m, float[] own, int[] found) = (bytes.ToArray(), mask.AsSpan<float>().ToArray(), ratio.AsSpan<float>().ToArray(), flags.AsSpan<int>().ToArray());
        bytes.Fill(0xFF);
        mask.AsSpan<float>().Fill(float.NaN);
        ratio.AsSpan<float>().Fill(float.NaN);
        flags.AsSpan<int>().Fill(-1);
        using var device = new DeviceCopies();
        PuzzleMix.Mix(
            device.Of(images), device.Of(maps), device.Of(ratios), device.Of(partners), device.Of(mixed), device.Of(mask.View), device.Of(ratio.View),
            device.Of(flags.View), options, device.Execution(WorkspaceSize.PuzzleMix(DeviceCopies.Gpu, n, h, w, options)));
        device.Finish();
        Assert.That(ratio.AsSpan<float>().ToArray(), Is.EqualTo(own), "ratio");
        Assert.That(mask.AsSpan<float>().SequenceEqual(m), Is.True, "mask");
        Assert.That(flags.AsSpan<int>().ToArray(), Is.EqualTo(found), "flags");
        Assert.That(bytes.SequenceEqual(y), Is.True, "mixed");
    }
}
