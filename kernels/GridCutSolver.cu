// Labels [N][h][w] for N grids of up to 32×32 nodes as well as we can, as src/GuidedMixup/Cpu/GridCutSolver.cs: by one cut where V is convex
// (Ishikawa.cuh), else what dead-end elimination leaves by dynamic programming (BrokenProfile.cuh), else, and beyond the caps, by α-β swap. A
// block a grid; a block takes one grid after another where there are more of them. Shared memory 46,208 B (static).
#include "BrokenProfile.cuh"
#include "Ishikawa.cuh"

namespace
{
const int Threads = 256;

union Memory
{
    GridCutMemory cut;
    DeadEndMemory labels;
};
}

/// unary [N][h][w][labels], smooth [labels][labels], vertical [N][h-1][w], horizontal [N][h][w-1]; energies [N], or null. workspace: slotBytes a
/// block, for either exact solver; the host counts them from the states, at most maxStates.
extern "C" __global__ void __launch_bounds__(Threads) grid_cut_solver(
    const int* unary, const int* smooth, const int* vertical, const int* horizontal, int n, int h, int w, int labels, int maxWaves, int maxStates,
    int* x, long long* energies, void* workspace, long long slotBytes)
{
    __shared__ Memory memory;
    __shared__ int isSolved;
    long long nodes = h * w;
    int t = (int)threadIdx.x;
    void* slot = (unsigned char*)workspace + blockIdx.x * slotBytes;
#pragma unroll 1
    for (long long grid = blockIdx.x; grid < n; grid += gridDim.x)
    {
        GridCutProblem problem = {unary + grid * nodes * labels, smooth, vertical + grid * (nodes - w), horizontal + grid * (nodes - h), h, w, labels};
        GridCutEdges edges(problem);
        int* own = x + grid * nodes;
        long long energy = 0;
        __syncthreads();
        if (t == 0) isSolved = 0;
        __syncthreads();
        if (labels <= IshikawaWarp::MaxLabels && IshikawaWarp::Takes(problem))
        {
            if (t < 32 && IshikawaWarp(edges, slot).Solve(own, maxWaves))
            {
                energy = edges.Energy(own);
                if (t == 0) isSolved = 1;
            }
        }
        else
        {
            DeadEndElimination elimination(edges, memory.labels, Threads);
            elimination.Run();
            BrokenProfile profile(elimination, slot, maxStates, Threads);
            if (profile.Fits())
            {
                energy = profile.Solve(own);
                if (t == 0) isSolved = 1;
            }
        }

        __syncthreads();
        if (t < 32 && !isSolved)
        {
            GridCutWarp warp(problem, memory.cut, maxWaves);
            energy = warp.Solve();
#pragma unroll 1
            for (int y = 0; y < h; y++)
            {
                if (t < w) own[y * w + t] = memory.cut.label[y * GridCutMemory::Pitch + t];
            }
        }

        if (t == 0 && energies) energies[grid] = energy;
    }
}
