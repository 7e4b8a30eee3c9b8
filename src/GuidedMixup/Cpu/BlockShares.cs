using System.Runtime.CompilerServices;

namespace GuidedMixup.Cpu;

/// <summary>Each block's share of a map's sum.</summary>
/// <remarks>
/// In double: the pixels of a block's row are summed from the left, the rows from the top, the blocks in order. A map with NaN, ±Inf or
/// a negative value, or whose sum is 0 or overflows, gives the same share to all.
/// </remarks>
internal static unsafe class BlockShares
{
    /// <summary>Shares [rows,columns] of a compact map of rows·<paramref name="h"/> by columns·<paramref name="w"/> pixels; false for the uniform one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Measure(float* map, int rows, int columns, int h, int w, double* shares)
    {
        double total = 0;
        bool isValid = true;
        for (int block = 0; block < rows * columns; block++)
        {
            double sum = 0;
            for (int y = 0; y < h; y++)
            {
                float* row = map + ((nint)(block / columns * h + y) * columns + block % columns) * w;
                double line = 0;
                for (int x = 0; x < w; x++)
                {
                    line += row[x];
                    isValid &= row[x] >= 0;
                }

                sum += line;
            }

            shares[block] = sum;
            total += sum;
        }

        isValid &= total > 0 && double.IsFinite(total);
        for (int block = 0; block < rows * columns; block++) shares[block] = isValid ? shares[block] / total : 1.0 / (rows * columns);
        return isValid;
    }
}
