namespace GuidedMixup;

/// <summary>How a mixer finds partners.</summary>
public enum Pairing
{
    /// <summary>Greedy one-cycle cover of the largest distances (the paper's Algorithm 1).</summary>
    Greedy,

    /// <summary>A uniform permutation; fixed points are allowed (the paper's ablation "Random").</summary>
    Random,
}
