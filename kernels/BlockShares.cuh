// Each part's share of a map's sum.
#ifndef GUIDEDMIXUP_BLOCKSHARES_CUH
#define GUIDEDMIXUP_BLOCKSHARES_CUH

#include "Pixels.cuh"

template <int Parts>
struct BlockSharesMemory
{
    static const int Lines = 1024;
    double sums[Parts];
    double lines[Lines];
    double total;
    int isBad;
};

/// Shares [rows][columns] of a map in parts of h×w, and whether it is a map; by all threads, ends with a barrier. As Cpu/BlockShares.cs: in
/// double, the pixels of a part's row from the left, the rows from the top, the parts in order. A map with NaN, ±Inf or a negative value, or
/// whose sum is 0 or overflows, gives the same share to all.
template <int Threads, int Type, int Parts>
__device__ __forceinline__ bool BlockShares(
    const Images& maps, long long start, int rows, int columns, int h, int w, double* shares, BlockSharesMemory<Parts>& memory)
{
    const int Lines = BlockSharesMemory<Parts>::Lines;
    int t = (int)threadIdx.x, parts = rows * columns, height = rows * h, chunk = Lines / columns;
    bool isBad = false;
    if (t == 0) memory.isBad = 0;
    for (int k = t; k < parts; k += Threads) memory.sums[k] = 0;
    for (int first = 0; first < height; first += chunk)
    {
        int count = height - first < chunk ? height - first : chunk;
        for (int k = t; k < count * columns; k += Threads)
        {
            int y = k / columns, x = (k - y * columns) * w;
            long long at = start + (first + y) * maps.strideH + x * maps.strideW;
            double line = 0;
            for (int i = 0; i < w; i++, at += maps.strideW)
            {
                float v = LoadPixel<Type>(maps.data, at);
                line += v;
                // True for NaN.
                isBad |= !(v >= 0.0f);
            }

            memory.lines[k] = line;
        }

        __syncthreads();
        int above = first / h, below = (first + count - 1) / h;
        for (int k = t; k < (below - above + 1) * columns; k += Threads)
        {
            int row = above + k / columns, column = k % columns, y = row * h, end = y + h;
            if (y < first) y = first;
            if (end > first + count) end = first + count;
            double sum = memory.sums[row * columns + column];
            for (; y < end; y++) sum += memory.lines[(y - first) * columns + column];
            memory.sums[row * columns + column] = sum;
        }

        __syncthreads();
    }

    if (isBad) atomicOr(&memory.isBad, 1);
    if (t == 0)
    {
        double total = 0;
        for (int k = 0; k < parts; k++) total += memory.sums[k];
        memory.total = total;
    }

    __syncthreads();
    double total = memory.total;
    bool isValid = memory.isBad == 0 && total > 0 && total < (double)__int_as_float(0x7F800000);
    for (int k = t; k < parts; k += Threads) shares[k] = isValid ? memory.sums[k] / total : 1.0 / parts;
    __syncthreads();
    return isValid;
}

#endif
