// cos and sin of 2πk/n in double precision, by the compiler (tables) or on the device; there is no libdevice.
#ifndef GUIDEDMIXUP_TRIGONOMETRY_CUH
#define GUIDEDMIXUP_TRIGONOMETRY_CUH

#include "Cuda.h"

struct CosSin { double cos, sin; };

/// k in [0, n). Folded by exact integers into an eighth of the circle, so that symmetric angles have the same bits.
__host__ __device__ constexpr CosSin CosSinOfTurn(int k, int n)
{
    long long eighths = 8LL * k;
    int octant = (int)(eighths / n);
    long long rest = eighths - (long long)octant * n;
    if (octant % 2 == 1) rest = n - rest;
    // Taylor on [0, π/4]: the first term left out is below 1e-18.
    double a = 0.78539816339744830962 * ((double)rest / n), b = a * a;
    double c = 1 - b / 2 * (1 - b / 12 * (1 - b / 30 * (1 - b / 56 * (1 - b / 90 * (1 - b / 132 * (1 - b / 182 * (1 - b / 240)))))));
    double s = a * (1 - b / 6 * (1 - b / 20 * (1 - b / 42 * (1 - b / 72 * (1 - b / 110 * (1 - b / 156 * (1 - b / 210 * (1 - b / 272))))))));
    switch (octant)
    {
        case 0: return {c, s};
        case 1: return {s, c};
        case 2: return {-s, c};
        case 3: return {-c, s};
        case 4: return {-c, -s};
        case 5: return {-s, -c};
        case 6: return {s, -c};
        default: return {c, -s};
    }
}

#endif
