namespace GuidedMixup.Tests;

/// <summary>One batch to run a stage on: shape, element type, layout, seed.</summary>
public sealed record StageCase(int N, int C, int H, int W, ElementType Type, BatchLayout Layout, int Seed)
{
    public override string ToString() => $"{N}x{C}x{H}x{W} {Type} {Layout} seed {Seed}";
}
