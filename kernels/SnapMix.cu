// SnapMix: class maps, label weights, and the partner's patch resized into the image's box.
//
// snap_mix_maps, a block an image: m = Σ_f relu(x[f])·W[y,f] in double to maps [N][h·w], 64 nodes at a time; each warp takes every 32nd
// feature, its lanes two nodes each, and the warps' parts are added in order. Then the smallest node is taken away, and the minimum and the
// total over all upsampled pixels go to settled [N][2]; a total of NaN where the map is flat or not finite. Shared memory 24,576 B.
//
// snap_mix, grid (ceil(pixels/2048), N), or fewer in y: an image's tile of 2048 pixels a block; images are read and written 16 bytes at a time
// where lines and alignment allow it (Pixels.cuh) and the box lets them. Where its columns and rows come from is worked out once for a tile, in
// shared memory (20,512 B), in exact integers. An image's first block takes the label weights from the maps (separable sums) and mixes the
// labels. Boxes lie within the image and are empty where nothing is mixed: mix_draws sees to that.
#include "Labels.cuh"
#include "MapAxis.cuh"
#include "Pixels.cuh"

namespace
{
const int MapThreads = 1024;
const int Warps = MapThreads / 32;
const int MapTile = 64;
const int Batch = 4;
const int Threads = 256;
const int Tile = 2048;
const int MostRows = Tile / 4 + 2;

/// Below this part of the nodes' total, what is left above the minimum is rounding.
const double Negligible = 1e-12;

struct Box { int top, left, bottom, right; };

/// Where a pixel of the box comes from along one axis: between two pixels of the patch; a second weight of 0 takes nothing.
struct Tap { int first; float second; };

/// One image's tile: pixels from first on.
struct Work { int image, partner, first, count; Box box, patch; const Tap* columns; const Tap* rows; };

__device__ __forceinline__ double NotANumber() { return (double)__int_as_float(0x7FC00000); }

__device__ __forceinline__ float LoadFloat(const void* data, int type, long long i)
{
    return type == Float32 ? LoadPixel<Float32>(data, i) : type == Float16 ? LoadPixel<Float16>(data, i) : LoadPixel<BFloat16>(data, i);
}

/// Adds (or finds the smallest of) all threads' values in one fixed order; valid in every thread.
template <int Count, bool IsMinimum>
__device__ __forceinline__ double Reduce(double value, double* shared)
{
    int t = (int)threadIdx.x;
    __syncthreads();
    shared[t] = value;
    __syncthreads();
#pragma unroll 1
    for (int half = Count / 2; half > 0; half /= 2)
    {
        if (t < half)
        {
            double a = shared[t], b = shared[t + half];
            shared[t] = IsMinimum ? (b < a ? b : a) : a + b;
        }

        __syncthreads();
    }

    return shared[0];
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

/// This thread's part of the sum of a box over the upsampled map.
template <int Count>
__device__ __forceinline__ double BoxPart(const MapAxis& rows, const MapAxis& columns, const double* map, const Box& box)
{
    double sum = 0;
    for (int node = (int)threadIdx.x; node < rows.from * columns.from; node += Count)
    {
        int y = node / columns.from, x = node - y * columns.from;
        sum = fma(map[node], rows.Weight(y, box.top, box.bottom) * columns.Weight(x, box.left, box.right), sum);
    }

    return sum;
}

__device__ __forceinline__ long long Area(const Box& b) { return (long long)(b.bottom - b.top) * (b.right - b.left); }

/// The share of a box in a settled map, 0 to 1; NaN where its total is. Valid in every thread.
__device__ __forceinline__ double Share(const MapAxis& rows, const MapAxis& columns, const double* map, const double* settled, const Box& box, double* sums)
{
    double share = (Reduce<Threads, false>(BoxPart<Threads>(rows, columns, map, box), sums) - settled[0] * (double)Area(box)) / settled[1];
    return (share < 0 ? 0.0 : share > 1 ? 1.0 : share) / (1 + 1e-8);
}

__device__ __forceinline__ long long ClassAt(const void* labels, int type, int i)
{
    return type == Int64 ? static_cast<const long long*>(labels)[i] : (long long)static_cast<const int*>(labels)[i];
}

/// o·(from - 1)/(to - 1), in 32 bits where they do; a single pixel takes the first.
__device__ __forceinline__ Tap TapOf(int o, int from, int to)
{
    if (to == 1) return {0, 0.0f};
    long long at = (long long)o * (from - 1);
    int divisor = to - 1, first = at >> 31 == 0 ? (int)((unsigned)at / (unsigned)divisor) : (int)(at / divisor);
    return {first, (float)(int)(at - (long long)first * divisor) / (float)divisor};
}

__device__ __forceinline__ float Between(float a, float b, float w) { return w == 0.0f ? a : fmaf(w, b, (1.0f - w) * a); }

/// One pixel of the resized patch. `at` is where the patch's first pixel of that channel lies.
template <int Type>
__device__ __forceinline__ float Resized(const Images& x, long long at, Tap row, Tap column)
{
    at += row.first * x.strideH + column.first * x.strideW;
    long long down = row.second == 0.0f ? 0 : x.strideH, across = column.second == 0.0f ? 0 : x.strideW;
    float a = Between(LoadPixel<Type>(x.data, at), LoadPixel<Type>(x.data, at + down), row.second);
    float b = Between(LoadPixel<Type>(x.data, at + across), LoadPixel<Type>(x.data, at + across + down), row.second);
    return Between(a, b, column.second);
}

template <int Type>
__device__ __forceinline__ void Probe(float v, float& probe)
{
    if (Type != UInt8) probe = fmaf(v, 0.0f, probe);
}

/// Row and column of a tile's pixel, and what the tables know of them. Tiles hold whole rows, or (above 2048 columns) parts of one or two.
struct Place
{
    int row, column, firstRow, slot;

    __device__ __forceinline__ Place(const Images& x, const Work& w, int at)
    {
        row = (w.first + at) / x.w;
        column = w.first + at - row * x.w;
        firstRow = w.first / x.w;
        slot = x.w <= Tile ? column : at;
    }

    __device__ __forceinline__ void Next(int width)
    {
        slot++;
        if (++column < width) return;
        column = 0;
        row++;
        if (width <= Tile) slot = 0;
    }

    __device__ __forceinline__ bool IsInside(const Box& b) const { return row >= b.top && row < b.bottom && column >= b.left && column < b.right; }
};

/// A tile in groups of 16 bytes of the images' type; false where the image itself holds NaN or ±Inf and that is asked for.
template <int From, int To, bool IsInterleaved>
__device__ __forceinline__ bool MixGroups(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    const int size = GroupOf<From>::Count;
    int repeat = IsInterleaved ? x.c : 1, lines = IsInterleaved ? 1 : x.c, rowLength = x.w * repeat;
    int count = w.count * repeat, groups = (count + size - 1) / size;
    long long start = (long long)w.first * repeat, own = w.image * x.strideN, target = w.image * y.strideN;
    long long patch = w.partner * x.strideN + w.patch.top * x.strideH + w.patch.left * x.strideW;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < lines * groups; item += Threads)
    {
        int line = IsInterleaved ? 0 : item / groups, e = (item - line * groups) * size, end = e + size < count ? e + size : count;
        long long at = own + line * (IsInterleaved ? 0 : x.strideC) + InLine(x, start + e, rowLength);
        long long to = target + line * (IsInterleaved ? 0 : y.strideC) + InLine(y, start + e, rowLength);
        int channel = IsInterleaved ? e % repeat : line;
        Place place(x, w, e / repeat);
        // Columns past the row's end belong to the next row, which only an empty box may leave unlooked at.
        int lastColumn = place.column + (end - 1) / repeat - e / repeat;
        bool isOutside = w.box.right == 0 || (lastColumn < x.w
            && (place.row < w.box.top || place.row >= w.box.bottom || lastColumn < w.box.left || place.column >= w.box.right));
        bool isInside = place.IsInside(w.box) && lastColumn < w.box.right, isWhole = e + size <= count;
        float v[size];
        if (isWhole && (isOutside || isScanned))
        {
            Uint4 raw = LoadRaw16(PixelAt<From>(x.data, at));
            UnpackGroup<From>(raw, v);
            if (isScanned)
            {
#pragma unroll
                for (int k = 0; k < size; k++) Probe<From>(v[k], probe);
            }

            if (isOutside && From == To)
            {
                StoreRaw16(PixelAt<To>(y.data, to), raw);
                continue;
            }
        }

        if (isWhole && (isOutside || isInside))
        {
#pragma unroll
            for (int k = 0; k < size; k++)
            {
                if (!isOutside)
                {
                    long long from = patch + channel * x.strideC;
                    v[k] = Resized<From>(x, from, w.rows[place.row - place.firstRow], w.columns[place.slot]);
                }

                if (From != To) v[k] = fmaf(v[k], normalise.scale[channel], normalise.offset[channel]);
                if (IsInterleaved && ++channel < repeat) continue;
                if (IsInterleaved) channel = 0;
                place.Next(x.w);
            }

            StoreGroups<To>(y.data, to, v);
            continue;
        }

        for (; e < end; e++, at++, to++)
        {
            if (isScanned && !isWhole) Probe<From>(LoadPixel<From>(x.data, at), probe);
            bool isPatch = place.IsInside(w.box);
            if (!isPatch && From == To)
            {
                CopyPixel<From>(x.data, at, y.data, to);
            }
            else
            {
                float one = isPatch
                    ? Resized<From>(x, patch + channel * x.strideC, w.rows[place.row - place.firstRow], w.columns[place.slot])
                    : LoadPixel<From>(x.data, at);
                if (From != To) one = fmaf(one, normalise.scale[channel], normalise.offset[channel]);
                StorePixel<To>(y.data, to, one);
            }

            if (IsInterleaved && ++channel < repeat) continue;
            if (IsInterleaved) channel = 0;
            place.Next(x.w);
        }
    }

    return probe == 0.0f;
}

/// A tile one element at a time, any strides. Neighbouring threads take neighbouring pixels of a channel.
template <int From, int To>
__device__ __forceinline__ bool MixSingly(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    long long patch = w.partner * x.strideN + w.patch.top * x.strideH + w.patch.left * x.strideW;
    float probe = 0;
    for (int item = (int)threadIdx.x; item < x.c * w.count; item += Threads)
    {
        int channel = item / w.count, at = item - channel * w.count;
        long long from = w.image * x.strideN + InImage(x, channel, w.first + at), to = w.image * y.strideN + InImage(y, channel, w.first + at);
        Place place(x, w, at);
        if (isScanned) Probe<From>(LoadPixel<From>(x.data, from), probe);
        bool isPatch = place.IsInside(w.box);
        if (!isPatch && From == To)
        {
            CopyPixel<From>(x.data, from, y.data, to);
            continue;
        }

        float one = isPatch
            ? Resized<From>(x, patch + channel * x.strideC, w.rows[place.row - place.firstRow], w.columns[place.slot])
            : LoadPixel<From>(x.data, from);
        if (From != To) one = fmaf(one, normalise.scale[channel], normalise.offset[channel]);
        StorePixel<To>(y.data, to, one);
    }

    return probe == 0.0f;
}

template <int From, int To>
__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    if (!IsGrouped(x, y, GroupOf<From>::Count)) return MixSingly<From, To>(x, y, w, normalise, isScanned);
    if (x.layout == Interleaved) return MixGroups<From, To, true>(x, y, w, normalise, isScanned);
    return MixGroups<From, To, false>(x, y, w, normalise, isScanned);
}

