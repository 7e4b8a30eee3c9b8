using System;

namespace GuidedMixup;

/// <summary>Data faults of one image, reported in the flags output of a call.</summary>
[Flags]
public enum ImageFlags
{
    /// <summary>Nothing to report.</summary>
    None = 0,

    /// <summary>
    /// The saliency map summed to 0, held NaN or ±Inf or (handed in) a negative value, or its sum overflowed; the uniform map
    /// 1/(HW) took its place. Or, for <see cref="SaliencyMix"/>, it has no finite maximum above 0; its first largest value counts.
    /// </summary>
    DegenerateMap = 1,

    /// <summary>The image holds NaN or ±Inf pixels; they stay where they are.</summary>
    NonFinitePixels = 2,

    /// <summary>
    /// Somewhere the image's map and its partner's give no ratio: both are 0, or (maps handed to the mix alone) one is negative or not
    /// finite, or their sum overflows. The mask is 0.5 there.
    /// </summary>
    EmptyOverlap = 4,

    /// <summary>
    /// The image's row of a handed-in distance matrix holds NaN off the diagonal, be it towards an image outside the subset; NaN counts as −∞.
    /// </summary>
    NotANumberDistance = 8,

    /// <summary>On a GPU: the image's class, or its partner's, is out of range; its share of the soft label is 0.</summary>
    InvalidLabel = 16,

    /// <summary>On a GPU: the image's supplied partner is out of range; the image stays as it is.</summary>
    InvalidPartner = 32,

    /// <summary>On a GPU: the image's supplied λ or box is out of range; the image stays as it is.</summary>
    InvalidDraw = 64,
}
