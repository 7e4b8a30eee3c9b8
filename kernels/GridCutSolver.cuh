// A labelling problem as well as we can, as src/GuidedMixup/Cpu/GridCutSolver.cs: by one cut where V is convex (Ishikawa.cuh), else what dead-end
// elimination leaves by dynamic programming (BrokenProfile.cuh), else, and beyond the caps, by α-β swap. A block.
#ifndef GUIDEDMIXUP_GRIDCUTSOLVER_CUH
#define GUIDEDMIXUP_GRIDCUTSOLVER_CUH

#include "BrokenProfile.cuh"
#include "Ishikawa.cuh"

/// Shared memory.
struct GridCutSolverMemory
{
    union
    {
        GridCutMemory cut;
        DeadEndMemory labels;
    };

    int isSolved;
};

struct GridCutSolver
{
    const GridCutProblem& problem;
    GridCutSolverMemory& memory;
    int threads, maxWaves, maxStates;

    /// Writes the labelling x [h][w] and returns its energy, valid in thread 0. All threads; ends with a barrier. slot: global memory for either
    /// exact solver, 8-byte aligned; the host counts it from the states, at most maxStates.
    __device__ __forceinline__ long long Solve(int* x, void* slot)
    {
        GridCutEdges edges(problem);
        int t = (int)threadIdx.x, w = problem.w;
        long long energy = 0;
        if (t == 0) memory.isSolved = 0;
        __syncthreads();
        if (problem.labels <= IshikawaWarp::MaxLabels && IshikawaWarp::Takes(problem))
        {
            if (t < 32 && IshikawaWarp(edges, slot).Solve(x, maxWaves))
            {
                energy = edges.Energy(x);
                if (t == 0) memory.isSolved = 1;
            }
        }
        else
        {
            DeadEndElimination elimination(edges, memory.labels, threads);
            elimination.Run();
            BrokenProfile profile(elimination, slot, maxStates, threads);
            if (profile.Fits())
            {
                energy = profile.Solve(x);
                if (t == 0) memory.isSolved = 1;
            }
        }

        __syncthreads();
        if (t < 32 && !memory.isSolved)
        {
            energy = GridCutWarp(problem, memory.cut, maxWaves).Solve();
#pragma unroll 1
            for (int s = t; s < problem.h * w; s += 32) x[s] = memory.cut.label[s / w * GridCutMemory::Pitch + s % w];
        }

        __syncthreads();
        return energy;
    }
};

#endif
