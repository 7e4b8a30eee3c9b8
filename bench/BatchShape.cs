namespace GuidedMixup.Benchmarks;

/// <summary>The shape of a batch, [N,C,H,W].</summary>
public readonly record struct BatchShape(int N, int C, int H, int W)
{
    /// <summary>Pixels times channels.</summary>
    public long Length => (long)N * C * H * W;

    /// <summary>Pixels of a map times images.</summary>
    public long MapLength => (long)N * H * W;

    /// <inheritdoc/>
    public override string ToString() => $"{N}x{C}x{H}x{W}";
}
