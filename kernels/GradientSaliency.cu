// Guided-AP saliency alone: s = √(mean over c of g²). (In a batch it is fused in front of blur and normalise: GaussianBlur.cu.)
//
// One block of 256 an image, no shared memory; every element read once, by 16 bytes where the rows are aligned.
#include "Gradient.cuh"

/// [N, C, H, W] → [N, H, W].
extern "C" __global__ void __launch_bounds__(256) gradient_saliency(Images g, float* saliency)
{
    int n = blockIdx.x;
    GradientRows op(g, saliency + (long long)n * g.h * g.w);
    VisitRows(g, n, 0, g.h, threadIdx.x, 256, op);
}
