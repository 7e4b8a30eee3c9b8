using System;

namespace GuidedMixup;

/// <summary>CutMix boxes around the most salient pixel of the partner.</summary>
/// <remarks>
/// Source: Uddin et al., "SaliencyMix: A Saliency Guided Data Augmentation Strategy for Better Regularization", ICLR 2021. The released program
/// finds its maximum on OpenCV's fine-grained saliency; here any map can be handed in, and a mixer's own is that of its option
/// <see cref="GuidedMixerOptions.Saliency"/>, before the last blur.
/// </remarks>
public static class SaliencyMix
{
    /// <summary>
    /// box[i] of area 1 − λ around the maximum of the partner's map, [N,H,W] → [N,4], for <see cref="CutMix.Mix"/>: edges int(clip(c ± r·H/2, 0,
    /// H)), r = √(1 − λ), c the row (and W, the column) of the maximum; the first in row-major order wins ties, NaN is passed over.
    /// </summary>
    /// <param name="saliency">[N,H,W], Float32, Float16 or BFloat16, any strides; H, W ≥ 4.</param>
    /// <param name="ratios">λ of each draw, [N], Float32, compact, each 0 to 1 (<see cref="MixDraws.Draw"/>).</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1.</param>
    /// <param name="boxes">
    /// Receives (top, left, bottom, right), [N,4], Int32, compact; empty, at 0, for an image that is its own partner.
    /// </param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.DegenerateMap"/> for each map that was looked at and has no finite maximum above 0, and, on a
    /// GPU, <see cref="ImageFlags.InvalidDraw"/>; or <c>default</c>.
    /// </param>
    /// <param name="options">
    /// <see cref="GuidedMixerOptions.DrawMode"/>: in <see cref="DrawMode.Batch"/>, as released, every image takes draw 0 and the map of image
    /// π[0]. Strict mode.
    /// </param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static void Boxes(
        in TensorView saliency,
        in TensorView ratios,
        in TensorView partners,
        in TensorView boxes,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        ImageBatch maps = Require.Maps(saliency, nameof(saliency));
        Require.Compact(ratios, nameof(ratios), ElementType.Float32, "[N]", maps.N);
        Require.Indices(partners, nameof(partners), maps.N);
        Require.Compact(boxes, nameof(boxes), ElementType.Int32, "[N,4]", maps.N, 4);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", maps.N);
        var buffers = new BufferSet();
        buffers.Input(saliency, nameof(saliency));
        buffers.Input(ratios, nameof(ratios));
        buffers.Input(partners, nameof(partners));
        buffers.Output(boxes, nameof(boxes));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        if (!buffers.IsCuda)
        {
            MixDraws.CheckRatios(ratios, nameof(ratios));
            Require.InRange(partners, nameof(partners), maps.N);
        }

        if (buffers.IsCuda) Cuda.SaliencyMix.Stage(buffers, maps, ratios, partners, boxes, flags, options, execution);
        else Cpu.SaliencyMix.Stage(maps, ratios, partners, boxes, flags, options, execution);
        KeepAlive.Until(saliency, ratios, partners, boxes);
        KeepAlive.Until(flags, execution.Workspace);
    }
}
