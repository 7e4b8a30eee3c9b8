namespace GuidedMixup;

/// <summary>How the pixels of a row lie in memory.</summary>
internal enum PixelLayout
{
    /// <summary>Neighbouring pixels of a channel are neighbours (NCHW).</summary>
    Planar,

    /// <summary>The channels of a pixel are neighbours, and pixels follow without gaps (NHWC).</summary>
    Interleaved,

    /// <summary>Anything else: correct, not fast.</summary>
    Strided,
}
