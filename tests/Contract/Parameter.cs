namespace GuidedMixup.Tests.Contract;

/// <summary>A tensor parameter of a public call, as the argument tests see it.</summary>
/// <param name="Name">The name that errors must carry.</param>
/// <param name="Type">A valid element type.</param>
/// <param name="Shape">A valid shape.</param>
/// <param name="WrongType">An element type the parameter refuses.</param>
internal sealed record Parameter(string Name, ElementType Type, long[] Shape, ElementType WrongType)
{
    /// <summary>Written by the call.</summary>
    internal bool IsOutput { get; init; }

    /// <summary>May be left <c>default</c>.</summary>
    internal bool IsOptional { get; init; }

    /// <summary>Takes any strides; the others must be compact.</summary>
    internal bool IsStrided { get; init; }

    /// <summary>Takes a tensor of any rank.</summary>
    internal bool IsAnyRank { get; init; }

    /// <summary>The sizes that other parameters determine; null for all.</summary>
    internal int[]? Bound { get; init; }

    /// <summary>The other parameters' shapes follow from this one, so another size here is their error.</summary>
    internal bool DefinesShape { get; init; }
}
