// Walks rows of an image with 16-byte loads: every element read once, a pixel's channels brought together in registers.
#ifndef GUIDEDMIXUP_PIXELS_CUH
#define GUIDEDMIXUP_PIXELS_CUH

#include "Views.h"

/// The elements of 16 bytes.
template <int Type>
struct Chunk
{
    static constexpr int Length = Type == Float32 ? 4 : Type == UInt8 ? 16 : 8;

    static __device__ __forceinline__ float Element(const Uint4& raw, int i)
    {
        const int perWord = Length / 4;
        unsigned word = i / perWord == 0 ? raw.x : i / perWord == 1 ? raw.y : i / perWord == 2 ? raw.z : raw.w;
        if (Type == Float32) return __int_as_float((int)word);
        if (Type == UInt8) return (float)(int)(word >> (i % 4 * 8) & 0xFF);
        unsigned bits = word >> (i % 2 * 16) & 0xFFFF;
        return Type == Float16 ? HalfToFloat(bits) : BFloatToFloat(bits);
    }
};

/// True where every row of every channel of the batch starts at a multiple of 16 bytes and its pixels can be read by whole chunks.
__device__ __forceinline__ bool IsChunked(const Images& x)
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
    for (int c = 0; c < x.c; c++, at += x.strideC) sum = op.Step(c, ReadElement<Type>(x.data, at), sum);
    op.Finish(y, column, op.Value(sum));
}

/// One chunk of pixels; op.Finish4 gets four neighbours at a time.
template <int Type, class Op>
__device__ __forceinline__ void VisitChunk(const Images& x, long long row, int y, int column, Op& op)
{
    constexpr int Length = Chunk<Type>::Length, Size = 16 / Length;
    const char* at = static_cast<const char*>(x.data);
    typename Op::Sum sum[Length];
#pragma unroll
    for (int i = 0; i < Length; i++) sum[i] = op.Start();
    if (x.layout == Interleaved && x.c == 3)
    {
        const char* source = at + (row + 3LL * column) * Size;
        Uint4 raw[3] = {LoadRaw16(source), LoadRaw16(source + 16), LoadRaw16(source + 32)};
#pragma unroll
        for (int c = 0; c < 3; c++)
        {
#pragma unroll
            for (int i = 0; i < Length; i++)
                sum[i] = op.Step(c, Chunk<Type>::Element(raw[(3 * i + c) / Length], (3 * i + c) % Length), sum[i]);
        }
    }
    else if (x.c == 3)
    {
        // All three loads are under way before the first is used.
        const char* source = at + (row + column) * Size;
        Uint4 raw[3] = {LoadRaw16(source), LoadRaw16(source + x.strideC * Size), LoadRaw16(source + 2 * x.strideC * Size)};
#pragma unroll
        for (int c = 0; c < 3; c++)
        {
#pragma unroll
            for (int i = 0; i < Length; i++) sum[i] = op.Step(c, Chunk<Type>::Element(raw[c], i), sum[i]);
        }
    }
    else
    {
        for (int c = 0; c < x.c; c++)
        {
            Uint4 raw = LoadRaw16(at + (row + c * x.strideC + column) * Size);
#pragma unroll
            for (int i = 0; i < Length; i++) sum[i] = op.Step(c, Chunk<Type>::Element(raw, i), sum[i]);
        }
    }

#pragma unroll
    for (int i = 0; i < Length; i += 4)
        op.Finish4(y, column + i, {op.Value(sum[i]), op.Value(sum[i + 1]), op.Value(sum[i + 2]), op.Value(sum[i + 3])});
}

/// Rows first … first + rows − 1 of image n by `threads` threads, of which this is `thread`.
template <int Type, class Op>
__device__ __forceinline__ void VisitRows(const Images& x, int n, int first, int rows, int thread, int threads, Op& op)
{
    int chunks = IsChunked(x) ? x.w / Chunk<Type>::Length : 0, rest = x.w - chunks * Chunk<Type>::Length;
    for (int i = thread; i < rows * chunks; i += threads)
    {
        int y = first + i / chunks;
        VisitChunk<Type>(x, n * x.strideN + y * x.strideH, y, i % chunks * Chunk<Type>::Length, op);
    }

    for (int i = thread; i < rows * rest; i += threads)
    {
        int y = first + i / rest;
        VisitPixel<Type>(x, n * x.strideN + y * x.strideH, y, x.w - rest + i % rest, op);
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
