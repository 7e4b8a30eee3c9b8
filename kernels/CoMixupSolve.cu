// The layout of each part, as src/GuidedMixup/Cpu/CoMixupSolver.cs: a block of 512 threads a part and start.
//
// For each iteration, for each output in order, the output's blocks are labelled anew by α-β swap while the others stay; the block's warps cut
// ahead of each other (BlockSwap.cuh), all 16 on up to 32 nodes (SmallCut.cuh), on larger grids plan.warps (WideCut.cuh). Dynamic shared memory:
// what SmallCutMemory says, 2,080 B for 4×4 nodes and 23 labels; 256 B and 33,792 B a warp on larger grids. Static: 2,028 B.
#include "CoMixupSubproblem.cuh"
#include "SmallCut.cuh"
#include "WideCut.cuh"

namespace
{
static_assert(CoMixupThreads == 32 * BlockSwapWarps, "the block cuts");

/// Gives output j what its blocks' labels stand for, second is scratch; by all threads.
__device__ __forceinline__ void Replace(CoMixupPart& part, const CoMixupCut& cut, int j, int* label, int* second)
{
    __syncthreads();
#pragma unroll 1
    for (int s = part.thread; s < part.nodes; s += CoMixupThreads)
    {
        second[s] = cut.Second(label[s]);
        label[s] = cut.First(label[s]);
    }

    __syncthreads();
    part.Replace(j, label, second);
}

/// Labels an output of a part of up to 32 nodes anew; in every thread the energy.
__device__ __forceinline__ long long CutSmall(CoMixupPart& part, const CoMixupCut& cut, int j, int* shared)
{
    SmallCutMemory memory(shared, cut.labels, part.nodes);
    SmallCut<CoMixupCut> cuts(cut, memory);
    long long energy = BlockSwap<SmallCut<CoMixupCut>>(cuts, memory.swap).Solve();
    Replace(part, cut, j, memory.label, reinterpret_cast<int*>(memory.neighbours));
    return energy;
}

/// The same for up to 32×32 nodes.
__device__ __forceinline__ long long CutWide(CoMixupPart& part, const CoMixupCut& cut, int j, int* shared, int* global)
{
    WideCutMemory memory(shared, global, cut.labels, cut.h, cut.w);
    WideCut<CoMixupCut> cuts(cut, memory, part.plan.warps);
    long long energy = BlockSwap<WideCut<CoMixupCut>>(cuts, memory.swap).Solve();
    // The costs are done with.
    Replace(part, cut, j, memory.label, memory.costs);
    return energy;
}

__device__ __forceinline__ void Solve(
    const CoMixupPlan& plan, const CoMixupBuffers& buffers, CoMixupPart& part, long long slot, long long* energies, CoMixupSubproblem& sub, int* shared)
{
    int nodes = part.nodes;
    long long words = WideCutMemory::Words(plan.inputs + CoMixupSubproblem::MaxPairs, plan.h, plan.w);
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
            sub.Form(part, j, iteration > 0);
            CoMixupCut cut(part, sub, j);
            long long energy =
                nodes <= SmallCutMemory::MaxNodes ? CutSmall(part, cut, j, shared) : CutWide(part, cut, j, shared, buffers.wide + slot * words);
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
    __shared__ CoMixupSubproblem sub;
    long long index = blockIdx.x, slot = blockIdx.y * gridDim.x + index;
    CoMixupPart part(plan, buffers, (int)index, slot);
    if (part.n == 0) return;
    // Those of the first start.
    if (blockIdx.y > 0) energies = nullptr;
#pragma unroll 1
    for (int i = part.thread; i < plan.iterations * part.outputs && energies; i += CoMixupThreads) energies[i] = (long long)(1ull << 63);
    part.Costs(buffers.saliency + index * plan.inputs * part.nodes, buffers.alpha + index * plan.inputs, sub.offset);
    part.Set(buffers.start + slot * plan.outputs * part.nodes);
    Solve(plan, buffers, part, slot, energies, sub, shared);
    if (layout) part.Write(layout);
}
