using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>One batch as the trainer holds it. Only <see cref="Images"/> is always needed.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Passed, not compared.")]
public readonly struct MixInputs
{
    /// <summary>x, [N,C,H,W], Float32, Float16, BFloat16 (already normalised) or UInt8; any strides, NCHW and NHWC fastest.</summary>
    public TensorView Images { get; init; }

    /// <summary>Classes [N], Int32 or Int64, or soft rows [N,K], Float32. Needed where a label output is asked for.</summary>
    public TensorView Labels { get; init; }

    /// <summary>∂loss/∂x, [N,C,H,W], a float type, any strides: for <see cref="Saliency.Gradient"/>.</summary>
    public TensorView Gradient { get; init; }

    /// <summary>Saliency maps, [N,H,W], a float type, any strides: for <see cref="Saliency.Supplied"/>. They are blurred and normalised.</summary>
    public TensorView Saliency { get; init; }

    /// <summary>π, [N], Int32 or Int64, each in 0..N−1: replays a pairing instead of finding one.</summary>
    public TensorView Partners { get; init; }

    /// <summary>[N], UInt8: images with 0 are left out of the pairing and come back unchanged.</summary>
    public TensorView Subset { get; init; }

    /// <summary>
    /// λ of each draw, [N], Float32, 0 to 1: replays draws instead of making them. Image i reads the entry of its draw number
    /// (<see cref="DrawMode"/>). For the methods that draw λ. Boxes that are supplied as well take its place.
    /// </summary>
    public TensorView Ratios { get; init; }

    /// <summary>
    /// The box of each draw, [N,4], Int32, as (top, left, bottom, right) with 0 ≤ top ≤ bottom ≤ H and 0 ≤ left ≤ right ≤ W; read like
    /// <see cref="Ratios"/>. For the methods that cut boxes.
    /// </summary>
    public TensorView Boxes { get; init; }

    /// <summary>The box of the partner that fills each draw's box, [N,4], Int32, likewise: for <see cref="MixMethod.SnapMix"/>.</summary>
    public TensorView PartnerBoxes { get; init; }

    /// <summary>
    /// What the classifier sees of the images before pooling, [N,F,h,w], a float type, any strides, h ≤ H, w ≤ W: for
    /// <see cref="MixMethod.SnapMix"/>.
    /// </summary>
    public TensorView Features { get; init; }

    /// <summary>
    /// The classifier's weights, [K,F], a float type, compact: for <see cref="MixMethod.SnapMix"/>. Its bias is not asked for: it falls out.
    /// </summary>
    public TensorView ClassWeights { get; init; }

    /// <summary>The training step: with the options' seed and rank it determines every draw.</summary>
    public ulong Step { get; init; }

    /// <summary>
    /// The training step in memory, [1], Int64, read in place of <see cref="Step"/> when the work runs: a captured graph replays with
    /// whatever step the caller has put there. Or <c>default</c>.
    /// </summary>
    public TensorView StepBuffer { get; init; }
}
