// Labels [N][h][w] for N grids of up to 32×32 nodes by α-β swap (GridCut.cuh), a warp and a block a grid. Shared memory 46,208 B (static).
#include "GridCut.cuh"

/// unary [N][h][w][labels], smooth [labels][labels], vertical [N][h-1][w], horizontal [N][h][w-1]; energies [N], or null.
extern "C" __global__ void __launch_bounds__(32) grid_cut(
    const int* unary, const int* smooth, const int* vertical, const int* horizontal, int h, int w, int labels, int maxWaves, int* x,
    long long* energies)
{
    __shared__ GridCutMemory memory;
    long long grid = blockIdx.x, nodes = h * w;
    int lane = (int)threadIdx.x;
    GridCutProblem problem = {unary + grid * nodes * labels, smooth, vertical + grid * (nodes - w), horizontal + grid * (nodes - h), h, w, labels};
    GridCutWarp warp(problem, memory, maxWaves);
    long long energy = warp.Solve();
    for (int y = 0; y < h; y++)
    {
        if (lane < w) x[grid * nodes + y * w + lane] = memory.label[y * GridCutMemory::Pitch + lane];
    }

    if (lane == 0 && energies) energies[grid] = energy;
}