__device__ __forceinline__ bool Mix(const Images& x, const Images& y, const Work& w, const Channels& normalise, bool isScanned)
{
    switch (x.type)
    {
        case Float32: return Mix<Float32, Float32>(x, y, w, normalise, isScanned);
        case Float16: return Mix<Float16, Float16>(x, y, w, normalise, isScanned);
        case BFloat16: return Mix<BFloat16, BFloat16>(x, y, w, normalise, isScanned);
    }

    // Bytes are always finite.
    switch (y.type)
    {
        case Float32: return Mix<UInt8, Float32>(x, y, w, normalise, false);
        case Float16: return Mix<UInt8, Float16>(x, y, w, normalise, false);
        case BFloat16: return Mix<UInt8, BFloat16>(x, y, w, normalise, false);
        default: return Mix<UInt8, UInt8>(x, y, w, normalise, false);
    }
}
}

/// labels [N], each in 0 … classes - 1, else flagged and without a map; weights [K][F]; the images are h × w.
extern "C" __global__ void __launch_bounds__(MapThreads) snap_mix_maps(
    Images x, const void* weights, int weightType, int classes, const void* labels, int labelType, int h, int w, double* maps, double* settled, int* flags)
{
    __shared__ double parts[Warps * MapTile];
    __shared__ double sums[MapThreads];
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

            for (int node = t; node < nodes; node += MapThreads) map[node] = 0;
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
        for (int node = t; node < nodes; node += MapThreads) smallest = map[node] < smallest ? map[node] : smallest;
        smallest = Reduce<MapThreads, true>(smallest, sums);
        for (int node = t; node < nodes; node += MapThreads) map[node] -= smallest;
        __syncthreads();
        Box whole = {0, 0, h, w};
        double all = Reduce<MapThreads, false>(BoxPart<MapThreads>(rows, columns, map, whole), sums);
        double minimum = (double)__int_as_float(0x7F800000);
        for (int node = t; node < nodes; node += MapThreads)
        {
            double own = Smallest(rows, columns, map, node);
            minimum = own < minimum ? own : minimum;
        }

        minimum = Reduce<MapThreads, true>(minimum, sums);
        if (t != 0) continue;
        double total = all - minimum * ((double)h * w);
        // False for NaN; an infinity less itself is NaN.
        bool isValid = all - all == 0 && total > Negligible * all;
        settled[2 * image] = isValid ? minimum : 0;
        settled[2 * image + 1] = isValid ? total : NotANumber();
        if (!isValid) atomicOr(flags + image, DegenerateMap);
    }
}

