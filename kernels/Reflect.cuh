// Reflect padding, the edge not repeated.
#ifndef GUIDEDMIXUP_REFLECT_CUH
#define GUIDEDMIXUP_REFLECT_CUH

#include "Cuda.h"

/// i in (−size, 2·size − 1).
__device__ __forceinline__ int Reflect(int i, int size)
{
    if (i < 0) i = -i;
    return i < size ? i : 2 * (size - 1) - i;
}

#endif
