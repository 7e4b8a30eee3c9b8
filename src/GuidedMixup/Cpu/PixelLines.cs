using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// How two or three image batches of one shape are walked together: lines of neighbouring elements, a channel each (planar) or all channels at once
/// (interleaved), or element by element where the strides allow neither.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct PixelLines
{
    internal PixelLines(in ImageBatch a, in ImageBatch b)
        : this(a, b, b)
    {
    }

    internal PixelLines(in ImageBatch a, in ImageBatch b, in ImageBatch c)
    {
        bool isAlike = a.Layout == b.Layout && a.Layout == c.Layout;
        bool isPlanar = isAlike && a.Layout == PixelLayout.Planar, isInterleaved = isAlike && a.Layout == PixelLayout.Interleaved;
        IsVector = isPlanar || isInterleaved;
        Count = isInterleaved ? 1 : a.C;
        Repeat = isInterleaved ? a.C : 1;
        RowLength = a.IsJoined && b.IsJoined && c.IsJoined ? a.Pixels : a.W;
    }

    /// <summary>True where the elements of a line are neighbours in all batches.</summary>
    internal bool IsVector { get; }

    /// <summary>Lines of a pixel row.</summary>
    internal int Count { get; }

    /// <summary>Elements of one pixel that follow each other in a line.</summary>
    internal int Repeat { get; }

    /// <summary>Pixels that follow each other without a jump.</summary>
    internal int RowLength { get; }

    /// <summary>The row and column of a pixel, and how many of a tile's pixels follow it in its row.</summary>
    internal (int Y, int X, int Length) Segment(int pixel, int end)
    {
        (int y, int x) = Math.DivRem(pixel, RowLength);
        return (y, x, Math.Min(RowLength - x, end - pixel));
    }
}
