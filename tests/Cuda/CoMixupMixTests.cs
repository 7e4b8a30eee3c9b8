using System;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Co-Mixup of whole batches on a device: the CPU's bits from the same maps; launches, graph capture, refusals, recording.</summary>
[TestFixture]
public sealed class CoMixupMixTests : CudaFixture
{
    private static readonly GuidedMixerOptions Options = new()
    {
        Method = MixMethod.CoMixup,
        Saliency = Saliency.Supplied,
        Seed = 5,
        CoMixup = new CoMixupOptions { PartSize = 5, Iterations = 2, Omega = 0.25 },
    };

    [Test]
    public void Any_batch_has_the_bits_of_the_CPU(
        [Values("16x16", "8x40", "20x4", "64x136")] string size,
        [Values(1, 3)] int channels,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] bool isChannelsLast)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        using var batch = new SeededBatch(7, channels, sides[0], sides[1], type, isChannelsLast);
        foreach (ElementType to in type == ElementType.UInt8 ? [type, ElementType.Float32, ElementType.BFloat16] : new[] { type })
        {
            using Outputs expected = new(batch, to), found = new(batch, to);
            new GuidedMixer(Options).Mix(batch.Inputs(Options), expected.Views);
            OnDevice(Options, batch.Inputs(Options), found);
            found.AssertSame(expected);
        }
    }

    [Test]
    public void Strided_images_have_the_bits_of_the_CPU()
    {
        using var wide = new SeededBatch(6, 3, 18, 34);
        using var batch = new SeededBatch(6, 3, 16, 16);
        TensorView images = Strided(wide.Images.View);
        using Outputs expected = new(batch, ElementType.Float32), found = new(batch, ElementType.Float32);
        using HostTensor gap = HostTensor.Allocate(ElementType.Float32, 6, 3, 18, 34);
        new GuidedMixer(Options).Mix(batch.Inputs(Options) with { Images = images }, expected.Views);
        using var device = new DeviceCopies();
        TensorView whole = device.Of(wide.Images.View), target = device.Of(gap.View);
        MixInputs inputs = device.Of(batch.Inputs(Options)) with { Images = Strided(whole) };
        new GuidedMixer(Options).Mix(
            inputs, device.Of(found.Views) with { Images = Strided(target) }, device.Execution(WorkspaceSize.Mix(DeviceCopies.Gpu, 6, 16, 16, Options)));
        device.Finish();
        for (int i = 0; i < expected.Images.View.Length; i++)
        {
            int n = i / 768, c = i / 256 % 3, y = i / 16 % 16, x = i % 16;
            Assert.That(gap.AsSpan<float>()[((n * 3 + c) * 18 + y) * 34 + 2 * x], Is.EqualTo(expected.Images.AsSpan<float>()[i]), $"pixel {i}");
        }

        Assert.That(gap.AsSpan<float>().ToArray().Count(v => v != 0), Is.LessThanOrEqualTo(6 * 768), "between them");
    }

    [Test]
    public void Any_part_size_subset_and_luck_has_the_bits_of_the_CPU(
        [Values(1, 4, 5, 6, 23)] int n, [Values(1, 3, 20)] int partSize, [Values(0, 0.5, 1)] double probability, [Values] ProbabilityMode mode)
    {
        using var batch = new SeededBatch(n, 1, 16, 16);
        using HostTensor subset = HostTensor.Allocate(ElementType.UInt8, n);
        for (int i = 0; i < n; i++) subset.AsSpan<byte>()[i] = (byte)(i % 4 == 1 ? 0 : 1);
        GuidedMixerOptions options = Options with
        {
            Probability = probability,
            ProbabilityMode = mode,
            CoMixup = Options.CoMixup with { PartSize = partSize, Alpha = Math.Min(partSize, 16) },
        };
        for (ulong step = 0; step < 2; step++)
        {
            MixInputs inputs = batch.Inputs(options, step, subset: step == 0 ? default : subset.View);
            using Outputs expected = new(batch, ElementType.Float32), found = new(batch, ElementType.Float32), copied = new(batch, ElementType.Float32);
            bool isMixed = new GuidedMixer(options).Mix(inputs, expected.Views).IsMixed;
            OnDevice(options, inputs, found);
            found.AssertSame(expected);
            new GuidedMixer(options).Mix(inputs, copied.Views, new Execution(Device: DeviceCopies.Gpu));
            copied.AssertSame(expected);
            if (!isMixed) Assert.That(found.Images.AsSpan<float>().SequenceEqual(batch.Images.AsSpan<float>()), Is.True);
        }

        GuidedMixer.TrimWorkspaces();
    }

    [Test]
    public void Quality_mode_has_the_bits_of_the_CPU([Values(1, 5, 9)] int n, [Values(3, 20)] int partSize, [Values(1, 4)] int starts)
    {
        using var batch = new SeededBatch(n, 3, 16, 32);
        CoMixupOptions part = Options.CoMixup with { PartSize = partSize, Mode = SolverMode.Quality, Starts = starts, Omega = 0.5 };
        GuidedMixerOptions options = Options with { Probability = 0.8, ProbabilityMode = ProbabilityMode.Image, CoMixup = part };
        for (ulong step = 0; step < 2; step++)
        {
            MixInputs inputs = batch.Inputs(options, step);
            using Outputs expected = new(batch, ElementType.Float32), found = new(batch, ElementType.Float32), copied = new(batch, ElementType.Float32);
            new GuidedMixer(options).Mix(inputs, expected.Views);
            OnDevice(options, inputs, found);
            found.AssertSame(expected);
            new GuidedMixer(options).Mix(inputs, copied.Views, new Execution(Device: DeviceCopies.Gpu));
            copied.AssertSame(expected);
        }

        GuidedMixer.TrimWorkspaces();
    }

    [Test]
    public void Maps_of_any_kind_have_the_bits_of_the_CPU(
        [Values("flat", "zero", "NaN", "negative", "infinite", "identical", "ties", "edge", "huge")] string kind,
        [Values("4x4", "16x16", "24x40", "9x300")] string size)
    {
        int[] sides = Array.ConvertAll(size.Split('x'), int.Parse);
        (int h, int w) = (sides[0], sides[1]);
        using var batch = new SeededBatch(6, 1, h, w);
        Span<float> maps = batch.Saliency.AsSpan<float>();
        var random = new Random(3);
        for (int i = 0; i < maps.Length; i++)
        {
            maps[i] = kind switch
            {
                "flat" => 2,
                "zero" => 0,
                "identical" => i < h * w ? maps[i] : maps[i % (h * w)],
                "ties" => random.Next(2),
                "edge" => i % (h * w) == h * w - 1 - i / (h * w) ? 1 : 0,
                "huge" => 1e38f * random.NextSingle(),
                _ => maps[i],
            };
        }

        if (kind is "NaN" or "negative" or "infinite")
            maps[h * w + 5] = kind == "NaN" ? float.NaN : kind == "negative" ? -1e-30f : float.PositiveInfinity;
        // 9 rows make three blocks.
        GuidedMixerOptions options = Options with { CoMixup = Options.CoMixup with { Blocks = h == 9 ? 3 : 4, Omega = 1 }, BlurSize = 3 };
        using Outputs expected = new(batch, ElementType.Float32), found = new(batch, ElementType.Float32);
        new GuidedMixer(options).Mix(batch.Inputs(options), expected.Views);
        OnDevice(options, batch.Inputs(options), found);
        found.AssertSame(expected);
    }

    [Test]
    public void Gradients_and_soft_labels_have_the_bits_of_the_CPU([Values(1, 2, 8, 32)] int blocks)
    {
        using var batch = new SeededBatch(6, 3, 64, 32);
        using HostTensor soft = HostTensor.Allocate(ElementType.Float32, 6, SeededBatch.Classes);
        var random = new Random(1);
        foreach (ref float value in soft.AsSpan<float>()) value = random.NextSingle();
        soft.AsSpan<float>()[3] = float.NaN;
        batch.Images.AsSpan<float>()[7000] = float.NaN;
        batch.Images.AsSpan<float>()[20] = -0.0f;
        GuidedMixerOptions options = Options with
        {
            Saliency = Saliency.Gradient,
            CoMixup = Options.CoMixup with { Blocks = blocks, PartSize = blocks == 32 ? 2 : 5 },
        };
        MixInputs inputs = batch.Inputs(options) with { Labels = soft.View };
        using Outputs expected = new(batch, ElementType.Float32), found = new(batch, ElementType.Float32);
        new GuidedMixer(options).Mix(inputs, expected.Views);
        OnDevice(options, inputs, found);
        found.AssertSame(expected);
    }

    [Test]
    public void Class_out_of_range_is_flagged_and_counts_as_0()
    {
        using var batch = new SeededBatch(5, 1, 16, 16);
        batch.Labels.AsSpan<long>()[2] = SeededBatch.Classes;
        using var found = new Outputs(batch, ElementType.Float32);
        OnDevice(Options, batch.Inputs(Options), found);
        Assert.That(found.Flags.AsSpan<int>().ToArray(), Is.EqualTo(new[] { 0, 0, (int)ImageFlags.InvalidLabel, 0, 0 }));
        for (int i = 0; i < 5; i++)
        {
            float rest = 1 - found.Weights.AsSpan<float>()[i * 5 + 2];
            Assert.That(found.Soft.AsSpan<float>().Slice(i * SeededBatch.Classes, SeededBatch.Classes).ToArray().Sum(), Is.EqualTo(rest).Within(1e-6));
        }
    }

    [Test]
    public void Batch_takes_six_launches_and_allocates_nothing()
    {
        using var batch = new SeededBatch(3, 1, 32, 32);
        using var device = new DeviceCopies();
        using var outputs = new Outputs(batch, ElementType.Float32);
        var mixer = new GuidedMixer(Options with { Saliency = Saliency.SpectralResidual });
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 1, 32, 32));
        EmulatedDriver.ResetCounters();
        mixer.Mix(inputs, views, execution);
        // The residual, its way back to the image's size, measure, draw, solve, mix.
        Assert.That(EmulatedDriver.Counters, Is.EqualTo(new DriverCounters(6, 6, 0, 0, 1, 0, 0, 0, 0)));
        AssertAllocatesNothing(() => mixer.Mix(inputs, views, execution));
    }

    [Test]
    public void Captured_batch_replays_with_the_step_that_the_caller_refreshes([Values] SolverMode mode)
    {
        CoMixupOptions part = Options.CoMixup with { Mode = mode, Starts = 2 };
        GuidedMixerOptions options = Options with { Probability = 0.6, ProbabilityMode = ProbabilityMode.Image, CoMixup = part };
        var mixer = new GuidedMixer(options);
        using var batch = new SeededBatch(7, 3, 32, 32);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1);
        using var outputs = new Outputs(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(options) with { StepBuffer = step.View });
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 7, 3, 32, 32));
        device.Stream.BeginCapture();
        mixer.Mix(inputs, views, execution);
        using CudaGraph graph = device.Stream.EndCapture();
        for (long replay = 0; replay < 3; replay++)
        {
            step.AsSpan<long>()[0] = replay;
            device.Refresh(step.View);
            graph.Launch(device.Stream);
            device.Finish();
            using var expected = new Outputs(batch, ElementType.Float32);
            mixer.Mix(batch.Inputs(options, (ulong)replay), expected.Views);
            outputs.AssertSame(expected);
        }
    }

    [Test]
    public void What_a_device_cannot_do_is_refused_by_name()
    {
        using var batch = new SeededBatch(3, 3, 16, 16);
        using var outputs = new Outputs(batch, ElementType.Float32);
        EmulatedDriver.ResetCounters();
        GuidedMixerOptions strict = Options with { Strict = true };
        Assert.That(
            Assert.Throws<ArgumentException>(() => OnDevice(strict, batch.Inputs(strict), outputs))!.Message, Does.StartWith("options: ").And.Contain("Strict"));
        using var device = new DeviceCopies();
        Assert.That(
            Assert.Throws<ArgumentException>(() => new GuidedMixer(Options).Mix(device.Of(batch.Inputs(Options)), device.Of(outputs.Views)))!.Message,
            Does.StartWith("execution.Workspace: ").And.Contain("WorkspaceSize"));
        Assert.That(EmulatedDriver.Counters.Kernels, Is.Zero);
    }

    [Test]
    public void Order_of_fibers_and_blocks_changes_no_bit()
    {
        using var batch = new SeededBatch(9, 3, 32, 48);
        using var plain = new Outputs(batch, ElementType.Float32);
        EmulatedDriver.Seed(0, 0);
        OnDevice(Options, batch.Inputs(Options), plain);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            using var found = new Outputs(batch, ElementType.Float32);
            EmulatedDriver.Seed(seed, 0);
            OnDevice(Options, batch.Inputs(Options), found);
            found.AssertSame(plain);
        }
    }

    private static void OnDevice(GuidedMixerOptions options, in MixInputs inputs, Outputs outputs)
    {
        using var device = new DeviceCopies();
        int n = (int)inputs.Images.Shape[0], h = (int)inputs.Images.Shape[2], w = (int)inputs.Images.Shape[3];
        Execution execution = device.Execution(WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, options));
        new GuidedMixer(options).Mix(device.Of(inputs), device.Of(outputs.Views), execution);
        device.Finish();
    }

    /// <summary>Every second column of the first, in the first 16 rows of 18.</summary>
    private static unsafe TensorView Strided(in TensorView wide) => new(
        wide.Data, ElementType.Float32, [6, 3, 16, 16], [3 * 18 * 34, 18 * 34, 34, 2], wide.Device);

    /// <summary>What Co-Mixup gives, poisoned.</summary>
    private sealed class Outputs : IDisposable
    {
        internal Outputs(SeededBatch batch, ElementType type)
        {
            Images = batch.AllocateImages(type);
            Weights = HostTensor.Allocate(ElementType.Float32, batch.N, batch.N);
            Soft = HostTensor.Allocate(ElementType.Float32, batch.N, SeededBatch.Classes);
            Flags = HostTensor.Allocate(ElementType.Int32, batch.N);
            Views = new MixOutputs { Images = Images.View, Weights = Weights.View, SoftLabels = Soft.View, Flags = Flags.View };
            foreach (HostTensor tensor in All) Bytes(tensor).Fill(0xFF);
        }

        internal HostTensor Images { get; }

        internal HostTensor Weights { get; }

        internal HostTensor Soft { get; }

        internal HostTensor Flags { get; }

        internal MixOutputs Views { get; }

        private HostTensor[] All => [Flags, Weights, Soft, Images];

        internal void AssertSame(Outputs expected)
        {
            Assert.That(Flags.AsSpan<int>().ToArray(), Is.EqualTo(expected.Flags.AsSpan<int>().ToArray()), "flags");
            Assert.That(Weights.AsSpan<float>().ToArray(), Is.EqualTo(expected.Weights.AsSpan<float>().ToArray()), "weights");
            Assert.That(Bytes(Soft).SequenceEqual(Bytes(expected.Soft)), Is.True, "soft labels");
            Assert.That(Bytes(Images).SequenceEqual(Bytes(expected.Images)), Is.True, "images");
        }

        public void Dispose()
        {
            foreach (HostTensor tensor in All) tensor.Dispose();
        }

        private static unsafe Span<byte> Bytes(HostTensor tensor) =>
            new(tensor.View.Data, checked((int)tensor.View.Length * tensor.View.Type.Size()));
    }
}
