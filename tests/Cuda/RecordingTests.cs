using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using GuidedMixup.Cuda;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>
/// Records the launches of small batches with tails, for kernels/emulation/sanitize/run.sh to replay under sanitizers: into the file that
/// GUIDEDMIXUP_RECORDING names, or into one that is thrown away.
/// </summary>
[TestFixture]
public sealed unsafe partial class RecordingTests : CudaFixture
{
    // What nobody writes: a NaN, and not one the emulation fills memory with. Replay cuts a workspace's pieces where only this is left.
    private const uint Untouched = 0xFFC5A5C5;
    private static readonly GuidedMixerOptions Residual = new();

    [Test]
    public void Every_kernel_is_recorded()
    {
        string? wanted = Environment.GetEnvironmentVariable("GUIDEDMIXUP_RECORDING");
        string path = wanted ?? Path.Combine(Path.GetTempPath(), $"guidedmixup-{Guid.NewGuid():N}.recording");
        try
        {
            Assert.That(EmulatedDriver.Record(path), Is.Zero, path);
            Batches();
            Stages();
            Parts();
            Assert.That(EmulatedDriver.Record(null), Is.Zero, path);
            AssertHoldsEveryKernel(File.ReadAllBytes(path));
        }
        finally
        {
            _ = EmulatedDriver.Record(null);
            if (wanted == null) File.Delete(path);
        }
    }

    private static void AssertHoldsEveryKernel(byte[] recording)
    {
        var missing = new List<string>();
        foreach (Kernel kernel in KernelTable.All)
        {
            byte[] name = [(byte)'L', .. BitConverter.GetBytes(kernel.Name.Length), .. Encoding.ASCII.GetBytes(kernel.Name)];
            if (recording.AsSpan().IndexOf(name) < 0) missing.Add(kernel.Name);
        }

        Assert.That(missing, Is.Empty);
    }

