// What PuzzleMix's costs are made of. Grid (N, 1 + blocks for the boundaries) of 256 threads; all in double, in the CPU's order, so that the integers come out equal.
//
// y = 0: the share of each block and of each square in the image's saliency: rows of a block are summed by a thread each, then added from the
// top. A map with NaN, ±Inf or a negative value, or whose sum is 0 or overflows, is flagged and gives the same share to all.
// y > 0: for each boundary of two blocks the mean colour differences p00, p01, p10, p11 across it, a side being the image (1) or its partner
// (0), a warp a boundary where there are few, a thread where there are many: first those below each block [nodes - blocks], then from `nodes` on
// those to its right.
// Shared memory 41,000 B (static).
#include "BlockShares.cuh"
#include "PuzzleMix.cuh"

namespace
{
const int Threads = 256;
const int MostSquares = 4096;

using Memory = BlockSharesMemory<MostSquares>;

template <int Type>
__device__ __forceinline__ void Shares(const Images& maps, const PuzzlePlan& plan, long long image, double* blocks, double* squares, int* flags, Memory& memory)
{
    long long start = image * maps.strideN;
    bool isValid = BlockShares<Threads, Type>(maps, start, plan.blocks, plan.blocks, plan.blockH, plan.blockW, blocks + image * plan.Nodes(), memory);
    if (squares != blocks)
    {
        isValid &= BlockShares<Threads, Type>(
            maps, start, plan.squareRows, plan.squareColumns, plan.squareH, plan.squareW, squares + image * plan.Squares(), memory);
    }

    if (!isValid && threadIdx.x == 0) atomicOr(flags + image, DegenerateMap);
}

/// The mean of a cell.
template <int Type>
__device__ __forceinline__ double Cell(const Images& x, long long at, const PuzzlePlan& plan, double weight)
{
    double sum = 0;
    for (int i = 0; i < plan.cellH; i++, at += x.strideH)
    {
        long long from = at;
        for (int k = 0; k < plan.cellW; k++, from += x.strideW) sum += LoadPixel<Type>(x.data, from);
    }

    return (float)(sum * weight);
}

__device__ __forceinline__ double Difference(double a, double b) { return a - b < 0 ? b - a : a - b; }

/// The boundary below a block or to its right, by `lanes` neighbouring threads of a warp, or none of them (isThere false): each takes every lanes-th of its
/// cells' channels, and the differences are added in their order, p00 … p11 by the first threads. `items` is the most any boundary has; pieces are the group's.
template <int Type>
__device__ __forceinline__ void Boundary(
    const Images& x, const PuzzlePlan& plan, const Channels& deviation, long long image, long long partner, int block, bool isBelow, bool isThere,
    int lane, int lanes, int items, double* pieces, double* target)
{
    int row = block / plan.blocks, column = block - row * plan.blocks;
    int count = (isBelow ? plan.blockW / plan.cellW : plan.blockH / plan.cellH) * x.c;
    // The first cell before the boundary, the way to its fellow beyond it, and to the next along it.
    long long start = isBelow
        ? ((row + 1) * plan.blockH - plan.cellH) * x.strideH + column * plan.blockW * x.strideW
        : row * plan.blockH * x.strideH + ((column + 1) * plan.blockW - plan.cellW) * x.strideW;
    long long across = isBelow ? plan.cellH * x.strideH : plan.cellW * x.strideW, along = isBelow ? plan.cellW * x.strideW : plan.cellH * x.strideH;
    double p[4] = {0, 0, 0, 0};
    for (int first = 0; first < items; first += lanes)
    {
        int item = first + lane;
        if (isThere && item < count)
        {
            int cell = item / x.c, c = item - cell * x.c;
            double scale = Type == UInt8 ? 1.0 / 255 : (double)deviation.scale[c % 64], weight = scale / (plan.cellH * plan.cellW);
            long long at = start + cell * along + c * x.strideC, own = image * x.strideN + at, paired = partner * x.strideN + at;
            double one = Cell<Type>(x, own, plan, weight), two = Cell<Type>(x, own + across, plan, weight);
            double other = Cell<Type>(x, paired, plan, weight), otherTwo = Cell<Type>(x, paired + across, plan, weight);
            pieces[4 * lane] = Difference(other, otherTwo);
            pieces[4 * lane + 1] = Difference(other, two);
            pieces[4 * lane + 2] = Difference(one, otherTwo);
            pieces[4 * lane + 3] = Difference(one, two);
        }

        __syncwarp();
        int some = !isThere ? 0 : count - first < lanes ? count - first : lanes;
        for (int i = 0; i < some; i++)
        {
#pragma unroll
            for (int q = 0; q < 4; q++)
            {
                if ((q & (lanes - 1)) == lane) p[q] += pieces[4 * i + q];
            }
        }

        __syncwarp();
    }

    double weight = plan.b * plan.gamma;
#pragma unroll
    for (int q = 0; q < 4; q++)
    {
        if (isThere && (q & (lanes - 1)) == lane) target[q] = weight * (p[q] / count);
    }
}

/// All boundaries of an image, by the blocks from blockIdx.y = 1 on: as many threads a boundary, up to a warp, as there are for it.
template <int Type>
__device__ __forceinline__ void Boundaries(
    const Images& x, const PuzzlePlan& plan, const Channels& deviation, long long image, long long partner, double* boundaries, double* pieces)
{
    int nodes = plan.Nodes(), threads = ((int)gridDim.y - 1) * Threads, lanes = 32;
    while (lanes > 1 && 2 * nodes * lanes > threads) lanes /= 2;
    int lane = (int)threadIdx.x % lanes, group = (((int)blockIdx.y - 1) * Threads + (int)threadIdx.x) / lanes;
    int wide = plan.blockW / plan.cellW, high = plan.blockH / plan.cellH, items = (wide > high ? wide : high) * x.c;
    for (int first = 0; first < 2 * nodes; first += threads / lanes)
    {
        int k = first + group;
        bool isBelow = k < nodes;
        int block = isBelow ? k : k - nodes;
        bool isThere = k < 2 * nodes && (isBelow ? block < nodes - plan.blocks : block % plan.blocks != plan.blocks - 1);
        Boundary<Type>(
            x, plan, deviation, image, partner, block, isBelow, isThere, lane, lanes, items, pieces + 4 * ((int)threadIdx.x - lane),
            boundaries + (image * 2 * nodes + k) * 4);
    }
}
}

