using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>Caller-owned memory for what a batch gives; what is left <c>default</c> is not written.</summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815", Justification = "Passed, not compared.")]
public readonly struct MixOutputs
{
    /// <summary>
    /// y = M·x + (1 − M)·x[π], [N,C,H,W], of the images' type, any strides without overlap; or a float type for UInt8 images, which are
    /// then normalised by scale and offset. Always needed.
    /// </summary>
    public TensorView Images { get; init; }

    /// <summary>
    /// t' = λ·t + (1 − λ)·t[π], [N,K], Float32; for <see cref="MixMethod.SnapMix"/> λa·t + λb·t[π], whose rows need not sum to 1.
    /// </summary>
    public TensorView SoftLabels { get; init; }

    /// <summary>The labels themselves, of the labels' type and shape ("labels_a").</summary>
    public TensorView LabelsA { get; init; }

    /// <summary>The partners' labels, of the labels' type and shape ("labels_b").</summary>
    public TensorView LabelsB { get; init; }

    /// <summary>λ = mean(M), [N], Float32: the weight of the image's own label.</summary>
    public TensorView Ratio { get; init; }

    /// <summary>1 − λ (for <see cref="MixMethod.SnapMix"/> λb), [N], Float32: the weight of the partner's label.</summary>
    public TensorView PartnerRatio { get; init; }

    /// <summary>
    /// W, [N,N], Float32: how much of image j the mixed image i shows, t'[i] = Σ_j W[i,j]·t[j]. For <see cref="MixMethod.CoMixup"/>, whose images
    /// have no one partner.
    /// </summary>
    public TensorView Weights { get; init; }

    /// <summary>
    /// The box that each image took from its partner, [N,4], Int32, as (top, left, bottom, right); empty where an image is its own partner.
    /// For the methods that cut boxes.
    /// </summary>
    public TensorView Boxes { get; init; }

    /// <summary>The box of the partner that filled it, [N,4], Int32, likewise: for <see cref="MixMethod.SnapMix"/>.</summary>
    public TensorView PartnerBoxes { get; init; }

    /// <summary>π, [N], Int32 or Int64.</summary>
    public TensorView Partners { get; init; }

    /// <summary>M, [N,H,W], Float32: the weight of the image's own pixel.</summary>
    public TensorView Mask { get; init; }

    /// <summary>The saliency before the last blur, [N,H,W], Float32.</summary>
    public TensorView Saliency { get; init; }

    /// <summary>p, the blurred maps with sum 1, [N,H,W], Float32.</summary>
    public TensorView Normalised { get; init; }

    /// <summary>D, the distances between the maps, [N,N], Float32.</summary>
    public TensorView Distance { get; init; }

    /// <summary>The data faults, [N], Int32, as <see cref="ImageFlags"/>.</summary>
    public TensorView Flags { get; init; }
}
