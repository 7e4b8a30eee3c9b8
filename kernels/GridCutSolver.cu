// Labels [N][h][w] for N grids of up to 32×32 nodes as well as we can (GridCutSolver.cuh). A block a grid; a block takes one grid after another
// where there are more of them. Shared memory 46,212 B (static).
#include "GridCutSolver.cuh"

namespace
{
const int Threads = 256;
}

/// unary [N][h][w][labels], smooth [labels][labels], vertical [N][h-1][w], horizontal [N][h][w-1]; energies [N], or null. workspace: slotBytes a
/// block.
extern "C" __global__ void __launch_bounds__(Threads) grid_cut_solver(
    const int* unary, const int* smooth, const int* vertical, const int* horizontal, int n, int h, int w, int labels, int maxWaves, int maxStates,
    int* x, long long* energies, void* workspace, long long slotBytes)
{
    __shared__ GridCutSolverMemory memory;
    long long nodes = h * w;
#pragma unroll 1
    for (long long grid = blockIdx.x; grid < n; grid += gridDim.x)
    {
        GridCutProblem problem = {unary + grid * nodes * labels, smooth, vertical + grid * (nodes - w), horizontal + grid * (nodes - h), h, w, labels};
        GridCutSolver solver = {problem, memory, Threads, maxWaves, maxStates};
        long long energy = solver.Solve(x + grid * nodes, (unsigned char*)workspace + blockIdx.x * slotBytes);
        if (threadIdx.x == 0 && energies) energies[grid] = energy;
    }
}
