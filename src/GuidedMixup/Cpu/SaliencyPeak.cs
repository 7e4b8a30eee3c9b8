using System;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cpu;

/// <summary>Where a map is largest on average over 8×8 pixels, at steps of one; the first of equals in row-major order.</summary>
internal static unsafe class SaliencyPeak
{
    /// <summary>Pixels of a window on a side; all of a smaller map.</summary>
    private const int Window = 8;

    /// <summary>The window's upper left corner. Sums in double: columns of each row from the left, then rows from the top. NaN is passed over.</summary>
    /// <param name="map">[h,w], compact.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="sums">Scratch, [h,w].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Y, int X) Find(float* map, int h, int w, double* sums)
    {
        int high = Math.Min(Window, h), wide = Math.Min(Window, w), columns = w - wide + 1;
        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double sum = 0;
                for (int i = 0; i < wide; i++) sum += map[y * w + x + i];
                sums[y * columns + x] = sum;
            }
        }

        double best = double.NegativeInfinity;
        int at = 0;
        for (int y = 0; y <= h - high; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double sum = 0;
                for (int i = 0; i < high; i++) sum += sums[(y + i) * columns + x];
                if (!(sum > best)) continue;
                best = sum;
                at = y * columns + x;
            }
        }

        return (at / columns, at % columns);
    }
}
