using System;

namespace GuidedMixup;

/// <summary>Images with a box of their partner.</summary>
/// <remarks>Source: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV 2019.</remarks>
public static class CutMix
{
    /// <summary>y = x[π] inside the image's box, x outside: [N,C,H,W] → [N,C,H,W]; λ = 1 − area/(HW).</summary>
    /// <param name="images">x, [N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H, W ≥ 4.</param>
    /// <param name="boxes">(top, left, bottom, right), [N,4], Int32, compact; 0 ≤ top ≤ bottom ≤ H, 0 ≤ left ≤ right ≤ W.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; an image that is its own partner comes back unchanged.</param>
    /// <param name="mixed">
    /// Receives y, [N,C,H,W], of the images' type or, for UInt8, a float type, normalised by scale and offset; any strides without overlap.
    /// </param>
    /// <param name="ratio">
    /// Receives λ, [N], Float32, compact: the weight of the image's own label, 1 where it is its own partner; or <c>default</c>.
    /// </param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.NonFinitePixels"/> and, on a GPU, <see cref="ImageFlags.InvalidDraw"/>; or <c>default</c>.
    /// Asking for them makes the call read what is cut away as well.
    /// </param>
    /// <param name="options">Pixel scale and offset; strict mode.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static void Mix(
        in TensorView images,
        in TensorView boxes,
        in TensorView partners,
        in TensorView mixed,
        in TensorView ratio = default,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckPixels(options, batch, nameof(images));
        Require.Compact(boxes, nameof(boxes), ElementType.Int32, "[N,4]", batch.N, 4);
        Require.Indices(partners, nameof(partners), batch.N);
        PixelMix.CheckMixed(mixed, nameof(mixed), images);
        if (!ratio.IsEmpty) Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", batch.N);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", batch.N);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Input(boxes, nameof(boxes));
        buffers.Input(partners, nameof(partners));
        buffers.Output(mixed, nameof(mixed));
        buffers.Output(ratio, nameof(ratio));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        if (!buffers.IsCuda)
        {
            MixDraws.CheckBoxes(boxes, nameof(boxes), batch.H, batch.W);
            Require.InRange(partners, nameof(partners), batch.N);
        }

        if (buffers.IsCuda) Cuda.CutMix.Stage(buffers, batch, boxes, partners, mixed, ratio, flags, options, execution);
        else Cpu.CutMix.Stage(batch, boxes, partners, mixed, ratio, flags, options, execution);
        KeepAlive.Until(images, boxes, partners, mixed);
        KeepAlive.Until(ratio, flags, execution.Workspace);
    }
}
