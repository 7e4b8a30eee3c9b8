// How PuzzleMix cuts images up, as src/GuidedMixup/Cpu/PuzzleMixShape.cs, and its constants.
#ifndef GUIDEDMIXUP_PUZZLEMIX_CUH
#define GUIDEDMIXUP_PUZZLEMIX_CUH

#include "Pixels.cuh"

/// Blocks get a label, cells are what colours are compared by, squares are moved. b = β/(16·blocks).
struct PuzzlePlan
{
    double b, gamma, eta, transport;
    int blocks, labels, blockH, blockW, cellH, cellW, squareH, squareW, squareRows, squareColumns, isMoved, isExact;

    __device__ __forceinline__ int Nodes() const { return blocks * blocks; }

    __device__ __forceinline__ int Squares() const { return squareRows * squareColumns; }

    /// The block that a square is in.
    __device__ __forceinline__ int BlockOf(int square) const
    {
        return square / squareColumns / (squareRows / blocks) * blocks + square % squareColumns / (squareColumns / blocks);
    }

    __device__ __forceinline__ float Mask(int label) const { return (float)(1 - label / (double)(labels - 1)); }
};

static_assert(sizeof(PuzzlePlan) == 80, "C# mirrors this");

#endif
