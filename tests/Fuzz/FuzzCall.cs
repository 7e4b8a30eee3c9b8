using System;
using System.Collections.Generic;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>One public call: how to make it from named views, and the workspace it says it takes.</summary>
internal sealed record FuzzCall(
    string Name, Action<Func<string, TensorView>, Execution, FuzzCase> Invoke, Func<FuzzCase, long> WorkspaceBytes, IReadOnlyList<FuzzParameter> Parameters)
{
    internal bool IsMixer => Name.StartsWith("GuidedMixer", StringComparison.Ordinal);

    /// <summary>What an error of this call may name.</summary>
    internal bool Names(string? argument)
    {
        foreach (FuzzParameter parameter in Parameters)
        {
            if (parameter.Name == argument) return true;
        }

        return argument is "options" or "execution" or "execution.Workspace" or "metric" or "rank";
    }
}
