namespace GuidedMixup;

/// <summary>The distance between two normalised saliency maps p and q.</summary>
public enum DistanceMetric
{
    /// <summary>‖p − q‖₂, the paper's.</summary>
    L2,

    /// <summary>‖p − q‖₁.</summary>
    L1,

    /// <summary>1 − p·q / (‖p‖₂ ‖q‖₂).</summary>
    Cosine,
}
