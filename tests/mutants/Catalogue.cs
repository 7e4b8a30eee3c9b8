namespace GuidedMixup.Mutants;

/// <summary>The planted faults.</summary>
internal static partial class Catalogue
{
    internal static Mutant[] All => [.. Stages, .. Blocks, .. Methods];
}
