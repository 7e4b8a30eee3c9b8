// SnapMix's class maps, a block an image: m = Σ_f relu(x[f])·W[y,f] in double to maps [N][h·w], 64 nodes at a time; each warp takes every 32nd
// feature, its lanes two nodes each, and the warps' parts are added in order. Then the smallest node is taken away, and the minimum and the
// total over all upsampled pixels go to settled [N][2]; a total of NaN where the map is flat or not finite. Shared memory 24,576 B.
#include "SnapMix.cuh"

namespace
{
const int Threads = 1024;
const int Warps = Threads / 32;
const int MapTile = 64;
const int Batch = 4;

/// Below this part of the nodes' total, what is left above the minimum is rounding.
const double Negligible = 1e-12;

__device__ __forceinline__ double NotANumber() { return (double)__int_as_float(0x7FC00000); }

__device__ __forceinline__ float LoadFloat(const void* data, int type, long long i)
{
    return type == Float32 ? LoadPixel<Float32>(data, i) : type == Float16 ? LoadPixel<Float16>(data, i) : LoadPixel<BFloat16>(data, i);
}

/// Σ relu(x[f])·W[f] of up to 64 nodes from `first` on, to map; by all threads.
template <int Type>
__device__ __forceinline__ void MapNodes(const Images& x, int image, const void* weights, int weightType, long long row, int first, double* map, double* parts)
{
    int warp = (int)threadIdx.x / 32, lane = (int)threadIdx.x % 32, nodes = x.h * x.w;
    int a = first + lane, b = a + 32;
    bool hasA = a < nodes, hasB = b < nodes;
    long long start = image * x.strideN;
    long long atA = start + (hasA ? a / x.w * x.strideH + a % x.w * x.strideW : 0), atB = start + (hasB ? b / x.w * x.strideH + b % x.w * x.strideW : 0);
    double sumA = 0, sumB = 0;
    for (int f = warp; f < x.c; f += Warps * Batch)
    {
        float u[Batch], v[Batch], w[Batch];
#pragma unroll
        for (int k = 0; k < Batch; k++)
        {
            int feature = f + k * Warps;
            bool isThere = feature < x.c;
            w[k] = isThere ? LoadFloat(weights, weightType, row + feature) : 0.0f;
            u[k] = isThere && hasA ? LoadPixel<Type>(x.data, atA + feature * x.strideC) : 0.0f;
            v[k] = isThere && hasB ? LoadPixel<Type>(x.data, atB + feature * x.strideC) : 0.0f;
        }

#pragma unroll
        for (int k = 0; k < Batch; k++)
        {
            // NaN stays NaN.
            sumA = fma((double)(u[k] < 0.0f ? 0.0f : u[k]), (double)w[k], sumA);
            sumB = fma((double)(v[k] < 0.0f ? 0.0f : v[k]), (double)w[k], sumB);
        }
    }

    __syncthreads();
    parts[warp * MapTile + lane] = sumA;
    parts[warp * MapTile + lane + 32] = sumB;
    __syncthreads();
    int node = (int)threadIdx.x;
    if (node >= MapTile || first + node >= nodes) return;
    double sum = 0;
    for (int k = 0; k < Warps; k++) sum += parts[k * MapTile + node];
    map[first + node] = sum;
}

__device__ __forceinline__ double Between(const double* above, const double* below, int next, double y, double x)
{
    double a = (1 - x) * above[0] + x * above[next], b = (1 - x) * below[0] + x * below[next];
    return (1 - y) * a + y * b;
}

/// The smallest of a cell's four outermost pixels: between nodes the map is linear along each axis. What is left is the block's to reduce.
__device__ __forceinline__ double Smallest(const MapAxis& rows, const MapAxis& columns, const double* map, int node)
{
    int y = node / columns.from, x = node - y * columns.from;
    double up, down, left, right, infinity = (double)__int_as_float(0x7F800000);
    if (!rows.Ends(y, up, down) || !columns.Ends(x, left, right)) return infinity;
    const double* above = map + node;
    const double* below = y + 1 < rows.from ? above + columns.from : above;
    int next = x + 1 < columns.from ? 1 : 0;
    double a = Between(above, below, next, up, left), b = Between(above, below, next, up, right);
    double c = Between(above, below, next, down, left), d = Between(above, below, next, down, right);
    a = b < a ? b : a;
    c = d < c ? d : c;
    return c < a ? c : a;
}
}

/// labels [N], each in 0 … classes - 1, else flagged and without a map; weights [K][F]; the images are h × w.
extern "C" __global__ void __launch_bounds__(Threads) snap_mix_maps(
    Images x, const void* weights, int weightType, int classes, const void* labels, int labelType, int h, int w, double* maps, double* settled, int* flags)
{
    __shared__ double parts[Warps * MapTile];
    __shared__ double sums[Threads];
    int nodes = x.h * x.w, t = (int)threadIdx.x;
    MapAxis rows = {x.h, h}, columns = {x.w, w};
    for (long long image = blockIdx.x; image < x.n; image += gridDim.x)
    {
        double* map = maps + image * nodes;
        long long label = ClassAt(labels, labelType, (int)image);
        if (label < 0 || label >= classes)
        {
            if (t == 0)
            {
                atomicOr(flags + image, InvalidLabel);
                settled[2 * image] = 0;
                settled[2 * image + 1] = NotANumber();
            }

            for (int node = t; node < nodes; node += Threads) map[node] = 0;
            continue;
        }

        for (int first = 0; first < nodes; first += MapTile)
        {
            if (x.type == Float32) MapNodes<Float32>(x, (int)image, weights, weightType, label * x.c, first, map, parts);
            else if (x.type == Float16) MapNodes<Float16>(x, (int)image, weights, weightType, label * x.c, first, map, parts);
            else MapNodes<BFloat16>(x, (int)image, weights, weightType, label * x.c, first, map, parts);
        }

        // Each barrier below also orders what threads wrote to the map before others read it.
        __syncthreads();
        double smallest = (double)__int_as_float(0x7F800000);
        for (int node = t; node < nodes; node += Threads) smallest = map[node] < smallest ? map[node] : smallest;
        smallest = Reduce<Threads, true>(smallest, sums);
        for (int node = t; node < nodes; node += Threads) map[node] -= smallest;
        __syncthreads();
        Box whole = {0, 0, h, w};
        double all = Reduce<Threads, false>(BoxPart<Threads>(rows, columns, map, whole), sums);
        double minimum = (double)__int_as_float(0x7F800000);
        for (int node = t; node < nodes; node += Threads)
        {
            double own = Smallest(rows, columns, map, node);
            minimum = own < minimum ? own : minimum;
        }

        minimum = Reduce<Threads, true>(minimum, sums);
        if (t != 0) continue;
        double total = all - minimum * ((double)h * w);
        // False for NaN; an infinity less itself is NaN.
        bool isValid = all - all == 0 && total > Negligible * all;
        settled[2 * image] = isValid ? minimum : 0;
        settled[2 * image + 1] = isValid ? total : NotANumber();
        if (!isValid) atomicOr(flags + image, DegenerateMap);
    }
}
