using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GuidedMixup.TorchSharp;

/// <summary>
/// Tensors of the trainer's that the mix is written into: <see cref="MixOutputs"/> in tensors. What is left null is not written; none may
/// require a gradient.
/// </summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Passed, not compared.")]
public readonly struct TorchOutputs
{
    /// <summary>y, [N,C,H,W], of the images' type, or a float type for uint8 images. Always needed.</summary>
    public Tensor? Images { get; init; }

    /// <summary>t', [N,K], float32.</summary>
    public Tensor? SoftLabels { get; init; }

    /// <summary>The labels themselves, of the labels' type and shape.</summary>
    public Tensor? LabelsA { get; init; }

    /// <summary>The partners' labels, of the labels' type and shape.</summary>
    public Tensor? LabelsB { get; init; }

    /// <summary>λ, [N], float32: the weight of the image's own label.</summary>
    public Tensor? Ratio { get; init; }

    /// <summary>1 − λ (for <see cref="MixMethod.SnapMix"/> λb), [N], float32: the weight of the partner's label.</summary>
    public Tensor? PartnerRatio { get; init; }

    /// <summary>How much of image j the mixed image i shows, [N,N], float32: for <see cref="MixMethod.CoMixup"/>.</summary>
    public Tensor? Weights { get; init; }

    /// <summary>The box that each image took from its partner, [N,4], int32: for the methods that cut boxes.</summary>
    public Tensor? Boxes { get; init; }

    /// <summary>The partner's patch that filled it, [N,4], int32: for <see cref="MixMethod.SnapMix"/>.</summary>
    public Tensor? PartnerBoxes { get; init; }

    /// <summary>π, [N], int64 or int32.</summary>
    public Tensor? Partners { get; init; }

    /// <summary>M, [N,H,W], float32: the weight of the image's own pixel.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>The saliency before the last blur, [N,H,W], float32.</summary>
    public Tensor? Saliency { get; init; }

    /// <summary>p, the blurred maps with sum 1, [N,H,W], float32.</summary>
    public Tensor? Normalised { get; init; }

    /// <summary>D, the distances between the maps, [N,N], float32.</summary>
    public Tensor? Distance { get; init; }

    /// <summary>The data faults, [N], int32, as <see cref="ImageFlags"/>.</summary>
    public Tensor? Flags { get; init; }
}
