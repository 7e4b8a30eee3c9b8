using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>What is measured once for each image, whoever its partner: saliency shares and the colours along block boundaries.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixPieces
{
    private readonly PuzzleMixShape _shape;
    private readonly double* _blocks;
    private readonly double* _squares;
    private readonly float* _borders;

    internal PuzzleMixPieces(in PuzzleMixShape shape, int n, HostWorkspace workspace)
    {
        _shape = shape;
        _blocks = workspace.Take<double>((long)n * shape.Nodes);
        _squares = workspace.Take<double>((long)n * shape.Squares);
        _borders = workspace.Take<float>((long)n * shape.BorderLength);
    }

    /// <summary>The saliency shares of an image's blocks, [blocks²].</summary>
    internal double* Blocks(int image) => _blocks + (nint)image * _shape.Nodes;

    /// <summary>The saliency shares of an image's squares, [squares].</summary>
    internal double* Squares(int image) => _squares + (nint)image * _shape.Squares;

    /// <summary>See <see cref="PuzzleMixBorders"/>.</summary>
    internal float* Borders(int image) => _borders + (nint)image * _shape.BorderLength;
}
