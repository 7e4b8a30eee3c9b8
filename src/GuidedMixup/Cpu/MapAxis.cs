using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// One axis of a map's bilinear upsampling (half-pixel centres) from <c>from</c> nodes to <c>to</c> pixels, in exact integers: pixel o lies
/// between nodes i and i + 1 and gives the second the weight ((2o + 1)·from − to)/(2to) − i, none below node 0 or beyond the last.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct MapAxis
{
    private readonly long _from;
    private readonly long _to;

    // The first pixel at or beyond each node; a pixel before node 0 counts as on it.
    private readonly int* _starts;

    internal MapAxis(int from, int to, HostWorkspace workspace)
    {
        (_from, _to) = (from, to);
        _starts = workspace.Take<int>(from + 1);
        for (long i = 1; i < from; i++) _starts[i] = (int)Math.Clamp(Ceiling(2 * _to * i + _to - _from, 2 * _from), 0, _to);
        _starts[0] = 0;
        _starts[from] = to;
    }

    internal int Nodes => (int)_from;

    internal int Pixels => (int)_to;

    /// <summary>The summed weights that pixels start … end − 1 give to each node: [from].</summary>
    internal void Weights(int start, int end, double* weights)
    {
        double carried = 0;
        for (int i = 0; i < _from; i++)
        {
            long low = Math.Max(start, _starts[i]), count = Math.Min(end, _starts[i + 1]) - low;
            double second = count > 0 && i < _from - 1 ? Seconds(i, low, count) / (2.0 * _to) : 0;
            weights[i] = carried + Math.Max(count, 0) - second;
            carried = second;
        }
    }

    /// <summary>The second weights of the first and the last pixel of node i's cell; false where it has no pixel.</summary>
    internal bool Ends(int i, out double first, out double last)
    {
        first = last = 0;
        if (_starts[i] >= _starts[i + 1]) return false;
        if (i == _from - 1) return true;
        first = Second(i, _starts[i]);
        last = Second(i, _starts[i + 1] - 1);
        return true;
    }

    private double Second(int i, long pixel) => Math.Max((2 * pixel + 1) * _from - _to - 2 * _to * i, 0) / (2.0 * _to);

    /// <summary>2·to·(the second weights of <paramref name="count"/> pixels of cell i, summed): an arithmetic progression.</summary>
    private long Seconds(int i, long low, long count)
    {
        if (i == 0)
        {
            // Pixels before node 0 have none.
            long positive = Math.Max(low, Ceiling(_to - _from, 2 * _from));
            count -= positive - low;
            low = positive;
            if (count <= 0) return 0;
        }

        long smallest = (2 * low + 1) * _from - _to - 2 * _to * i;
        return count * smallest + _from * count * (count - 1);
    }

    private static long Ceiling(long a, long b) => a <= 0 ? -(-a / b) : (a + b - 1) / b;
}
