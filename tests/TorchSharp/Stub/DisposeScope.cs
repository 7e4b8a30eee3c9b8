using System;
using System.Collections.Generic;

namespace TorchSharp;

public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? _current;

    private readonly DisposeScope? _outer;
    private readonly List<torch.Tensor> _tensors = [];

    internal DisposeScope()
    {
        _outer = _current;
        _current = this;
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _tensors) tensor.Dispose();
        _current = _outer;
    }

    /// <summary>Every new tensor belongs to the innermost scope of its thread.</summary>
    internal static void Register(torch.Tensor tensor) => _current?._tensors.Add(tensor);
}
