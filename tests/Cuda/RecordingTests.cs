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
            Mix(drawn, 3, 3, 33, 47);
            Mix(drawn with { DrawMode = DrawMode.Pair }, 7, 3, 4, 5, ElementType.Float16, isChannelsLast: true, areAllWanted: false);
            Mix(drawn with { DrawMode = DrawMode.Image }, 66, 3, 4, 5, ElementType.UInt8, output: ElementType.BFloat16);
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

    private static void Stages()
    {
        using var batch = new SeededBatch(4, 3, 9, 13);
        using var interleaved = new SeededBatch(4, 3, 9, 13, ElementType.Float16, isChannelsLast: true);
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 4, 9, 13), partners = Indices(ElementType.Int32, 2, 2, 3, 1);
        using HostTensor flags = HostTensor.Allocate(ElementType.Int32, 4), ratio = HostTensor.Allocate(ElementType.Float32, 4);
        using HostTensor soft = HostTensor.Allocate(ElementType.Float32, 4, 5), labels = Indices(ElementType.Int32, 4, 0, 5, 2);
        using HostTensor labelsA = HostTensor.Allocate(ElementType.Int32, 4), labelsB = HostTensor.Allocate(ElementType.Int32, 4);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), half = interleaved.AllocateImages(ElementType.Float16);
        using HostTensor distance = HostTensor.Allocate(ElementType.Float32, 4, 4);
        using var wide = new SeededBatch(4, 3, 10, 27);
        ratio.AsSpan<float>().Fill(0.25f);
        using var broken = new SeededBatch(4, 3, 9, 13);
        broken.Saliency.AsSpan<float>()[^1] = float.NaN;
        broken.Saliency.AsSpan<float>()[9 * 13 + 50] = -1;
        Device gpu = DeviceCopies.Gpu;

        Run(d => GradientSaliency.Compute(d.Of(interleaved.Images.View), d.Of(maps.View), d.Execution(0)));
        Run(d => GradientSaliency.Compute(Strided(d, wide.Images), d.Of(maps.View), d.Execution(0)));
        Run(d => SpectralResidual.Compute(
            Strided(d, wide.Images), d.Of(maps.View), Residual, Workspace(d, WorkspaceSize.SpectralResidual(gpu, 4, 9, 13, Residual))));
        Run(d => GaussianBlur.Blur(d.Of(batch.Saliency.View), d.Of(maps.View), Residual, Workspace(d, WorkspaceSize.Blur(gpu, 4, 9, 13))));
        Run(d => GaussianBlur.Normalise(
            d.Of(batch.Saliency.View), d.Of(maps.View), d.Of(flags.View), null, Workspace(d, WorkspaceSize.Normalise(gpu, 4, 9, 13))));
        Run(d => GaussianBlur.Normalise(
            d.Of(broken.Saliency.View), d.Of(maps.View), d.Of(flags.View), null, Workspace(d, WorkspaceSize.Normalise(gpu, 4, 9, 13))));
        Run(d => PairDistance.Compute(
            d.Of(batch.Saliency.View), d.Of(distance.View), DistanceMetric.L2, Workspace(d, WorkspaceSize.PairDistance(gpu, 4, 9, 13))));
        Run(d => PixelMix.Mix(
            Strided(d, wide.Images), d.Of(batch.Saliency.View), d.Of(partners.View), Strided(d, wide.Gradient), d.Of(maps.View), d.Of(ratio.View), d.Of(flags.View), null,
            Workspace(d, WorkspaceSize.PixelMix(gpu, 4, 9, 13))));
        Run(d => PixelMix.Backward(
            d.Of(batch.Gradient.View), d.Of(batch.Saliency.View), d.Of(partners.View), d.Of(mixed.View), Workspace(d, WorkspaceSize.PixelMixBackward(gpu, 4))));
        Run(d => PixelMix.Backward(
            d.Of(interleaved.Images.View), d.Of(batch.Saliency.View), d.Of(partners.View), d.Of(half.View),
            Workspace(d, WorkspaceSize.PixelMixBackward(gpu, 4))));
        Run(d => LabelMix.Soft(
            d.Of(labels.View), d.Of(partners.View), d.Of(ratio.View), d.Of(soft.View), Workspace(d, WorkspaceSize.LabelMix(gpu, 4))));
        Run(d => LabelMix.Pair(
            d.Of(labels.View), d.Of(partners.View), d.Of(labelsA.View), d.Of(labelsB.View), Workspace(d, WorkspaceSize.LabelMix(gpu, 4))));
        Drawn(batch, interleaved, wide, partners, ratio, mixed, half, flags);
        foreach (int n in (int[])[5, 70, 261]) Pairs(n);
        // More images than the block has threads.
        using HostTensor many = HostTensor.Allocate(ElementType.Int64, 1030);
        Run(d => CycleCover.Random(d.Of(many.View), 1, 2, 3, default, Workspace(d, WorkspaceSize.CycleCover(gpu, 1030))));
    }

    /// <summary>The methods with draws of their own, by themselves; one draw is out of range.</summary>
    private static void Drawn(
        SeededBatch batch, SeededBatch interleaved, SeededBatch wide, HostTensor partners, HostTensor ratio, HostTensor mixed, HostTensor half, HostTensor flags)
    {
        using HostTensor ratios = HostTensor.Allocate(ElementType.Float32, 4), boxes = HostTensor.Allocate(ElementType.Int32, 4, 4);
        float[] lambda = [0.3f, 0, 1.5f, 0.9f];
        lambda.CopyTo(ratios.AsSpan<float>());
        int[] cut = [0, 2, 9, 7, 3, 0, 5, 13, 4, 4, 4, 4, 8, 8, 10, 9];
        cut.CopyTo(boxes.AsSpan<int>());
        Device gpu = DeviceCopies.Gpu;
        Run(d => Mixup.Mix(
            Strided(d, wide.Images), d.Of(ratios.View), d.Of(partners.View), Strided(d, wide.Gradient), d.Of(flags.View), null,
            Workspace(d, WorkspaceSize.Mixup(gpu, 4))));
        Run(d => Mixup.Mix(
            d.Of(interleaved.Images.View), d.Of(ratios.View), d.Of(partners.View), d.Of(half.View), default, null,
            Workspace(d, WorkspaceSize.Mixup(gpu, 4))));
        Run(d => CutMix.Mix(
            Strided(d, wide.Images), d.Of(boxes.View), d.Of(partners.View), Strided(d, wide.Gradient), d.Of(ratio.View), d.Of(flags.View), null,
            Workspace(d, WorkspaceSize.CutMix(gpu, 4))));
        Run(d => CutMix.Mix(
            d.Of(batch.Images.View), d.Of(boxes.View), d.Of(partners.View), d.Of(mixed.View), default, default, null,
            Workspace(d, WorkspaceSize.CutMix(gpu, 4))));
        Run(d => SaliencyMix.Boxes(
            d.Of(batch.Saliency.View), d.Of(ratios.View), d.Of(partners.View), d.Of(boxes.View), d.Of(flags.View),
            new GuidedMixerOptions { DrawMode = DrawMode.Image }, Workspace(d, WorkspaceSize.SaliencyMix(gpu, 4))));
        using HostTensor classes = Indices(ElementType.Int32, 4, 0, 5, 12), chains = HostTensor.Allocate(ElementType.Float32, 2, 4, 3, 9, 13);
        using HostTensor halves = HostTensor.Allocate(ElementType.Float16, 3, 4, 9, 13, 3), weights = HostTensor.Allocate(ElementType.Float32, 4, 2);
        using HostTensor many = HostTensor.Allocate(ElementType.Float32, 4, 3), features = HostTensor.Allocate(ElementType.BFloat16, 4, 70, 9, 9);
        using HostTensor rows = HostTensor.Allocate(ElementType.Float16, 12, 70), patches = HostTensor.Allocate(ElementType.Int32, 4, 4);
        boxes.AsSpan<int>().CopyTo(patches.AsSpan<int>());
        boxes.AsSpan<int>()[15] = 13;
        Run(d => SnapMix.Mix(
            Strided(d, wide.Images), d.Of(boxes.View), d.Of(patches.View), d.Of(partners.View), d.Of(batch.Features.View), d.Of(batch.ClassWeights.View),
            d.Of(classes.View), Strided(d, wide.Gradient), d.Of(ratio.View), d.Of(ratios.View), d.Of(flags.View), null,
            Workspace(d, WorkspaceSize.SnapMix(gpu, 4, 4, 4))));
        Run(d => SnapMix.Mix(
            d.Of(interleaved.Images.View), d.Of(patches.View), d.Of(boxes.View), d.Of(partners.View), d.Of(features.View), d.Of(rows.View),
            d.Of(classes.View), d.Of(half.View), execution: Workspace(d, WorkspaceSize.SnapMix(gpu, 4, 9, 9))));
        Run(d => AugMix.Mix(
            d.Of(batch.Images.View), d.Of(chains.View), d.Of(weights.View), d.Of(ratios.View), d.Of(mixed.View), execution: d.Execution(0)));
        Run(d => AugMix.Mix(
            d.Of(interleaved.Images.View), ChannelsLast(d.Of(halves.View)), d.Of(many.View), d.Of(ratios.View), d.Of(half.View), execution: d.Execution(0)));
        ratio.AsSpan<float>().Fill(0.25f);
        Cuts(5, 7, 4);
        Cuts(1, 1, 1);
        Cuts(32, 32, 2);
    }

    /// <summary>[K,N,H,W,C] in memory, seen as [K,N,C,H,W].</summary>
    private static TensorView ChannelsLast(TensorView v) => new(
        v.Data, v.Type, [v.Shape[0], v.Shape[1], v.Shape[4], v.Shape[2], v.Shape[3]],
        [v.Strides[0], v.Strides[1], v.Strides[4], v.Strides[2], v.Strides[3]], v.Device);

    /// <summary>Two grids of ties and long ways, so that many waves push.</summary>
    private static void Cuts(int h, int w, int labels)
    {
        using HostTensor unary = HostTensor.Allocate(ElementType.Int32, 2, h, w, labels), smooth = HostTensor.Allocate(ElementType.Int32, labels, labels);
        using HostTensor x = HostTensor.Allocate(ElementType.Int32, 2, h, w), energies = HostTensor.Allocate(ElementType.Int64, 2);
        using HostTensor vertical = HostTensor.Allocate(ElementType.Int32, 2, Math.Max(h - 1, 1), w), horizontal = HostTensor.Allocate(ElementType.Int32, 2, h, Math.Max(w - 1, 1));
        var random = new Random(h);
        foreach (ref int value in unary.AsSpan<int>()) value = random.Next(-9, 10);
        foreach (HostTensor edges in (HostTensor[])[vertical, horizontal])
        {
            foreach (ref int value in edges.AsSpan<int>()) value = random.Next(4);
        }

        for (int i = 0; i < labels * labels; i++) smooth.AsSpan<int>()[i] = i / labels == i % labels ? 0 : 1;
        foreach (SolverMode mode in Enum.GetValues<SolverMode>())
        {
            Run(d => GridCut.Solve(
                d.Of(unary.View), d.Of(smooth.View), h == 1 ? default : d.Of(vertical.View), w == 1 ? default : d.Of(horizontal.View), d.Of(x.View),
                d.Of(energies.View), mode, Workspace(d, WorkspaceSize.GridCut(DeviceCopies.Gpu, 2, h, w, labels, mode))));
        }
    }

    /// <summary>Pairings by themselves: one warp, several images a lane, the whole block.</summary>
    private static void Pairs(int n)
    {
        using HostTensor distance = HostTensor.Allocate(ElementType.Float32, n, n), partners = HostTensor.Allocate(ElementType.Int64, n);
        var random = new Random(n);
        foreach (ref float value in distance.AsSpan<float>()) value = random.Next(50);
        distance.AsSpan<float>()[n + 2] = float.NaN;
        using HostTensor flags = HostTensor.Allocate(ElementType.Int32, n), subset = HostTensor.Allocate(ElementType.UInt8, n);
        // A walk of the whole block is slow under ThreadSanitizer: few steps say what many would.
        for (int i = 0; i < n; i++) subset.AsSpan<byte>()[i] = (byte)(n <= 256 || i % 13 == 0 ? 1 : 0);
        long bytes = WorkspaceSize.CycleCover(DeviceCopies.Gpu, n);
        Run(d => CycleCover.Greedy(d.Of(distance.View), d.Of(partners.View), d.Of(subset.View), d.Of(flags.View), null, Workspace(d, bytes)));
        Run(d => CycleCover.Random(d.Of(partners.View), 1, 2, 3, default, Workspace(d, bytes)));
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

    /// <summary>Every second column, and all rows but the last, of memory for images.</summary>
    private static TensorView Strided(DeviceCopies device, HostTensor wide)
    {
        TensorView all = device.Of(wide.View);
        (long n, long c, long h, long w) = (all.Shape[0], all.Shape[1], all.Shape[2], all.Shape[3]);
        return new TensorView(all.Data, all.Type, [n, c, h - 1, w / 2], [c * h * w, h * w, w, 2], DeviceCopies.Gpu);
    }

    private static HostTensor Indices(ElementType type, params int[] values)
    {
        HostTensor tensor = HostTensor.Allocate(type, values.Length);
        values.CopyTo(tensor.AsSpan<int>());
        return tensor;
    }
}
