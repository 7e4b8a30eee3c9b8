using System;

namespace GuidedMixup;

/// <summary>The constants of PuzzleMix, with the released program's defaults.</summary>
/// <remarks>
/// The released CIFAR-100 settings are these with <see cref="TransportSize"/> 4 and no clean loss; Tiny ImageNet and the fine-grained sets take
/// these and add the loss of the clean batch with weight 1, which is the trainer's to do (and <see cref="NeighbourSize"/> 2 at 224²). Source:
/// Kim, Choo and Song, "Puzzle Mix: Exploiting Saliency and Local Statistics for Optimal Mixup", ICML 2020.
/// </remarks>
public sealed record PuzzleMixOptions
{
    /// <summary>
    /// Blocks of an image on a side, 1 to 32, dividing height and width; 0 to draw 2, 4, 8 or 16 for each batch, among those that divide them.
    /// </summary>
    public int Blocks { get; init; }

    /// <summary>How finely a block's mask is graded: 2 to 16 labels, mask = 1 − label/(labels − 1).</summary>
    public int Labels { get; init; } = 3;

    /// <summary>β, the weight of label differences between blocks; at least 0.</summary>
    public double Beta { get; init; } = 1.2;

    /// <summary>γ, the weight of colour differences across block boundaries; at least 0.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>η, the weight of the prior that holds the masks near λ; at least 0.</summary>
    public double Eta { get; init; } = 0.2;

    /// <summary>
    /// Colours across boundaries are compared by means over cells of so many pixels on a side, or the largest divisor of the block's side below
    /// it; at least 1.
    /// </summary>
    public int NeighbourSize { get; init; } = 4;

    /// <summary>What moving a block across the image costs, against all of the image's saliency; positive.</summary>
    public double TransportCost { get; init; } = 0.8;

    /// <summary>
    /// Moved are squares of so many pixels on a side, or of the largest divisor of the block's side below it; −1 for whole blocks, 0 to move
    /// nothing.
    /// </summary>
    public int TransportSize { get; init; } = -1;

    /// <summary>
    /// What float pixels were divided by when they were normalised, a value a channel or one for all; empty for 1. Colours are compared on the
    /// scale 0 to 1. UInt8 pixels are divided by 255 instead.
    /// </summary>
    public ReadOnlyMemory<float> PixelStd { get; init; }

    /// <summary>Parity: α-β swap as released. Quality: the global optimum, by one minimum cut.</summary>
    public SolverMode Mode { get; init; } = SolverMode.Parity;

    /// <summary>One object, so that a call allocates nothing.</summary>
    internal static PuzzleMixOptions Default { get; } = new();
}
