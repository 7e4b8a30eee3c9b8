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
    Labels,
    Subset,
    Flags,
    Step,
}
