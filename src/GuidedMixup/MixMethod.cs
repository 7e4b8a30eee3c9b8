namespace GuidedMixup;

/// <summary>How a mixer mixes two images. Each takes any <see cref="Pairing"/>.</summary>
public enum MixMethod
{
    /// <summary>y = M·x + (1 − M)·x[π], M from the saliency of both (Kang and Kim, AAAI 2023).</summary>
    GuidedMixup,

    /// <summary>y = λ·x + (1 − λ)·x[π], λ ~ Beta(α, α) (Zhang et al., ICLR 2018).</summary>
    Mixup,

    /// <summary>y = x with a box of x[π], of area 1 − λ, λ ~ Beta(α, α), anywhere (Yun et al., ICCV 2019).</summary>
    CutMix,

    /// <summary>CutMix with the box around the partner's saliency maximum (Uddin et al., ICLR 2021).</summary>
    SaliencyMix,

    /// <summary>
    /// y = x with a box covered by a patch of x[π], resized, both of areas from λ ~ Beta(5, 5); label weights from class activation maps (Huang et
    /// al., AAAI 2021). Takes the features and weights of the classifier.
    /// </summary>
    SnapMix,

    /// <summary>Blocks of both by a minimum cut, moved where they are in the way; λ' = mean(m) (Kim, Choo and Song, ICML 2020).</summary>
    PuzzleMix,

    /// <summary>Each image of a part laid together from blocks of all of its images; no partners (Kim et al., ICLR 2021).</summary>
    CoMixup,
}
