using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The mean colours of the cells along block boundaries, on the scale 0 to 1.</summary>
/// <remarks>
/// Four pieces: above each boundary between block rows [b−1, cell columns, C], below it, left of each boundary between block columns
/// [b−1, cell rows, C], right of it. A cell's pixels are summed in double, row by row, times std over their number, rounded to float32.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixBorders
{
    private readonly PuzzleMixShape _shape;
    private readonly ImageBatch _images;
    private readonly double* _weights;

    /// <param name="shape">The cuts.</param>
    /// <param name="images">The batch.</param>
    /// <param name="options">What pixels were normalised by.</param>
    /// <param name="workspace">Holds a weight a channel.</param>
    internal PuzzleMixBorders(in PuzzleMixShape shape, in ImageBatch images, PuzzleMixOptions options, HostWorkspace workspace)
    {
        (_shape, _images) = (shape, images);
        _weights = workspace.Take<double>(images.C);
        System.ReadOnlySpan<float> std = options.PixelStd.Span;
        for (int c = 0; c < images.C; c++)
        {
            double scale = images.Type == ElementType.UInt8 ? 1.0 / 255 : std.IsEmpty ? 1 : std[std.Length == 1 ? 0 : c];
            _weights[c] = scale / (shape.CellH * shape.CellW);
        }
    }

    /// <summary>Floats from the first boundary between block rows to the cells below it; likewise for columns.</summary>
    internal static int RowPiece(in PuzzleMixShape shape) => (shape.Blocks - 1) * shape.CellColumns * shape.C;

    internal static int ColumnPiece(in PuzzleMixShape shape) => (shape.Blocks - 1) * shape.CellRows * shape.C;

    /// <summary>Writes the means of image <paramref name="n"/>.</summary>
    internal void Measure(int n, float* borders)
    {
        switch (_images.Type)
        {
            case ElementType.Float32: Measure<Float32>(n, borders); break;
            case ElementType.Float16: Measure<Float16>(n, borders); break;
            case ElementType.BFloat16: Measure<BFloat16>(n, borders); break;
            default: Measure<UInt8>(n, borders); break;
        }
    }

    private void Measure<TElement>(int n, float* borders)
        where TElement : struct, IElement
    {
        int c = _shape.C;
        int cellsY = _shape.BlockH / _shape.CellH, cellsX = _shape.BlockW / _shape.CellW;
        float* above = borders, below = above + RowPiece(_shape), left = below + RowPiece(_shape), right = left + ColumnPiece(_shape);
        for (int edge = 1; edge < _shape.Blocks; edge++)
        {
            for (int x = 0; x < _shape.CellColumns; x++, above += c, below += c)
            {
                Cell<TElement>(n, edge * cellsY - 1, x, above);
                Cell<TElement>(n, edge * cellsY, x, below);
            }

            for (int y = 0; y < _shape.CellRows; y++, left += c, right += c)
            {
                Cell<TElement>(n, y, edge * cellsX - 1, left);
                Cell<TElement>(n, y, edge * cellsX, right);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Cell<TElement>(int n, int cellY, int cellX, float* means)
        where TElement : struct, IElement
    {
        nint step = _images.StrideW;
        for (int c = 0; c < _shape.C; c++)
        {
            byte* first = _images.Row(n, c, cellY * _shape.CellH) + cellX * _shape.CellW * step;
            double sum = 0;
            for (int y = 0; y < _shape.CellH; y++, first += _images.StrideH)
            {
                byte* at = first;
                for (int x = 0; x < _shape.CellW; x++, at += step) sum += TElement.LoadOne(at);
            }

            means[c] = (float)(sum * _weights[c]);
        }
    }
}
