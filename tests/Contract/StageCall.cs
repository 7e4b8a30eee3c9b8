using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Contract;

/// <summary>One public call with valid arguments, each of which a test can spoil.</summary>
internal sealed class StageCall(string name, Action<StageCall> invoke, params Parameter[] parameters) : IDisposable
{
    private readonly Arena _arena = new();
    private readonly Dictionary<string, TensorView> _views = [];

    internal string Name { get; } = name;

    internal IReadOnlyList<Parameter> Parameters { get; } = parameters;

    internal GuidedMixerOptions Options { get; set; } = new();

    internal Execution Execution { get; set; }

    /// <summary>The argument in the position of that name; valid until replaced.</summary>
    internal TensorView this[string parameter]
    {
        get => _views.Count == 0 ? Fill()[parameter] : _views[parameter];
        set
        {
            if (_views.Count == 0) Fill();
            _views[parameter] = value;
        }
    }

    internal void Run() => invoke(this);

    internal Parameter Find(string parameter) => Parameters.First(p => p.Name == parameter);

    /// <summary>Runs the call and returns its argument error; a test failure if there is none or if any byte changed.</summary>
    internal ArgumentException RunBroken()
    {
        if (_views.Count == 0) Fill();
        byte[] before = _arena.Bytes.ToArray();
        ArgumentException? error = null;
        try
        {
            Run();
        }
        catch (ArgumentException caught)
        {
            error = caught;
        }

        if (!_arena.Bytes.SequenceEqual(before)) throw new InvalidOperationException($"{Name} wrote before it refused: {error?.Message}");
        return error ?? throw new InvalidOperationException($"{Name} took a bad argument.");
    }

    /// <summary>Runs the call and names what it should not have touched, or should have written and did not; empty where all is right.</summary>
    internal string RunAndInspect()
    {
        if (_views.Count == 0) Fill();
        byte[] before = _arena.Bytes.ToArray();
        Run();
        ReadOnlySpan<byte> after = _arena.Bytes;
        var isOutput = new bool[before.Length];
        foreach (Parameter parameter in Parameters.Where(p => p.IsOutput && !_views[p.Name].IsEmpty))
        {
            (int start, int size) = _arena.Find(_views[parameter.Name]);
            isOutput.AsSpan(start, size).Fill(true);
            // No valid element has all bits set: that float is a NaN, and an index or flag is not negative.
            int element = parameter.Type.Size();
            for (int i = start; i < start + size; i += element)
            {
                if (!after.Slice(i, element).ContainsAnyExcept((byte)0xFF)) return $"{parameter.Name}[{(i - start) / element}] was not written.";
            }
        }

        for (int i = 0; i < before.Length; i++)
        {
            if (!isOutput[i] && before[i] != after[i]) return $"byte {i} of the arena, no output's, was written.";
        }

        return "";
    }

    public void Dispose() => _arena.Dispose();

    public override string ToString() => Name;

    private Dictionary<string, TensorView> Fill()
    {
        foreach (Parameter parameter in Parameters) _views[parameter.Name] = _arena.Take(parameter);
        return _views;
    }
}
