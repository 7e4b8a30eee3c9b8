using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>The device workspace of PuzzleMix's own kernels.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixPieces
{
    private const int LargestDrawn = 16;

    /// <summary>A network up to this size is in shared memory; kernels/GridCut.cuh counts the same.</summary>
    private const int SharedBytes = 46208;

    /// <summary>Shares of the saliency, [N,blocks²] and [N,squares].</summary>
    internal readonly double* Blocks;
    internal readonly double* Squares;

    /// <summary>[N,2,blocks²,4].</summary>
    internal readonly double* Boundaries;

    /// <summary>The integer problem: [N,blocks²,L], and [N,blocks²] twice.</summary>
    internal readonly int* Unary;
    internal readonly int* Vertical;
    internal readonly int* Horizontal;

    /// <summary>In quality mode the network of its cut, where shared memory does not hold it; else null.</summary>
    internal readonly byte* Network;

    /// <summary>Its answer, [N,blocks²]; and which squares each place shows, [N,2,squares].</summary>
    internal readonly int* BlockLabels;
    internal readonly int* Sources;

    /// <summary>Room for any number of blocks that may be drawn.</summary>
    internal PuzzleMixPieces(PuzzleMixOptions options, int n, int h, int w, ref DeviceWorkspace workspace)
    {
        int fewest = options.Blocks == 0 ? 2 : options.Blocks, most = options.Blocks == 0 ? LargestDrawn : options.Blocks;
        long nodes = 0, squares = 0;
        for (int blocks = fewest; blocks <= most; blocks *= 2)
        {
            if (h % blocks != 0 || w % blocks != 0)
            {
                if (blocks > fewest) break;
                Require.Fail(nameof(h), $"{h}×{w} pixels while PuzzleMix.Blocks asks for {blocks} blocks a side; height and width are multiples of it.");
            }

            var shape = new Cpu.PuzzleMixShape(h, w, 1, blocks, options);
            nodes = Math.Max(nodes, shape.Nodes);
            squares = Math.Max(squares, (long)shape.SquareRows * shape.SquareColumns);
        }

        Blocks = workspace.Take<double>(n * nodes);
        Squares = workspace.Take<double>(n * squares);
        Boundaries = workspace.Take<double>(8 * n * nodes);
        Unary = workspace.Take<int>(n * nodes * options.Labels);
        Vertical = workspace.Take<int>(n * nodes);
        Horizontal = workspace.Take<int>(n * nodes);
        long network = options.Mode == SolverMode.Quality ? GridCut.NetworkBytes(nodes, options.Labels) : 0;
        Network = network > SharedBytes ? workspace.Take<byte>(n * network) : null;
        BlockLabels = workspace.Take<int>(n * nodes);
        Sources = workspace.Take<int>(2 * n * squares);
    }
}
