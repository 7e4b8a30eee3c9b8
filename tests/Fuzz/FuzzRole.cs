namespace GuidedMixup.Tests.Fuzz;

/// <summary>What a tensor means to its call; decides types and values.</summary>
internal enum FuzzRole
{
    Images,
    Gradient,
    Maps,
    Float,
    Normalised,
    Ratio,
    Partners,

    /// <summary>Classes, or rows of soft labels.</summary>
    Labels,

    /// <summary>Classes alone.</summary>
    Classes,
    Subset,
    Flags,
    Step,

    /// <summary>λ, each 0 to 1.</summary>
    Draws,

    /// <summary>Boxes within the images.</summary>
    Boxes,

    /// <summary>Floats of any float type, compact.</summary>
    ClassWeights,

    /// <summary>The costs of a grid's labels, of a pair of them, and of its edges.</summary>
    Costs,
    Smooth,
    Edges,
    Energies,

    /// <summary>Labels that a solver found.</summary>
    Solution,

    /// <summary>Finite floats of at least 0.</summary>
    Shares,

    /// <summary>Indices of a part's images.</summary>
    Starts,

    /// <summary>Rows of weights that sum to 1.</summary>
    Layout,
}
