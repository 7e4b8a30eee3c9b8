using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GuidedMixup.TorchSharp;

/// <summary>One batch as torch holds it: <see cref="MixInputs"/> in tensors. Only <see cref="Images"/> is always needed.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Passed, not compared.")]
public readonly struct TorchInputs
{
    /// <summary>x, [N,C,H,W], float32, float16, bfloat16 (already normalised) or uint8; any strides, contiguous and channels_last fastest.</summary>
    public Tensor? Images { get; init; }

    /// <summary>Classes [N], int64 or int32, or soft rows [N,K], float32. Needed where a label output is asked for.</summary>
    public Tensor? Labels { get; init; }

    /// <summary>∂loss/∂x, [N,C,H,W]: for <see cref="Saliency.Gradient"/>, and there only where it is not <c>Images.grad</c>.</summary>
    public Tensor? Gradient { get; init; }

    /// <summary>Saliency maps, [N,H,W], a float type: for <see cref="GuidedMixup.Saliency.Supplied"/>.</summary>
    public Tensor? Saliency { get; init; }

    /// <summary>π, [N], int64 or int32, each in 0..N−1: replays a pairing instead of finding one.</summary>
    public Tensor? Partners { get; init; }

    /// <summary>[N], uint8: images with 0 are left out of the pairing and come back unchanged.</summary>
    public Tensor? Subset { get; init; }

    /// <summary>λ of each draw, [N], float32, 0 to 1: replays draws instead of making them, by <see cref="DrawMode"/>.</summary>
    public Tensor? Ratios { get; init; }

    /// <summary>The box of each draw, [N,4], int32, as (top, left, bottom, right): likewise, for the methods that cut boxes.</summary>
    public Tensor? Boxes { get; init; }

    /// <summary>The partner's patch that fills each draw's box, [N,4], int32: likewise, for <see cref="MixMethod.SnapMix"/>.</summary>
    public Tensor? PartnerBoxes { get; init; }

    /// <summary>What the classifier sees of the images before pooling, [N,F,h,w], a float type: for <see cref="MixMethod.SnapMix"/>.</summary>
    public Tensor? Features { get; init; }

    /// <summary>The classifier's weights, [K,F], a float type, such as <c>linear.weight</c>: for <see cref="MixMethod.SnapMix"/>.</summary>
    public Tensor? ClassWeights { get; init; }

    /// <summary>The training step: with the options' seed and rank it determines every draw.</summary>
    public ulong Step { get; init; }

    /// <summary>The training step in memory, [1], int64, read in place of <see cref="Step"/> when the work runs.</summary>
    public Tensor? StepBuffer { get; init; }
}
