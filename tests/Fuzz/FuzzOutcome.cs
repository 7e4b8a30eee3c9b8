using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>What one backend made of a case: a refusal and the argument it named, or an answer and its bytes; and what was wrong with either.</summary>
internal sealed class FuzzOutcome
{
    private FuzzOutcome(FuzzCase @case, bool isDevice, CudaStream? stream)
    {
        using var memory = new FuzzMemory(@case, isDevice, 0xFF);
        Run(@case, memory, stream);
        if (Error != null)
        {
            CheckRefusal(@case, memory, isDevice);
            return;
        }

        if (isDevice && @case.IsValid && @case.Call.IsHostOnly)
        {
            Fault = "device memory was taken by what runs on the CPU alone";
            return;
        }

        IsMixed = @case.IsMixed;
        Fault = CheckAnswer(@case, memory);
        if (Fault.Length > 0) return;
        foreach (FuzzTensor output in Outputs(@case)) Answers.Add(output.Parameter.Name, memory.Bytes(output));
        Fault = FuzzRules.Broken(@case, memory);
        if (Fault.Length > 0) return;

        // Into memory that held something else: what differs was not written, or came from memory that nobody wrote.
        using var second = new FuzzMemory(@case, isDevice, 0x5A);
        Run(@case, second, stream);
        if (Error != null) Fault = $"the second call gives {Error.GetType().Name}: {Error.Message}";
        foreach (FuzzTensor output in Outputs(@case))
        {
            if (Fault.Length > 0) return;
            int same = memory.Bytes(output).AsSpan().CommonPrefixLength(second.Bytes(output));
            if (same < Answers[output.Parameter.Name].Length)
                Fault = $"{output.Parameter.Name}[{same / output.Type.Size()}] depends on what its memory or the workspace held";
        }
    }

    /// <summary>The refusal; null for an answer.</summary>
    internal Exception? Error { get; private set; }

    /// <summary>The argument a refusal names.</summary>
    internal string? Named => (Error as ArgumentException)?.ParamName;

    /// <summary>A view that could not even be made.</summary>
    internal bool IsNoView { get; private set; }

    internal bool IsMixed { get; }

    /// <summary>Every output's elements in logical order.</summary>
    internal Dictionary<string, byte[]> Answers { get; } = [];

    /// <summary>What broke the contract; empty where nothing did.</summary>
    internal string Fault { get; private set; } = "";

    internal static FuzzOutcome OnHost(FuzzCase @case) => new(@case, false, null);

    internal static FuzzOutcome OnDevice(FuzzCase @case, CudaStream stream) => new(@case, true, stream);

    internal static IEnumerable<FuzzTensor> Outputs(FuzzCase @case) => @case.Tensors.Where(t => t.IsGiven && t.Parameter.IsOutput);

    private void Run(FuzzCase @case, FuzzMemory memory, CudaStream? stream)
    {
        var views = new TensorView[@case.Tensors.Count];
        try
        {
            for (int i = 0; i < views.Length; i++) views[i] = memory.View(@case.Tensors[i]);
        }
        catch (ArgumentException error) when (error.ParamName is "data" or "type" or "shape" or "strides")
        {
            (Error, IsNoView) = (error, true);
            return;
        }

        Execution execution = memory.Execution(stream?.Value ?? 0);
        try
        {
            @case.Call.Invoke(name => Find(@case, views, name), execution, @case);
            stream?.Synchronise();
        }
        catch (Exception error)
        {
            Error = error;
        }
    }

    private static TensorView Find(FuzzCase @case, TensorView[] views, string name)
    {
        int i = @case.Tensors.FindIndex(t => t.Parameter.Name == name);
        return i < 0 ? default : views[i];
    }

    private void CheckRefusal(FuzzCase @case, FuzzMemory memory, bool isDevice)
    {
        Fault = memory.Changes(isRefused: true);
        if (Fault.Length > 0 || IsNoView) return;
        bool isNamed = Error is ArgumentException argument
            ? @case.Call.Names(argument.ParamName) && argument.Message.StartsWith(argument.ParamName + ": ", StringComparison.Ordinal)
            : Error is DegenerateImageException && @case.Options.Strict;
        if (!isNamed) Fault = $"no error that names an argument: {Error}";
        else if (@case.IsValid && !(isDevice && @case.Call.IsHostOnly)) Fault = $"a valid call was refused: {Error!.Message}";
    }

    private static string CheckAnswer(FuzzCase @case, FuzzMemory memory)
    {
        if (@case.IsFalse) return "a shape far beyond the memory was taken";
        string changes = memory.Changes(isRefused: false);
        if (changes.Length > 0) return changes;
        string shared = memory.Shared();
        return shared.Length > 0 ? $"{shared}, and the call was taken" : "";
    }
}