/// ratio and partnerRatio [N], or null; out: labels to mix.
extern "C" __global__ void __launch_bounds__(Threads, 4) snap_mix(
    Images x, const int* partners, Images y, Channels normalise, const int* boxes, const int* patches, const void* labels, int labelType,
    const double* maps, const double* settled, int nodesH, int nodesW, int isScanned, float* ratio, float* partnerRatio, int* flags, Labels out)
{
    __shared__ Tap columns[Tile];
    __shared__ Tap rows[MostRows];
    __shared__ double sums[Threads];
    int t = (int)threadIdx.x, pixels = x.h * x.w, first = (int)blockIdx.x * Tile;
    for (long long image = blockIdx.y; image < x.n; image += gridDim.y)
    {
        const int* edges = boxes + 4 * image;
        const int* corners = patches + 4 * image;
        Work w = {(int)image, partners[image], first, pixels - first < Tile ? pixels - first : Tile, {edges[0], edges[1], edges[2], edges[3]},
            {corners[0], corners[1], corners[2], corners[3]}, columns, rows};
        bool isMixed = w.image != w.partner && Area(w.box) > 0 && Area(w.patch) > 0;
        if (!isMixed) w.box = {0, 0, 0, 0};
        if (blockIdx.x == 0)
        {
            float own = 1, other = 0;
            if (isMixed)
            {
                MapAxis down = {nodesH, x.h}, across = {nodesW, x.w};
                long long nodes = (long long)nodesH * nodesW;
                double a = 1 - Share(down, across, maps + w.image * nodes, settled + 2 * w.image, w.box, sums);
                double b = Share(down, across, maps + w.partner * nodes, settled + 2 * w.partner, w.patch, sums);
                double area = (double)Area(w.box) / ((double)x.h * x.w);
                if (ClassAt(labels, labelType, w.image) == ClassAt(labels, labelType, w.partner)) a = b = a + b;
                own = (float)(a == a ? a : 1 - area);
                other = (float)(b == b ? b : area);
            }

            if (t == 0 && ratio) ratio[image] = own;
            if (t == 0 && partnerRatio) partnerRatio[image] = other;
            MixLabels(out, w.image, w.partner, own, other, flags, t, Threads);
        }

        int firstRow = first / x.w, lastRow = (first + w.count - 1) / x.w;
        __syncthreads();
        for (int k = t; k < x.w && k < Tile && isMixed; k += Threads)
        {
            int column = x.w <= Tile ? k : (first + k) % x.w;
            if (column >= w.box.left && column < w.box.right) columns[k] = TapOf(column - w.box.left, w.patch.right - w.patch.left, w.box.right - w.box.left);
        }

        for (int row = firstRow + t; row <= lastRow && isMixed; row += Threads)
        {
            if (row >= w.box.top && row < w.box.bottom) rows[row - firstRow] = TapOf(row - w.box.top, w.patch.bottom - w.patch.top, w.box.bottom - w.box.top);
        }

        __syncthreads();
        if (!Mix(x, y, w, normalise, isScanned != 0)) atomicOr(flags + image, NonFinitePixels);
    }
}
