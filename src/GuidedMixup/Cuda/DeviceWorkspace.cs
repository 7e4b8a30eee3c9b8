using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>Hands out the caller's device workspace piece by piece; from nothing, it measures how much a call would take.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct DeviceWorkspace
{
    private const int Alignment = 256;

    /// <summary>More than any view can hold: what sizes that would overflow are counted as, so that a call refuses them.</summary>
    private const long TooMany = 1L << 62;

    private readonly byte* _start;
    private long _used;

    private DeviceWorkspace(byte* start) => _start = start;

    /// <summary>What a caller must bring: the pieces, and room to align the first.</summary>
    internal readonly long Bytes => _used == 0 ? 0 : _used + Alignment;

    /// <summary>The caller's workspace, known to hold <paramref name="needed"/> bytes.</summary>
    internal static DeviceWorkspace Of(in TensorView view, long needed)
    {
        if (needed == 0) return default;
        const string name = "execution.Workspace";
        if (view.IsEmpty) Require.Fail(name, $"no tensor is given; on a GPU this call needs {needed} bytes (WorkspaceSize).");
        Require.Type(view, name, ElementType.UInt8);
        Require.Contiguous(view, name);
        if (view.Length < needed) Require.Fail(name, $"{view.Length} bytes; this call needs {needed} (WorkspaceSize).");
        nuint start = ((nuint)view.Data + Alignment - 1) & ~(nuint)(Alignment - 1);
        return new DeviceWorkspace((byte*)start);
    }

    /// <summary>The next piece, 256-byte aligned; its contents are undefined.</summary>
    internal T* Take<T>(long count)
        where T : unmanaged
    {
        byte* piece = _start + _used;
        Int128 end = _used + (((Int128)count * sizeof(T)) + Alignment - 1) / Alignment * Alignment;
        _used = (long)Int128.Min(end, TooMany);
        return (T*)piece;
    }
}
