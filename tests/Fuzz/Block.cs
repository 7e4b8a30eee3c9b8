using System;
using System.Linq;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>A piece of memory on the host or the emulated device that knows which of its bytes a call may write.</summary>
internal sealed unsafe class Block : IDisposable
{
    private readonly CudaBuffer? _device;
    private readonly void* _host;
    private readonly int _bytes;
    private readonly bool[] _isOutput;
    private byte[] _before = [];

    internal Block(int bytes, bool isDevice)
    {
        _bytes = bytes;
        _isOutput = new bool[bytes];
        if (isDevice) _device = new CudaBuffer(bytes);
        else _host = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        Memory.Fill(0xFE);
    }

    internal nint Start => (nint)(_device != null ? _device.Data : _host);

    private Span<byte> Memory => new((void*)Start, _bytes);

    /// <summary>The elements of an output.</summary>
    internal void Mark(nint data, FuzzTensor tensor)
    {
        int size = tensor.Type.Size();
        long count = tensor.Shape.Aggregate(1L, (a, b) => a * Math.Max(b, 0));
        for (long i = 0; i < count; i++)
        {
            long place = 0, rest = i;
            for (int d = tensor.Shape.Length - 1; d >= 0; d--)
            {
                place += rest % tensor.Shape[d] * tensor.Strides[d];
                rest /= tensor.Shape[d];
            }

            _isOutput.AsSpan((int)(data - Start + (nint)(place * size)), size).Fill(true);
        }
    }

    internal void Remember() => _before = Memory.ToArray();

    /// <summary>The first byte that must not have changed and did; −1 where there is none.</summary>
    internal int Changed(bool isRefused)
    {
        ReadOnlySpan<byte> now = Memory;
        if (isRefused)
        {
            int same = now.CommonPrefixLength(_before);
            return same == _bytes ? -1 : same;
        }

        for (int i = 0; i < _bytes; i++)
        {
            if (!_isOutput[i] && now[i] != _before[i]) return i;
        }

        return -1;
    }

    public void Dispose()
    {
        _device?.Dispose();
        NativeMemory.AlignedFree(_host);
    }
}
