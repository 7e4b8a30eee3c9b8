using System;
using System.Collections.Generic;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>One public call: how to make it from named views, and the workspace it says it takes.</summary>
internal sealed record FuzzCall(
    string Name, Action<Func<string, TensorView>, Execution, FuzzCase> Invoke, Func<FuzzCase, long> WorkspaceBytes, IReadOnlyList<FuzzParameter> Parameters)
{
    internal bool IsMixer => Name.StartsWith("GuidedMixer", StringComparison.Ordinal);

    /// <summary>A mixer's.</summary>
    internal MixMethod Method { get; init; }

    /// <summary>A mixer's.</summary>
    internal Saliency Saliency { get; init; }

    /// <summary>Images are cut into blocks, which have to divide them.</summary>
    internal bool HasBlocks => Method is MixMethod.PuzzleMix or MixMethod.CoMixup || Name == "PuzzleMix.Mix";

    /// <summary>Runs on the CPU alone: device memory is refused, by name.</summary>
    internal bool IsHostOnly { get; init; }

    /// <summary>What an error of this call may name.</summary>
    internal bool Names(string? argument)
    {
        foreach (FuzzParameter parameter in Parameters)
        {
            if (parameter.Name == argument) return true;
        }

        return argument is "options" or "execution" or "execution.Workspace" or "metric" or "rank" or "mode" or "height";
    }
}
