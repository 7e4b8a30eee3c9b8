using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>How PuzzleMix cuts images up, and its constants, by value. Mirrors <c>struct PuzzlePlan</c> of kernels/PuzzleMix.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PuzzlePlan
{
    private readonly double _b;
    private readonly double _gamma;
    private readonly double _eta;
    private readonly double _transport;
    private readonly int _blocks;
    private readonly int _labels;
    private readonly int _blockH;
    private readonly int _blockW;
    private readonly int _cellH;
    private readonly int _cellW;
    private readonly int _squareH;
    private readonly int _squareW;
    private readonly int _squareRows;
    private readonly int _squareColumns;
    private readonly int _isMoved;
    private readonly int _isExact;

    internal PuzzlePlan(in Cpu.PuzzleMixShape shape, PuzzleMixOptions options)
    {
        _b = options.Beta / (16 * shape.Blocks);
        (_gamma, _eta, _transport) = (options.Gamma, options.Eta, options.TransportCost);
        (_blocks, _labels) = (shape.Blocks, options.Labels);
        (_blockH, _blockW) = (shape.BlockH, shape.BlockW);
        (_cellH, _cellW) = (shape.CellH, shape.CellW);
        (_squareH, _squareW) = (shape.SquareH, shape.SquareW);
        (_squareRows, _squareColumns) = (shape.SquareRows, shape.SquareColumns);
        _isMoved = options.TransportSize != 0 ? 1 : 0;
        _isExact = options.Mode == SolverMode.Quality ? 1 : 0;
    }
}
