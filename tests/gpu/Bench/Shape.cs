namespace GuidedMixup.Gpu;

/// <summary>A batch [N,C,H,W] of one element type and layout.</summary>
internal readonly record struct Shape(int N, int C, int H, int W, ElementType Type = ElementType.Float32, bool IsChannelsLast = false)
{
    internal long ImageBytes => (long)N * C * H * W * Type.Size();

    public override string ToString() => $"{N}x{C}x{H}x{W} {Type} {(IsChannelsLast ? "NHWC" : "NCHW")}";
}
