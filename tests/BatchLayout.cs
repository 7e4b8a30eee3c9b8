namespace GuidedMixup.Tests;

/// <summary>How the elements of a test tensor lie in memory.</summary>
public enum BatchLayout
{
    /// <summary>Compact row-major, as N×C×H×W.</summary>
    Nchw,

    /// <summary>Channels last, compact.</summary>
    Nhwc,

    /// <summary>A crop of a larger picture: rows, planes and images have gaps between them.</summary>
    Crop,

    /// <summary>Every other column of a wider picture: the pixels of a row are not neighbours.</summary>
    Columns,
}
