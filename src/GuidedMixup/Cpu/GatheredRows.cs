using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// Neighbouring rows of a result that are put together from pieces. Where the result is written around the caches this happens in the first cache:
/// a streamed line has to be written whole, or the memory has to read it first. Rows go out a group behind, when the stores that made them are done.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct GatheredRows
{
    // Bytes of a group of rows; there are two of them.
    private const int GroupBytes = 4096;

    private readonly ImageBatch _result;
    private readonly byte* _scratch;
    private readonly int _image;
    private readonly int _line;
    private readonly long _rowBytes;
    private readonly long _groupBytes;
    private readonly int _most;
    private readonly bool _isStreamed;
    private int _first;
    private int _count;
    private int _group;
    private int _previous;
    private byte* _next;

    /// <summary>Line <paramref name="line"/> of an image, from row <paramref name="first"/> on; scratch of <see cref="ScratchLength"/>.</summary>
    internal GatheredRows(in ImageBatch result, int image, int line, int first, int rowBytes, byte* scratch, bool isStreamed)
    {
        (_result, _image, _line, _first, _rowBytes, _isStreamed) = (result, image, line, first, rowBytes, isStreamed);
        _most = MostRows(rowBytes);
        _groupBytes = ScratchLength(rowBytes) / 2;
        _scratch = scratch;
        _next = isStreamed ? Place(0, first, 0) : result.Row(image, line, first);
    }

    /// <summary>Bytes of scratch, 64-byte aligned, for rows of <paramref name="rowBytes"/>.</summary>
    internal static long ScratchLength(int rowBytes) => 2L * MostRows(rowBytes) * Pitch(rowBytes);

    /// <summary>Where the next row is to be put together; it may be written in any order, as whole vectors that end with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Next()
    {
        if (_isStreamed && _count == _most) Turn();
        byte* row = _isStreamed && !_result.IsJoined ? Place(_group, _first, _count) : _next;
        _next += _isStreamed ? _rowBytes : _result.StrideH;
        _count++;
        return row;
    }

    /// <summary>Writes what is left.</summary>
    internal void End()
    {
        if (!_isStreamed) return;
        Write(_group ^ 1, _first - _previous, _previous);
        Write(_group, _first, _count);
    }

    private void Turn()
    {
        Write(_group ^ 1, _first - _previous, _previous);
        (_first, _previous, _count) = (_first + _count, _count, 0);
        _group ^= 1;
        _next = Place(_group, _first, 0);
    }

    private static int MostRows(int rowBytes) => Math.Max(1, GroupBytes / rowBytes);

    private static long Pitch(int rowBytes) => ((long)rowBytes + 2 * PixelCopy.CacheLine - 1) & -PixelCopy.CacheLine;

    // As far from a cache line's start as the target is; neighbours where the target's rows are.
    private readonly byte* Place(int group, int first, int at)
    {
        byte* start = _scratch + group * _groupBytes;
        return _result.IsJoined
            ? start + ((nint)_result.Row(_image, _line, first) & (PixelCopy.CacheLine - 1)) + at * _rowBytes
            : start + at * Pitch((int)_rowBytes) + ((nint)_result.Row(_image, _line, first + at) & (PixelCopy.CacheLine - 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Write(int group, int first, int count)
    {
        if (count == 0) return;
        int run = _result.IsJoined ? count : 1;
        for (int at = 0; at < count; at += run)
            PixelCopy.Bytes(Place(group, first, at), _result.Row(_image, _line, first + at), run * _rowBytes, isStreamed: true, isFetched: true);
    }
}
