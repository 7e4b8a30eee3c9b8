using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>How an image is cut up: blocks that get a label, cells that colours are compared by, squares that are moved.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct PuzzleMixShape
{
    /// <summary>Most squares on a side.</summary>
    internal const int MaxSquares = 64;

    internal PuzzleMixShape(int h, int w, int c, int blocks, PuzzleMixOptions options)
    {
        (H, W, C, Blocks) = (h, w, c, blocks);
        (BlockH, BlockW) = (h / blocks, w / blocks);
        (CellH, CellW) = (Divisor(BlockH, options.NeighbourSize), Divisor(BlockW, options.NeighbourSize));
        int size = options.TransportSize > 0 ? options.TransportSize : int.MaxValue;
        (SquareH, SquareW) = (Divisor(BlockH, size), Divisor(BlockW, size));
    }

    internal int H { get; }

    internal int W { get; }

    internal int C { get; }

    internal int Blocks { get; }

    internal int BlockH { get; }

    internal int BlockW { get; }

    internal int CellH { get; }

    internal int CellW { get; }

    internal int SquareH { get; }

    internal int SquareW { get; }

    internal int Nodes => Blocks * Blocks;

    internal int CellRows => H / CellH;

    internal int CellColumns => W / CellW;

    internal int SquareRows => H / SquareH;

    internal int SquareColumns => W / SquareW;

    internal int Squares => SquareRows * SquareColumns;

    /// <summary>Cell means kept of an image: both sides of each boundary between block rows, then between block columns.</summary>
    internal int BorderLength => 2 * (Blocks - 1) * (CellColumns + CellRows) * C;

    private static int Divisor(int side, int size)
    {
        int divisor = Math.Min(side, size);
        while (side % divisor != 0) divisor--;
        return divisor;
    }
}
