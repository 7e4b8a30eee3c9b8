namespace GuidedMixup.Tests;

/// <summary>The tensors of one <see cref="MixRun"/>; null where not given.</summary>
public sealed record MixRunInputs(GuardedTensor Images)
{
    public GuardedTensor? Labels { get; init; }

    public GuardedTensor? Gradient { get; init; }

    public GuardedTensor? Saliency { get; init; }

    public GuardedTensor? Partners { get; init; }

    public GuardedTensor? Subset { get; init; }

    public GuardedTensor? Ratios { get; init; }

    public GuardedTensor? Boxes { get; init; }

    public GuardedTensor? PartnerBoxes { get; init; }

    public GuardedTensor? Features { get; init; }

    public GuardedTensor? ClassWeights { get; init; }

    public ulong Step { get; init; }

    /// <summary>False: maps and distances are not asked for, so that they are made only where the method needs them.</summary>
    public bool AreMapsWanted { get; init; } = true;

    /// <summary>K of the soft labels.</summary>
    public int Classes { get; init; } = 10;

    public ElementType? ResultType { get; init; }

    public BatchLayout ResultLayout { get; init; }
}
