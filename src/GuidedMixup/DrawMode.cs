namespace GuidedMixup;

/// <summary>What λ and boxes are drawn for; image i takes draw number …</summary>
public enum DrawMode
{
    /// <summary>… 0: one draw a batch, as released.</summary>
    Batch,

    /// <summary>… min(i, π[i]): where two images are each other's partners, they share one.</summary>
    Pair,

    /// <summary>… i: one an image.</summary>
    Image,
}
