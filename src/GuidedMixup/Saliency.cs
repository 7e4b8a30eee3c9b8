namespace GuidedMixup;

/// <summary>Where a mixer takes its saliency maps from.</summary>
public enum Saliency
{
    /// <summary>Guided-SR: the spectral residual of the images themselves.</summary>
    SpectralResidual,

    /// <summary>Guided-AP: the norm over the channels of the loss gradient at the input, handed in with each batch.</summary>
    Gradient,

    /// <summary>Maps of the caller's own, handed in with each batch.</summary>
    Supplied,
}
