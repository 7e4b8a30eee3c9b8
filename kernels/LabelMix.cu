// The labels of a mixed batch, alone: t' = λ·t + (1 - λ)·t[partner], and the pairs (t, t[partner]). A block an image, or several in turn.
// Classes out of range are flagged and never used as an index; ratio may be null where no soft rows are wanted. No shared memory.
#include "Labels.cuh"

namespace
{
const int Threads = 128;
}

extern "C" __global__ void __launch_bounds__(Threads)
label_mix(const int* partners, const float* ratio, int n, Labels labels, int* flags)
{
    for (long long i = blockIdx.x; i < n; i += gridDim.x)
    {
        int image = (int)i;
        MixLabels(labels, image, partners[image], ratio ? ratio[image] : 0.5f, flags, (int)threadIdx.x, Threads);
    }
}
