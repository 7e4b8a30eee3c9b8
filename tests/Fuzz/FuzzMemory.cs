using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>
/// Real memory for the arguments of one case, on the host or on the emulated device (which the host can read): a block a tensor with bands
/// around it, or one block for two that share it. Whatever is not an output's element must never change.
/// </summary>
internal sealed unsafe class FuzzMemory : IDisposable
{
    private const int Band = 128;
    private readonly Dictionary<FuzzTensor, Block> _blocks = [];
    private readonly Dictionary<FuzzTensor, nint> _data = [];
    private readonly FuzzCase _case;
    private readonly bool _isDevice;
    private readonly byte _poison;
    private CudaBuffer? _workspace;

    internal FuzzMemory(FuzzCase @case, bool isDevice, byte poison)
    {
        (_case, _isDevice, _poison) = (@case, isDevice, poison);
        foreach (FuzzTensor tensor in @case.Tensors.Where(t => t.IsGiven))
        {
            if (Owner(tensor) == tensor) Place(tensor);
        }

        foreach (FuzzTensor tensor in @case.Tensors.Where(t => t.IsGiven && Owner(t) != t)) PlaceIn(tensor, Owner(tensor));
        for (int i = 0; i < @case.Tensors.Count; i++)
        {
            if (@case.Tensors[i].IsGiven) FuzzValues.Fill(@case, @case.Tensors[i], i, Address, _poison);
        }

        foreach (FuzzTensor tensor in @case.Tensors.Where(t => t.IsGiven && t.Parameter.IsOutput))
            Block(tensor).Mark(_data[tensor], tensor);
        foreach (Block block in _blocks.Values) block.Remember();
    }

    /// <summary>The execution for this case; on the device with a workspace of just the bytes asked for, all of them poisoned.</summary>
    internal Execution Execution(nint stream)
    {
        if (!_isDevice) return new Execution(Threads: _case.Threads);
        long bytes = 1 << 16;
        try
        {
            bytes = _case.Call.WorkspaceBytes(_case);
        }
        catch (ArgumentException)
        {
            // Options that the call itself has to refuse.
        }

        if (_case.Workspace == 2) bytes--;
        if (bytes <= 0 || _case.Workspace == 1) return new Execution(stream, _case.Threads);
        _workspace = new CudaBuffer(bytes);
        new Span<byte>(_workspace.Data, (int)bytes).Fill(_poison);
        void* data = _workspace.Data;
        FuzzTensor? output = _case.Tensors.FirstOrDefault(t => t.IsGiven && t.Parameter.IsOutput);
        if (_case.Workspace == 4 && output != null) data = (void*)_data[output];
        ElementType type = _case.Workspace == 3 ? ElementType.Float32 : ElementType.UInt8;
        return new Execution(stream, _case.Threads, new TensorView(data, type, [Math.Max(bytes / type.Size(), 1)], default, FuzzCase.Gpu));
    }

    /// <summary>The argument; may throw as the view's constructor does.</summary>
    internal TensorView View(FuzzTensor tensor)
    {
        if (!tensor.IsGiven) return default;
        Device device = tensor.FalseDevice ?? (_isDevice ? FuzzCase.Gpu : Device.Cpu);
        return tensor.FalseShape != null
            ? new TensorView((void*)_data[tensor], tensor.Type, tensor.FalseShape, default, device)
            : new TensorView((void*)_data[tensor], tensor.Type, tensor.Shape, tensor.Strides, device);
    }

    /// <summary>What changed that must not: any byte after a refusal, any but an output's element after an answer; empty where nothing did.</summary>
    internal string Changes(bool isRefused)
    {
        foreach ((FuzzTensor tensor, Block block) in _blocks)
        {
            int at = block.Changed(isRefused);
            if (at >= 0) return $"byte {at - Band} of the memory of {tensor.Parameter.Name} was written{(isRefused ? " before the call refused" : "")}";
        }

        return "";
    }

    /// <summary>An output whose memory is shared with another argument.</summary>
    internal string Shared()
    {
        FuzzTensor[] given = [.. _case.Tensors.Where(t => t.IsGiven)];
        foreach (FuzzTensor a in given.Where(t => t.Parameter.IsOutput))
        {
            foreach (FuzzTensor b in given.Where(t => t != a))
            {
                (long low, long high) = Reach(a);
                (long otherLow, long otherHigh) = Reach(b);
                if (low < otherHigh && otherLow < high) return $"{a.Parameter.Name} shares memory with {b.Parameter.Name}";
            }
        }

        return "";
    }

    internal byte[] Bytes(FuzzTensor tensor)
    {
        int size = tensor.Type.Size();
        long count = tensor.Shape.Aggregate(1L, (a, b) => a * Math.Max(b, 0));
        var bytes = new byte[count * size];
        for (long i = 0; i < count; i++) new ReadOnlySpan<byte>(Address(tensor, i), size).CopyTo(bytes.AsSpan((int)i * size));
        return bytes;
    }

    internal double[] Values(FuzzTensor tensor)
    {
        long count = tensor.Shape.Aggregate(1L, (a, b) => a * Math.Max(b, 0));
        var values = new double[count];
        for (long i = 0; i < count; i++) values[i] = ElementBits.Read(Address(tensor, i), tensor.Type);
        return values;
    }

    public void Dispose()
    {
        foreach (Block block in _blocks.Values) block.Dispose();
        _workspace?.Dispose();
    }

    private static FuzzTensor Owner(FuzzTensor tensor) => tensor.Alias is { IsGiven: true } alias ? alias : tensor;

    private Block Block(FuzzTensor tensor) => _blocks[Owner(tensor)];

    private void Place(FuzzTensor tensor)
    {
        (long low, long high) = Bytes(tensor.Range, tensor.Type, 0);
        foreach (FuzzTensor guest in _case.Tensors.Where(t => t.IsGiven && t != tensor && Owner(t) == tensor))
        {
            (long guestLow, long guestHigh) = Bytes(guest.Range, guest.Type, guest.AliasShift);
            (low, high) = (Math.Min(low, guestLow), Math.Max(high, guestHigh));
        }

        // Down to a multiple, so that the first element is aligned.
        low = -((-low + 7) / 8 * 8);
        var block = new Block(checked((int)(high - low)) + (2 * Band), _isDevice);
        _blocks.Add(tensor, block);
        _data.Add(tensor, block.Start + Band - (nint)low);
    }

    private void PlaceIn(FuzzTensor tensor, FuzzTensor owner) => _data.Add(tensor, _data[owner] + tensor.AliasShift * tensor.Type.Size());

    private static (long Low, long High) Bytes((long Low, long High) range, ElementType type, int shift) =>
        ((range.Low + shift) * type.Size(), (range.High + shift + 1) * type.Size());

    private (long Low, long High) Reach(FuzzTensor tensor)
    {
        (long low, long high) = Bytes(tensor.Range, tensor.Type, 0);
        return (_data[tensor] + low, _data[tensor] + high);
    }

    private byte* Address(FuzzTensor tensor, long i)
    {
        long place = 0;
        for (int d = tensor.Shape.Length - 1; d >= 0; d--)
        {
            place += i % tensor.Shape[d] * tensor.Strides[d];
            i /= tensor.Shape[d];
        }

        return (byte*)_data[tensor] + (place * tensor.Type.Size());
    }
}
