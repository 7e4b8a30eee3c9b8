using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Which square of an image is moved to which visible place: deferred acceptance (Gale and Shapley, 1962).</summary>
/// <remarks>
/// A square i at the place j costs t·C_ij − g_i, C the squared distance with each side of the image as 1, g_i the square's share of the
/// saliency. Squares propose to visible places while that is below 0, the nearest first; a place keeps the proposal of least cost. Ties go to
/// the first in order, so the result is the same whoever proposes first. A place that nobody wants keeps its own square. As Σg = 1, a map's
/// proposals are bounded by about 4 squares' worth for t = 0.8; never more than all pairs.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixTransport
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly double _weight;

    // Steps (dy, dx) from the nearest to the farthest, rows first among equals, so that a square meets its places in the order of their index.
    private readonly int* _steps;
    private readonly double* _distances;
    private readonly int _count;

    internal PuzzleMixTransport(in PuzzleMixShape shape, PuzzleMixOptions options, HostWorkspace workspace)
    {
        (_rows, _columns, _weight) = (shape.SquareRows, shape.SquareColumns, options.TransportCost);
        int height = 2 * _rows - 1, width = 2 * _columns - 1;
        _count = height * width;
        _steps = workspace.Take<int>(2L * _count);
        _distances = workspace.Take<double>(_count);
        long* keys = workspace.Take<long>(_count);
        long scaleY = Math.Max(_columns - 1, 1), scaleX = Math.Max(_rows - 1, 1);
        for (int i = 0; i < _count; i++)
        {
            long dy = (i / width - _rows + 1) * scaleY, dx = (i % width - _columns + 1) * scaleX;
            keys[i] = (dy * dy + dx * dx) * _count + i;
        }

        new Span<long>(keys, _count).Sort();
        double unit = (double)(scaleY * scaleX) * (scaleY * scaleX);
        for (int k = 0; k < _count; k++)
        {
            (long distance, long i) = Math.DivRem(keys[k], _count);
            _distances[k] = distance / unit;
            _steps[2 * k] = (int)(i / width) - _rows + 1;
            _steps[2 * k + 1] = (int)(i % width) - _columns + 1;
        }
    }

    /// <summary>Ints of scratch for one call.</summary>
    internal int ScratchLength => _rows * _columns;

    /// <summary>
    /// Writes for each place the square that comes there, −1 where it is not visible.
    /// </summary>
    /// <param name="share">g, [squares].</param>
    /// <param name="visible">1 for a place where the image is seen, else 0; [squares].</param>
    /// <param name="sources">Receives [squares].</param>
    /// <param name="costs">Scratch, [squares].</param>
    /// <param name="next">Scratch, [squares].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Match(double* share, byte* visible, int* sources, double* costs, int* next)
    {
        int squares = _rows * _columns;
        for (int j = 0; j < squares; j++)
        {
            sources[j] = -1;
            next[j] = 0;
        }

        for (int first = 0; first < squares; first++)
        {
            for (int i = first; i >= 0;) i = Propose(i, share, visible, sources, costs, next);
        }

        for (int j = 0; j < squares; j++)
        {
            if (sources[j] < 0 && visible[j] != 0) sources[j] = j;
        }
    }

    /// <summary>Lets square <paramref name="i"/> propose until it is taken or gives up; returns the square it has put out, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Propose(int i, double* share, byte* visible, int* sources, double* costs, int* next)
    {
        int y = i / _columns, x = i % _columns;
        for (int k = next[i]; k < _count; k++)
        {
            double cost = _weight * _distances[k] - share[i];
            if (!(cost < 0)) break;
            int toY = y + _steps[2 * k], toX = x + _steps[2 * k + 1];
            if ((uint)toY >= (uint)_rows || (uint)toX >= (uint)_columns) continue;
            int j = toY * _columns + toX, holder = sources[j];
            if (visible[j] == 0) continue;
            if (holder >= 0 && (costs[j] < cost || (costs[j] == cost && holder < i))) continue;
            sources[j] = i;
            costs[j] = cost;
            next[i] = k + 1;
            return holder;
        }

        next[i] = _count;
        return -1;
    }
}
