namespace GuidedMixup.Tests.Fuzz;

/// <summary>A tensor position of a public call: what a valid argument looks like, its sizes by letter (N, C, H, W, K, 1).</summary>
internal sealed record FuzzParameter(string Name, string Sizes, FuzzRole Role)
{
    internal bool IsOutput { get; init; }

    internal bool IsOptional { get; init; }

    /// <summary>Any strides are taken.</summary>
    internal bool IsStrided => Role is FuzzRole.Images or FuzzRole.Gradient or FuzzRole.Maps;

    /// <summary>The sizes that another tensor which is always given must share, so that a false one has to be refused.</summary>
    internal string Tied { get; init; } = "";
}
