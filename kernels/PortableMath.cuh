// Functions in double from additions, multiplications and divisions alone: the bits of src/GuidedMixup/PortableMath.cs.
#ifndef GUIDEDMIXUP_PORTABLEMATH_CUH
#define GUIDEDMIXUP_PORTABLEMATH_CUH

#include "Cuda.h"

/// ln x for positive, normal, finite x.
__device__ __forceinline__ double Log(double x)
{
    long long bits = __builtin_bit_cast(long long, x) - 0x3FE6A09E667F3BCDll;
    double e = (double)(bits >> 52), m = __builtin_bit_cast(double, (bits & 0x000FFFFFFFFFFFFFll) + 0x3FE6A09E667F3BCDll);
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
#pragma unroll 1
    for (int k = 25; k >= 3; k -= 2) sum = (sum + (1.0 / k)) * square;
    return (e * 6.93147180369123816490e-01) + ((e * 1.90821492927058770002e-10) + ((2 * s * sum) + (2 * s)));
}

#endif
