// Walks rows of an image with 16-byte loads: every element read once, a pixel's channels brought together in registers.
#ifndef GUIDEDMIXUP_IMAGEROWS_CUH
#define GUIDEDMIXUP_IMAGEROWS_CUH

#include "Pixels.cuh"

/// Element i of a batch, its type known at run time.
__device__ __forceinline__ float LoadPixel(int type, const void* data, long long i)
{
    switch (type)
    {
        case Float32: return LoadPixel<Float32>(data, i);
        case Float16: return LoadPixel<Float16>(data, i);
        case BFloat16: return LoadPixel<BFloat16>(data, i);
        default: return LoadPixel<UInt8>(data, i);
    }
}

/// True where every row of every channel of the batch starts at a multiple of 16 bytes and its pixels can be read by whole groups.
__device__ __forceinline__ bool IsGrouped(const Images& x)
{
    long long size = ElementSize(x.type), all = reinterpret_cast<unsigned long long>(x.data) | x.strideN * size | x.strideH * size;
    if (x.layout == Planar) return ((all | (x.c > 1 ? x.strideC * size : 0)) & 15) == 0;
    return x.layout == Interleaved && x.c == 3 && (all & 15) == 0;
}

/// One pixel by elements: op.Step for each channel in order, then op.Finish with op.Value of the sum.
template <int Type, class Op>
__device__ __forceinline__ void VisitPixel(const Images& x, long long row, int y, int column, Op& op)
{
    typename Op::Sum sum = op.Start();
    long long at = row + column * x.strideW;
    for (int c = 0; c < x.c; c++, at += x.strideC) sum = op.Step(c, LoadPixel<Type>(x.data, at), sum);
    op.Finish(y, column, op.Value(sum));
}

/// op.Finish4 gets four neighbours at a time.
template <int Count, class Op>
__device__ __forceinline__ void FinishGroup(int y, int column, const typename Op::Sum (&sum)[Count], Op& op)
{
#pragma unroll
    for (int i = 0; i < Count; i += 4)
        op.Finish4(y, column + i, {op.Value(sum[i]), op.Value(sum[i + 1]), op.Value(sum[i + 2]), op.Value(sum[i + 3])});
}

/// 16 bytes of each of three channels, or of all three interleaved.
struct RawGroup { Uint4 first, second, third; };

template <int Type>
__device__ __forceinline__ RawGroup LoadGroup(const Images& x, long long row, int column)
{
    bool isInterleaved = x.layout == Interleaved;
    long long at = isInterleaved ? row + 3LL * column : row + column, step = isInterleaved ? GroupOf<Type>::Count : x.strideC;
    return {LoadRaw16(PixelAt<Type>(x.data, at)), LoadRaw16(PixelAt<Type>(x.data, at + step)), LoadRaw16(PixelAt<Type>(x.data, at + 2 * step))};
}

template <int Type, class Op>
__device__ __forceinline__ void VisitGroup(const Images& x, const RawGroup& raw, int y, int column, Op& op)
{
    constexpr int Count = GroupOf<Type>::Count;
    typename Op::Sum sum[Count];
    float v[3][Count];
    UnpackGroup<Type>(raw.first, v[0]);
    UnpackGroup<Type>(raw.second, v[1]);
    UnpackGroup<Type>(raw.third, v[2]);
#pragma unroll
    for (int i = 0; i < Count; i++)
    {
        sum[i] = op.Start();
#pragma unroll
        for (int c = 0; c < 3; c++)
        {
            int j = 3 * i + c;
            sum[i] = op.Step(c, x.layout == Interleaved ? v[j / Count][j % Count] : v[c][i], sum[i]);
        }
    }

    FinishGroup(y, column, sum, op);
}

/// One group of pixels of any number of planes.
template <int Type, class Op>
__device__ __forceinline__ void VisitPlanes(const Images& x, long long row, int y, int column, Op& op)
{
    constexpr int Count = GroupOf<Type>::Count;
    typename Op::Sum sum[Count];
#pragma unroll
    for (int i = 0; i < Count; i++) sum[i] = op.Start();
    for (int c = 0; c < x.c; c++)
    {
        float v[Count];
        UnpackGroup<Type>(LoadRaw16(PixelAt<Type>(x.data, row + c * x.strideC + column)), v);
#pragma unroll
        for (int i = 0; i < Count; i++) sum[i] = op.Step(c, v[i], sum[i]);
    }

    FinishGroup(y, column, sum, op);
}

