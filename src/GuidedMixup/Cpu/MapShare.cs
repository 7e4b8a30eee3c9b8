using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// How much of a map lies in a box: Σ_box m / Σ m, where m is the map of h·w nodes upsampled to H × W, less its minimum there. The sums are
/// separable (rowᵀ·M·column). Between neighbouring nodes m is linear along each axis, so that a cell's smallest pixel is one of its
/// four outermost, and the minimum over all H·W pixels is found among at most 4·h·w. (It is no minimum over the nodes: pixel centres
/// rarely meet one.)
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct MapShare
{
    /// <summary>Below this part of the nodes' total, what is left above the minimum is rounding.</summary>
    private const double Negligible = 1e-12;

    private readonly MapAxis _rows;
    private readonly MapAxis _columns;

    internal MapShare(int fromH, int fromW, int h, int w, HostWorkspace workspace)
    {
        _rows = new MapAxis(fromH, h, workspace);
        _columns = new MapAxis(fromW, w, workspace);
    }

    /// <summary>Doubles of scratch that the calls below take.</summary>
    internal int ScratchLength => _rows.Nodes + _columns.Nodes;

    /// <summary>
    /// Takes the smallest node away, in place (a flat map is exactly 0 then, and a large common part costs no digits), and finds the minimum
    /// and the total over all pixels above it; a total of NaN where the map is flat or not finite.
    /// </summary>
    internal (double Minimum, double Total) Settle(double* map, double* scratch)
    {
        int nodes = _rows.Nodes * _columns.Nodes;
        double smallest = map[0];
        for (int i = 1; i < nodes; i++) smallest = Math.Min(smallest, map[i]);
        for (int i = 0; i < nodes; i++) map[i] -= smallest;
        double all = Sum(map, new MixBox(0, 0, _rows.Pixels, _columns.Pixels), scratch);
        if (!double.IsFinite(all)) return (0, double.NaN);
        double minimum = Minimum(map), total = all - minimum * _rows.Pixels * _columns.Pixels;
        return (minimum, total > Negligible * all ? total : double.NaN);
    }

    /// <summary>The share of a box in a settled map, 0 to 1; NaN where its total is.</summary>
    internal double Of(double* map, double minimum, double total, in MixBox box, double* scratch) =>
        Math.Clamp((Sum(map, box, scratch) - minimum * box.Area) / total, 0, 1);

    private double Sum(double* map, in MixBox box, double* scratch)
    {
        double* rows = scratch, columns = scratch + _rows.Nodes;
        _rows.Weights(box.Top, box.Bottom, rows);
        _columns.Weights(box.Left, box.Right, columns);
        double sum = 0;
        for (int y = 0; y < _rows.Nodes; y++)
        {
            double row = 0;
            for (int x = 0; x < _columns.Nodes; x++) row = Math.FusedMultiplyAdd(map[y * _columns.Nodes + x], columns[x], row);
            sum = Math.FusedMultiplyAdd(row, rows[y], sum);
        }

        return sum;
    }

    private double Minimum(double* map)
    {
        double minimum = double.PositiveInfinity;
        for (int y = 0; y < _rows.Nodes; y++)
        {
            if (!_rows.Ends(y, out double up, out double down)) continue;
            double* row = map + y * _columns.Nodes, below = y + 1 < _rows.Nodes ? row + _columns.Nodes : row;
            for (int x = 0; x < _columns.Nodes; x++)
            {
                if (!_columns.Ends(x, out double left, out double right)) continue;
                int next = x + 1 < _columns.Nodes ? x + 1 : x;
                double a = row[x], b = row[next], c = below[x], d = below[next];
                minimum = Math.Min(minimum, Math.Min(Between(a, b, c, d, up, left), Between(a, b, c, d, up, right)));
                minimum = Math.Min(minimum, Math.Min(Between(a, b, c, d, down, left), Between(a, b, c, d, down, right)));
            }
        }

        return minimum;
    }

    private static double Between(double a, double b, double c, double d, double y, double x)
    {
        double above = (1 - x) * a + x * b, under = (1 - x) * c + x * d;
        return (1 - y) * above + y * under;
    }
}
