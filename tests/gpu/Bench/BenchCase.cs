using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace GuidedMixup.Gpu;

/// <summary>A batch to be timed: a method with its options, or (AugMix) a stage that no method calls.</summary>
internal sealed record BenchCase(string Name, Shape Shape, GuidedMixerOptions Options)
{
    private const int ChainCount = 3;
    private const string Aug = "AugMix, 3 chains";
    private static readonly Shape Large = new(64, 3, 224, 224);
    private static readonly Shape Small = new(128, 3, 32, 32);

    internal static IEnumerable<BenchCase> Standard =>
    [
        Guided(Large),
        Guided(Small),
        Guided(new(64, 3, 64, 64)),
        Guided(Large, Saliency.Gradient),
        Guided(Large with { Type = ElementType.BFloat16 }),
        Guided(Large with { Type = ElementType.UInt8 }),
        Guided(Large with { IsChannelsLast = true }),
        Guided(Large with { Type = ElementType.BFloat16, IsChannelsLast = true }),
        Guided(Large with { Type = ElementType.UInt8, IsChannelsLast = true }),
        Guided(new(64, 3, 96, 96)),
        .. Methods(Large),
        .. Methods(Small).Take(2),
        new("Mixup", Large with { Type = ElementType.BFloat16 }, Of(MixMethod.Mixup)),
        new("CutMix", Large with { Type = ElementType.UInt8, IsChannelsLast = true }, Of(MixMethod.CutMix)),
    ];

    internal static IEnumerable<BenchCase> Dry =>
    [
        Guided(new(2, 3, 32, 32)), Guided(new(2, 3, 33, 47, ElementType.UInt8, true)), Guided(new(2, 3, 32, 32), Saliency.Gradient),
        .. Methods(new(3, 3, 32, 32)),
    ];

    /// <summary>True for what is no mixer's batch.</summary>
    internal bool IsStage => Name == Aug;

    /// <summary>
    /// The least the batch moves: for GuidedMixup pixels read for the maps (or the gradient), read again for the mix, and written; for the others
    /// what their last kernel has to read and write.
    /// </summary>
    internal long FloorBytes => Options.Method switch
    {
        MixMethod.GuidedMixup => (Options.Saliency == Saliency.Gradient ? GradientBytes : Shape.ImageBytes) + (2 * Shape.ImageBytes),
        _ when IsStage => (ChainCount + 2) * Shape.ImageBytes,
        MixMethod.Mixup => 3 * Shape.ImageBytes,
        _ => 2 * Shape.ImageBytes,
    };

    private long GradientBytes => (Shape with { Type = ElementType.Float32 }).ImageBytes;

    private long MapBytes => (long)Shape.N * Shape.H * Shape.W * sizeof(float);

    /// <summary>What a kernel of pixels or maps has to read and write at least, each pixel of the output from as many images as the method takes; null for others.</summary>
    internal long? KernelBytes(string kernel) => kernel switch
    {
        "pixel_mix" => (3 * Shape.ImageBytes) + (2 * MapBytes),
        "mixup" or "cut_mix" or "snap_mix" or "puzzle_mix" or "co_mixup" or "aug_mix" => FloorBytes,
        "saliency_mix_peaks" => Options.DrawMode == DrawMode.Image ? MapBytes : MapBytes / Shape.N,
        "snap_mix_maps" => (long)Shape.N * DeviceBatch.Features * DeviceBatch.FeatureSide * DeviceBatch.FeatureSide * sizeof(float),
        _ => null,
    };

    /// <summary>The work on a batch, to be repeated.</summary>
    internal Action Work(DeviceBatch batch)
    {
        if (!IsStage) return batch.Mix;
        (int n, int c, int h, int w) = (Shape.N, Shape.C, Shape.H, Shape.W);
        TensorView many = batch.NewImages(Shape with { N = ChainCount * n });
        TensorView chains = Chained(many, n, c, h, w);
        using HostTensor weights = HostTensor.Allocate(ElementType.Float32, n, ChainCount), skip = HostTensor.Allocate(ElementType.Float32, n);
        AugMix.Draw(weights.View, skip.View, 1);
        TensorView drawn = batch.New(ElementType.Float32, MemoryMarshal.AsBytes(weights.AsSpan<float>()), n, ChainCount);
        TensorView skipped = batch.New(ElementType.Float32, MemoryMarshal.AsBytes(skip.AsSpan<float>()), n);
        return () => AugMix.Mix(batch.Images, chains, drawn, skipped, batch.Outputs.Images, execution: batch.Execution);
    }

    private static unsafe TensorView Chained(TensorView many, int n, int c, int h, int w) =>
        new(many.Data, many.Type, [ChainCount, n, c, h, w], default, many.Device);

    private static BenchCase Guided(Shape shape, Saliency saliency = Saliency.SpectralResidual) =>
        new(saliency == Saliency.Gradient ? "Guided-AP" : "Guided-SR", shape, new GuidedMixerOptions { Saliency = saliency });

    /// <summary>The other methods with their own pairing. The block methods start from maps that are there: the target is their own share.</summary>
    private static IEnumerable<BenchCase> Methods(Shape shape)
    {
        GuidedMixerOptions puzzle = Of(MixMethod.PuzzleMix) with { Saliency = Saliency.Supplied };
        return
        [
            new("Mixup", shape, Of(MixMethod.Mixup)),
            new("CutMix", shape, Of(MixMethod.CutMix)),
            new("CutMix, a box an image", shape, Of(MixMethod.CutMix) with { DrawMode = DrawMode.Image }),
            new("SaliencyMix", shape, Of(MixMethod.SaliencyMix)),
            new("SaliencyMix, a map an image", shape, Of(MixMethod.SaliencyMix) with { DrawMode = DrawMode.Image }),
            new("SnapMix", shape, Of(MixMethod.SnapMix)),
            Chains(shape),
            new("PuzzleMix, 2×2", shape, puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 2 } }),
            new("PuzzleMix, 4×4", shape, puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 4 } }),
            new("PuzzleMix, 16×16", shape, puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 16 } }),
            new("PuzzleMix, 16×16, quality", shape, puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 16, Mode = SolverMode.Quality } }),
            new("Co-Mixup, 4×4", shape, Of(MixMethod.CoMixup) with { Saliency = Saliency.Supplied }),
        ];
    }

    /// <summary>AugMix's stage; no mixer calls it, so the options are any.</summary>
    internal static BenchCase Chains(Shape shape) => new(Aug, shape, Of(MixMethod.Mixup));

    private static GuidedMixerOptions Of(MixMethod method) => new() { Method = method, Seed = 1 };
}
