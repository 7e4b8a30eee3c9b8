// The layout of each part, as src/GuidedMixup/Cpu/CoMixupSolver.cs: a block of 512 threads a part and start.
//
// For each iteration, for each output in order, the output's blocks are labelled anew by α-β swap while the others stay: up to 32 nodes by
// SmallCut.cuh, where the block's 16 warps cut ahead of each other; larger grids by GridCut.cuh, one warp. Dynamic shared memory is the
// cut's: 46,208 B for larger grids; for smaller ones what SmallCutMemory says, 2,080 B for 4×4 nodes and 23 labels. Static: 2,040 B.
#include "CoMixup.cuh"
#include "GridCut.cuh"
#include "SmallCut.cuh"

namespace
{
static_assert(CoMixupThreads == SmallCut<CoMixupCut>::Threads, "the block cuts");

struct Memory
{
    CoMixupSubproblem sub;
    long long energy;
};

/// Labels an output of a part of up to 32 nodes anew; in every thread the energy.
__device__ __forceinline__ long long CutSmall(CoMixupPart& part, const CoMixupCut& cut, int j, int* shared)
{
    SmallCut<CoMixupCut> swap(cut, shared);
    long long energy = swap.Solve();
    __syncthreads();
    int *first = swap.memory.label, *second = reinterpret_cast<int*>(swap.memory.neighbours);
    if (part.thread < part.nodes)
    {
        int label = first[part.thread];
        first[part.thread] = cut.First(label);
        second[part.thread] = cut.Second(label);
    }

    __syncthreads();
    part.Replace(j, first, second);
    return energy;
}

/// The same for up to 32×32 nodes.
__device__ __forceinline__ long long CutGrid(
    CoMixupPart& part, const CoMixupCut& cut, int j, int* unary, int* smooth, int* edges, GridCutMemory& shared, long long& energy)
{
#pragma unroll 1
    for (int i = part.thread; i < part.nodes * cut.labels; i += CoMixupThreads) unary[i] = cut.Unary(i % cut.labels, i / cut.labels);
#pragma unroll 1
    for (int i = part.thread; i < cut.labels * cut.labels; i += CoMixupThreads) smooth[i] = cut.Smooth(i / cut.labels, i % cut.labels);
#pragma unroll 1
    for (int i = part.thread; i < part.nodes; i += CoMixupThreads) edges[i] = cut.edge;
    __syncthreads();
    if (part.thread < 32)
    {
        GridCutProblem problem = {unary, smooth, edges, edges, cut.h, cut.w, cut.labels};
        long long found = GridCutWarp(problem, shared).Solve();
        if (part.thread == 0) energy = found;
    }

    __syncthreads();
    // The network is done with; the labels lie behind it.
    int *first = reinterpret_cast<int*>(&shared), *second = first + GridCutMemory::Nodes;
#pragma unroll 1
    for (int s = part.thread; s < part.nodes; s += CoMixupThreads)
    {
        int label = shared.label[s / cut.w * GridCutMemory::Pitch + s % cut.w];
        first[s] = cut.First(label);
        second[s] = cut.Second(label);
    }

    __syncthreads();
    part.Replace(j, first, second);
    return energy;
}

__device__ __forceinline__ void Solve(
    const CoMixupPlan& plan, const CoMixupBuffers& buffers, CoMixupPart& part, long long index, long long* energies, Memory& memory, int* shared)
{
    int labels = plan.inputs + CoMixupSubproblem::MaxPairs, nodes = part.nodes;
    double previous = 0;
#pragma unroll 1
    for (int iteration = 0;; iteration++)
    {
        double objective = part.Objective(), change = objective - previous;
        bool isSettled = iteration > 0 && (change < 0 ? -change : change) < 1e-6 * (objective < 0 ? -objective : objective);
        if (isSettled || iteration == plan.iterations) return;
        previous = objective;
#pragma unroll 1
        for (int j = 0; j < part.outputs; j++)
        {
            memory.sub.Form(part, j, iteration > 0);
            CoMixupCut cut(part, memory.sub, j);
            long long energy = nodes <= SmallCutMemory::MaxNodes
                ? CutSmall(part, cut, j, shared)
                : CutGrid(
                    part, cut, j, buffers.unary + index * nodes * labels, buffers.smooth + index * labels * labels, buffers.edges + index * nodes,
                    *reinterpret_cast<GridCutMemory*>(shared), memory.energy);
            if (part.thread == 0 && energies) energies[iteration * part.outputs + j] = energy;
        }

        if (iteration == plan.iterations - 2) part.Resolve();
    }
}
}

/// Grid (parts, starts). Of one part: energies [iterations][outputs] or null, spared cuts at the lowest integer; layout z [outputs][nodes][inputs]
/// or null.
extern "C" __global__ void __launch_bounds__(CoMixupThreads) co_mixup_solve(
    CoMixupPlan plan, CoMixupBuffers buffers, long long* energies, float* layout)
{
    DYNAMIC_SHARED(int, shared);
    __shared__ Memory memory;
    long long index = blockIdx.x, slot = blockIdx.y * gridDim.x + index;
    CoMixupPart part(plan, buffers, (int)index, slot);
    if (part.n == 0) return;
    // Those of the first start.
    if (blockIdx.y > 0) energies = nullptr;
#pragma unroll 1
    for (int i = part.thread; i < plan.iterations * part.outputs && energies; i += CoMixupThreads) energies[i] = (long long)(1ull << 63);
    part.Costs(buffers.saliency + index * plan.inputs * part.nodes, buffers.alpha + index * plan.inputs, memory.sub.offset);
    part.Set(buffers.start + slot * plan.outputs * part.nodes);
    Solve(plan, buffers, part, slot, energies, memory, shared);
    if (layout) part.Write(layout);
}
