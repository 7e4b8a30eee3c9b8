namespace GuidedMixup.Tests.Fuzz;

/// <summary>A tensor position of a public call: what a valid argument looks like, its sizes by letter (<see cref="FuzzCase.Size"/>).</summary>
internal sealed record FuzzParameter(string Name, string Sizes, FuzzRole Role)
{
    internal bool IsOutput { get; init; }

    internal bool IsOptional { get; init; }

    /// <summary>Any strides are taken.</summary>
    internal bool IsStrided => Role is FuzzRole.Images or FuzzRole.Gradient or FuzzRole.Maps;

    /// <summary>Values that any argument may not have are refused on the CPU, and flagged on a GPU.</summary>
    internal bool IsJudged =>
        !IsOutput && Role is FuzzRole.Partners or FuzzRole.Labels or FuzzRole.Classes or FuzzRole.Draws or FuzzRole.Boxes or FuzzRole.Costs
            or FuzzRole.Smooth or FuzzRole.Edges or FuzzRole.Shares or FuzzRole.Starts;

    /// <summary>The sizes that another tensor which is always given must share, so that a false one has to be refused.</summary>
    internal string Tied { get; init; } = "";

    internal static FuzzParameter In(string name, string sizes, FuzzRole role, string? tied = null) => new(name, sizes, role) { Tied = tied ?? sizes };

    internal static FuzzParameter MaybeIn(string name, string sizes, FuzzRole role, string? tied = null) => In(name, sizes, role, tied) with { IsOptional = true };

    internal static FuzzParameter Out(string name, string sizes, FuzzRole role, string? tied = null) => In(name, sizes, role, tied) with { IsOutput = true };

    internal static FuzzParameter Maybe(string name, string sizes, FuzzRole role, string? tied = null) => Out(name, sizes, role, tied) with { IsOptional = true };
}