    private static void Batches()
    {
        Mix(Residual, 3, 3, 33, 47);
        Mix(Residual, 3, 3, 33, 47, ElementType.Float16, isChannelsLast: true, areAllWanted: false);
        Mix(Residual, 2, 3, 32, 32);
        Mix(Residual, 2, 3, 32, 32, ElementType.UInt8, isChannelsLast: true, output: ElementType.Float32, areAllWanted: false);
        Mix(Residual, 1, 1, 64, 64);
        Mix(Residual, 2, 3, 64, 64, ElementType.BFloat16, areAllWanted: false);
        Mix(Residual, 7, 3, 4, 5);
        Mix(Residual, 2, 1, 130, 20);
        Mix(Residual with { Antialias = true }, 2, 3, 130, 20, ElementType.UInt8, isChannelsLast: true, areAllWanted: false);
        Mix(Residual with { Saliency = Saliency.Gradient }, 3, 3, 33, 47);
        Mix(Residual with { Saliency = Saliency.Gradient }, 3, 3, 50, 47, ElementType.UInt8, areAllWanted: false);
        Mix(Residual with { Saliency = Saliency.Supplied, Distance = DistanceMetric.L1, BlurSize = 3, BlurSigma = 0.8 }, 40, 1, 4, 5);
        Mix(Residual with { Saliency = Saliency.Supplied, Distance = DistanceMetric.Cosine, BlurSize = 3 }, 130, 1, 4, 4, areAllWanted: false);
        Mix(Residual with { Pairing = Pairing.Random, Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, Seed = 7 }, 7, 3, 4, 5);

        foreach (MixMethod method in (MixMethod[])[MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix, MixMethod.SnapMix])
        {
            GuidedMixerOptions drawn = Residual with { Method = method, Seed = 3 };
            Mix(drawn, 4, 3, 33, 47);
            Mix(drawn with { DrawMode = DrawMode.Pair }, 7, 3, 4, 5, ElementType.Float16, isChannelsLast: true, areAllWanted: false);
            Mix(drawn with { DrawMode = DrawMode.Image }, 66, 3, 4, 5, ElementType.UInt8, output: ElementType.BFloat16);
            // 16 bytes at a time, the boxes' edges within them.
            Mix(drawn with { DrawMode = DrawMode.Image }, 5, 3, 20, 28);
            Mix(drawn with { DrawMode = DrawMode.Image }, 4, 3, 12, 28, ElementType.UInt8, isChannelsLast: true, output: ElementType.Float32, areAllWanted: false);
        }

        GuidedMixerOptions puzzle = Residual with { Method = MixMethod.PuzzleMix, Seed = 4, PuzzleMix = new PuzzleMixOptions { Blocks = 4 } };
        Mix(puzzle, 5, 3, 32, 48);
        Mix(puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 8, TransportSize = 2 } }, 4, 3, 32, 32, ElementType.UInt8, isChannelsLast: true, output: ElementType.Float16);
        Mix(puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 8, Labels = 5, Mode = SolverMode.Quality } }, 3, 1, 32, 32);
        Mix(puzzle with { Saliency = Saliency.Supplied, PuzzleMix = new PuzzleMixOptions { Blocks = 1, Labels = 2 } }, 4, 1, 5, 7, ElementType.BFloat16, areAllWanted: false);

        using HostTensor subset = HostTensor.Allocate(ElementType.UInt8, 6), wide = HostTensor.Allocate(ElementType.Int64, 6);
        using HostTensor narrow = HostTensor.Allocate(ElementType.Int32, 6), step = HostTensor.Allocate(ElementType.Int64, 1);
        byte[] chosen = [1, 1, 0, 1, 1, 1];
        long[] given = [3, 3, 0, 5, 4, -1];
        chosen.CopyTo(subset.AsSpan<byte>());
        given.CopyTo(wide.AsSpan<long>());
        for (int i = 0; i < 6; i++) narrow.AsSpan<int>()[i] = (int)given[i];
        step.AsSpan<long>()[0] = 3;
        Mix(Residual, 6, 1, 17, 20, subset: subset.View);
        Mix(Residual with { Probability = 0.5 }, 6, 1, 17, 20, partners: wide.View, subset: subset.View, step: step.View);
        Mix(Residual with { Saliency = Saliency.Supplied }, 6, 1, 4, 5, partners: narrow.View);
    }

    private static void Mix(
        GuidedMixerOptions options,
        int n,
        int c,
        int h,
        int w,
        ElementType type = ElementType.Float32,
        bool isChannelsLast = false,
        ElementType? output = null,
        bool areAllWanted = true,
        TensorView partners = default,
        TensorView subset = default,
        TensorView step = default)
    {
        using var batch = new SeededBatch(n, c, h, w, type, isChannelsLast);
        using var outputs = new OutputSet(batch, output ?? type, options);
        // Other classes than the partner's, so that the labels tell what is mixed.
        for (int i = 0; i < n; i++) batch.Labels.AsSpan<long>()[i] = i % SeededBatch.Classes;
        Run(device =>
        {
            MixInputs inputs = batch.Inputs(options, 1, partners, subset);
            inputs = device.Of(new MixInputs
            {
                Images = inputs.Images,
                Labels = inputs.Labels,
                Gradient = inputs.Gradient,
                Saliency = inputs.Saliency,
                Partners = partners,
                Subset = subset,
                Features = inputs.Features,
                ClassWeights = inputs.ClassWeights,
                Step = 1,
                StepBuffer = step,
            });
            // What is not wanted lies in the workspace.
            MixOutputs views = areAllWanted ? outputs.Views with { PartnerRatio = outputs.PartnerRatio.View } : new MixOutputs { Images = outputs.Views.Images, SoftLabels = outputs.Views.SoftLabels };
            var mixer = new GuidedMixer(options);
            long bytes = mixer.Prepare(DeviceCopies.Gpu, n, c, h, w);
            mixer.Mix(inputs, device.Of(views), Workspace(device, bytes));
        });
        Assert.That(n == 1 || IsMixed(batch, outputs), Is.True, $"{options.Method}, {n}×{c}×{h}×{w}: nothing is mixed, so its launches prove nothing");
    }

    /// <summary>Some image's own class has lost a part of its weight.</summary>
    private static bool IsMixed(SeededBatch batch, OutputSet outputs)
    {
        ReadOnlySpan<float> soft = outputs.Soft.AsSpan<float>();
        for (int i = 0; i < batch.N; i++)
        {
            if (soft[(i * SeededBatch.Classes) + (int)batch.Labels.AsSpan<long>()[i]] < 1) return true;
        }

        return false;
    }

    private static void Run(Action<DeviceCopies> call)
    {
        using var device = new DeviceCopies();
        call(device);
        device.Finish();
    }

    private static Execution Workspace(DeviceCopies device, long bytes)
    {
        Execution execution = device.Execution(bytes);
        if (bytes == 0) return execution;
        using var scope = new ContextScope(PrimaryContexts.Of(0));
        Check.Success(
            Driver.MemsetD32Async((nint)execution.Workspace.Data, Untouched, (nuint)bytes / sizeof(uint), device.Stream.Value), "cuMemsetD32Async");
        return execution;
    }
}
