using System;

namespace GuidedMixup;

/// <summary>PuzzleMix: blocks of two images laid together so that the salient ones of both are seen, and moved where they are in the way.</summary>
/// <remarks>
/// Source: Kim, Choo and Song, "Puzzle Mix: Exploiting Saliency and Local Statistics for Optimal Mixup", ICML 2020. The released program's
/// answers come out equal, with exact integers in place of its overflowing ones.
/// </remarks>
public static class PuzzleMix
{
    /// <summary>
    /// y = m·T(x) + (1 − m)·T'(x[π]), λ' = mean(m): m grades each block by a minimum cut, T and T' move squares to where they are seen.
    /// </summary>
    /// <param name="images">x, [N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H and W multiples of the blocks, at least 4.</param>
    /// <param name="saliency">
    /// [N,H,W], a float type, any strides: √(mean over c of g²) of the loss gradient as released, or any map of values of at least 0.
    /// </param>
    /// <param name="ratios">λ of each image, [N], Float32, compact, each 0 to 1: about how much of the image is to be seen.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; an image that is its own partner, or whose λ is flagged, comes back unchanged.</param>
    /// <param name="mixed">
    /// Receives y, [N,C,H,W], of the images' type or, for UInt8, a float type, normalised by scale and offset; any strides without overlap.
    /// </param>
    /// <param name="mask">Receives m, [N,H,W], Float32, compact; or <c>default</c>.</param>
    /// <param name="ratio">Receives λ', [N], Float32, compact: the weight of the image's own label; or <c>default</c>.</param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.DegenerateMap"/> (all blocks then weigh the same), <see cref="ImageFlags.NonFinitePixels"/>
    /// and, on a GPU, <see cref="ImageFlags.InvalidDraw"/>; or <c>default</c>.
    /// </param>
    /// <param name="options">The method's constants (<see cref="GuidedMixerOptions.PuzzleMix"/>, with Blocks given), pixel scale and offset.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static unsafe void Mix(
        in TensorView images,
        in TensorView saliency,
        in TensorView ratios,
        in TensorView partners,
        in TensorView mixed,
        in TensorView mask = default,
        in TensorView ratio = default,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckPixels(options, batch, nameof(images));
        if (options.PuzzleMix.Blocks == 0)
            Require.Fail(nameof(options), "PuzzleMix.Blocks is 0, to be drawn; the stage alone draws nothing, only a mixer does.");
        PuzzleMixRules.CheckImages(options.PuzzleMix, batch, nameof(images));
        ImageBatch maps = Require.Maps(saliency, nameof(saliency));
        Require.Shape(saliency, nameof(saliency), "[N,H,W]", batch.N, batch.H, batch.W);
        Require.Compact(ratios, nameof(ratios), ElementType.Float32, "[N]", batch.N);
        Require.Indices(partners, nameof(partners), batch.N);
        PixelMix.CheckMixed(mixed, nameof(mixed), images);
        if (!mask.IsEmpty) Require.Compact(mask, nameof(mask), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        if (!ratio.IsEmpty) Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", batch.N);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", batch.N);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Input(saliency, nameof(saliency));
        buffers.Input(ratios, nameof(ratios));
        buffers.Input(partners, nameof(partners));
        buffers.Output(mixed, nameof(mixed));
        buffers.Output(mask, nameof(mask));
        buffers.Output(ratio, nameof(ratio));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        if (!buffers.IsCuda)
        {
            Require.InRange(partners, nameof(partners), batch.N);
            MixDraws.CheckRatios(ratios, nameof(ratios));
        }

        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.PuzzleMix.Stage(buffers, batch, maps, ratios, partners, mixed, mask, ratio, flags, options, execution);
        else Cpu.PuzzleMix.Stage(batch, maps, ratios, partners, mixed, mask, ratio, flags, options, execution);
        KeepAlive.Until(images, saliency, ratios, partners);
        KeepAlive.Until(mixed, mask, ratio, flags);
        KeepAlive.Until(execution.Workspace);
    }
}