/// Rows first … first + rows − 1 of image n by `threads` threads, of which this is `thread`.
template <int Type, class Op>
__device__ __forceinline__ void VisitRows(const Images& x, int n, int first, int rows, int thread, int threads, Op& op)
{
    constexpr int Count = GroupOf<Type>::Count;
    int groups = IsGrouped(x) ? x.w / Count : 0, rest = x.w - groups * Count;
    long long image = n * x.strideN;
    if (x.c != 3)
    {
        for (int i = thread; i < rows * groups; i += threads)
        {
            int y = first + i / groups;
            VisitPlanes<Type>(x, image + y * x.strideH, y, i % groups * Count, op);
        }
    }
    else
    {
        // Floats are the widest: six loads under way before the first is used. The last of a thread may be visited twice.
        constexpr int Batch = Type == Float32 ? 2 : 1;
        for (int i = thread; i < rows * groups; i += Batch * threads)
        {
            RawGroup raw[Batch];
            int y[Batch], column[Batch];
#pragma unroll
            for (int k = 0; k < Batch; k++)
            {
                int item = i + k * threads < rows * groups ? i + k * threads : i;
                y[k] = first + item / groups;
                column[k] = item % groups * Count;
                raw[k] = LoadGroup<Type>(x, image + y[k] * x.strideH, column[k]);
            }

#pragma unroll
            for (int k = 0; k < Batch; k++) VisitGroup<Type>(x, raw[k], y[k], column[k], op);
        }
    }

    for (int i = thread; i < rows * rest; i += threads)
    {
        int y = first + i / rest;
        VisitPixel<Type>(x, image + y * x.strideH, y, x.w - rest + i % rest, op);
    }
}

template <class Op>
__device__ __forceinline__ void VisitRows(const Images& x, int n, int first, int rows, int thread, int threads, Op& op)
{
    switch (x.type)
    {
        case Float32: VisitRows<Float32>(x, n, first, rows, thread, threads, op); break;
        case Float16: VisitRows<Float16>(x, n, first, rows, thread, threads, op); break;
        case BFloat16: VisitRows<BFloat16>(x, n, first, rows, thread, threads, op); break;
        default: VisitRows<UInt8>(x, n, first, rows, thread, threads, op); break;
    }
}

/// Four neighbours of a row, at once where whole rows are aligned.
__device__ __forceinline__ void StoreFour(float* p, Float4 v, bool isAligned)
{
    if (isAligned)
    {
        Store4(p, v);
        return;
    }

    p[0] = v.x;
    p[1] = v.y;
    p[2] = v.z;
    p[3] = v.w;
}

/// True where every row of compact rows of w floats is 16-byte aligned.
__device__ __forceinline__ bool IsAligned(const float* rows, int w) { return ((reinterpret_cast<unsigned long long>(rows) | w * 4) & 15) == 0; }

/// g = Σ_c scale_c·x_c + offset₀, from the offset on, channel by channel as the CPU adds it; row y goes to plane[(y % slots)·pitch].
struct GrayRows
{
    using Sum = float;

    const Channels& gray;
    float* plane;
    int slots;
    int pitch;
    bool isAligned;

    __device__ __forceinline__ float Start() const { return gray.offset[0]; }

    __device__ __forceinline__ float Step(int c, float v, float sum) const { return fmaf(v, gray.scale[c], sum); }

    __device__ __forceinline__ float Value(float sum) const { return sum; }

    __device__ __forceinline__ void Finish(int y, int x, float sum) const { plane[y % slots * pitch + x] = sum; }

    __device__ __forceinline__ void Finish4(int y, int x, Float4 sum) const { StoreFour(plane + y % slots * pitch + x, sum, isAligned); }
};

#endif