/// maps [N][1][H][W]; blocks [N][nodes]; squares [N][squares], or the same pointer where squares are blocks; boundaries [N][2][nodes][4].
extern "C" __global__ void __launch_bounds__(Threads) puzzle_mix_measure(
    Images maps, Images x, const int* partners, PuzzlePlan plan, Channels deviation, double* blocks, double* squares, double* boundaries, int* flags)
{
    __shared__ Memory memory;
    long long image = blockIdx.x;
    if (blockIdx.y == 0)
    {
        switch (maps.type)
        {
            case Float32: Shares<Float32>(maps, plan, image, blocks, squares, flags, memory); break;
            case Float16: Shares<Float16>(maps, plan, image, blocks, squares, flags, memory); break;
            default: Shares<BFloat16>(maps, plan, image, blocks, squares, flags, memory); break;
        }

        return;
    }

    long long partner = partners[image];
    if (partner == image) return;
    switch (x.type)
    {
        case Float32: Boundaries<Float32>(x, plan, deviation, image, partner, boundaries, memory.sums); break;
        case Float16: Boundaries<Float16>(x, plan, deviation, image, partner, boundaries, memory.sums); break;
        case BFloat16: Boundaries<BFloat16>(x, plan, deviation, image, partner, boundaries, memory.sums); break;
        default: Boundaries<UInt8>(x, plan, deviation, image, partner, boundaries, memory.sums); break;
    }
}
