using System;

namespace GuidedMixup;

/// <summary>Thrown in strict mode for a data fault that is otherwise repaired and flagged; nothing was written.</summary>
public sealed class DegenerateImageException : Exception
{
    /// <summary>Reports <paramref name="flags"/> of image <paramref name="image"/>.</summary>
    public DegenerateImageException(long image, ImageFlags flags)
        : base($"image {image}: {flags} (strict mode refuses what would otherwise be repaired and flagged).")
    {
        Image = image;
        Flags = flags;
    }

    /// <summary>The image's index in the batch.</summary>
    public long Image { get; }

    /// <summary>What is wrong with it.</summary>
    public ImageFlags Flags { get; }
}
