using System;
using GuidedMixup.Tests.Contract;

namespace GuidedMixup.Tests.Cuda;

/// <content>Stages by themselves, with strides, types and values that no batch hands them.</content>
public sealed unsafe partial class RecordingTests
{
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
        Ends(ratios, boxes, partners, weights);
        ratio.AsSpan<float>().Fill(0.25f);
        Cuts(5, 7, 4);
        Cuts(4, 9, 9, isFlat: true);
        Cuts(3, 4, 40);
        Cuts(1, 1, 1);
        Cuts(32, 32, 2);
    }

    /// <summary>Planes that begin at multiples of 16 bytes and end between them; the memory ends with the last.</summary>
    private static void Ends(HostTensor ratios, HostTensor boxes, HostTensor partners, HostTensor weights)
    {
        using HostTensor images = HostTensor.Allocate(ElementType.Float32, (4 * 3 * 36) - 1), mixed = HostTensor.Allocate(ElementType.Float32, (4 * 3 * 36) - 1);
        using HostTensor chains = HostTensor.Allocate(ElementType.Float32, (2 * 4 * 3 * 36) - 1), classes = Indices(ElementType.Int32, 4, 0, 5, 2);
        using HostTensor bytes = HostTensor.Allocate(ElementType.UInt8, (4 * 3 * 48) - 13);
        using var maps = new SeededBatch(4, 3, 5, 7);
        var random = new Random(5);
        foreach (HostTensor tensor in (HostTensor[])[images, chains])
        {
            foreach (ref float value in tensor.AsSpan<float>()) value = random.NextSingle();
        }

        int[] cut = [0, 2, 5, 7, 3, 0, 5, 6, 1, 1, 4, 4, 0, 0, 0, 0];
        cut.CopyTo(boxes.AsSpan<int>());
        for (int i = 0; i < 4; i++) ratios.AsSpan<float>()[i] = 0.3f + (0.2f * i);
        Device gpu = DeviceCopies.Gpu;
        TensorView Of(DeviceCopies d, HostTensor tensor) => new(d.Of(tensor.View).Data, ElementType.Float32, [4, 3, 5, 7], [108, 36, 7, 1], gpu);
        // By channel, or its planes would be folded into one.
        Run(d => Mixup.Mix(
            new TensorView(d.Of(bytes.View).Data, ElementType.UInt8, [4, 3, 5, 7], [144, 48, 7, 1], gpu), d.Of(ratios.View), d.Of(partners.View), Of(d, mixed),
            options: new GuidedMixerOptions { PixelScale = new float[] { 1, 2, 3 } }, execution: Workspace(d, WorkspaceSize.Mixup(gpu, 4))));
        Run(d => CutMix.Mix(Of(d, images), d.Of(boxes.View), d.Of(partners.View), Of(d, mixed), execution: Workspace(d, WorkspaceSize.CutMix(gpu, 4))));
        Run(d => SnapMix.Mix(
            Of(d, images), d.Of(boxes.View), d.Of(boxes.View), d.Of(partners.View), d.Of(maps.Features.View), d.Of(maps.ClassWeights.View), d.Of(classes.View),
            Of(d, mixed), execution: Workspace(d, WorkspaceSize.SnapMix(gpu, 4, 4, 4))));
        Run(d => AugMix.Mix(
            Of(d, images), new TensorView(d.Of(chains.View).Data, ElementType.Float32, [2, 4, 3, 5, 7], [432, 108, 36, 7, 1], gpu), d.Of(weights.View),
            d.Of(ratios.View), Of(d, mixed), execution: d.Execution(0)));
    }

    /// <summary>[K,N,H,W,C] in memory, seen as [K,N,C,H,W].</summary>
    private static TensorView ChannelsLast(TensorView v) => new(
        v.Data, v.Type, [v.Shape[0], v.Shape[1], v.Shape[4], v.Shape[2], v.Shape[3]],
        [v.Strides[0], v.Strides[1], v.Strides[4], v.Strides[2], v.Strides[3]], v.Device);

    /// <summary>Two grids of ties and long ways, so that many waves push.</summary>
    private static void Cuts(int h, int w, int labels, bool isFlat = false)
    {
        using HostTensor unary = HostTensor.Allocate(ElementType.Int32, 2, h, w, labels), smooth = HostTensor.Allocate(ElementType.Int32, labels, labels);
        using HostTensor x = HostTensor.Allocate(ElementType.Int32, 2, h, w), energies = HostTensor.Allocate(ElementType.Int64, 2);
        using HostTensor vertical = HostTensor.Allocate(ElementType.Int32, 2, Math.Max(h - 1, 1), w), horizontal = HostTensor.Allocate(ElementType.Int32, 2, h, Math.Max(w - 1, 1));
        var random = new Random(h);
        foreach (ref int value in unary.AsSpan<int>()) value = isFlat ? 0 : random.Next(-9, 10);
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
