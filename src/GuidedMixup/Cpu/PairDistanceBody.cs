using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The sums of one block of pairs over one slab of pixels: products for L2 and cosine, |difference| for L1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PairDistanceBody : IParallelBody
{
    private const int Block = PairDistance.Block;
    private const int Chunk = PairDistance.Chunk;

    private readonly float* _maps;
    private readonly double* _sums;
    private readonly float* _scratch;
    private readonly int _n;
    private readonly int _stride;
    private readonly int _pixels;
    private readonly int _blocks;
    private readonly int _chunksPerSlab;
    private readonly float _centre;
    private readonly bool _isL1;

    internal PairDistanceBody(
        float* maps,
        double* sums,
        int n,
        int pixels,
        int blocks,
        int chunksPerSlab,
        DistanceMetric metric,
        HostWorkspace workspace,
        int workers)
    {
        _maps = maps;
        _sums = sums;
        (_n, _pixels, _blocks, _chunksPerSlab) = (n, pixels, blocks, chunksPerSlab);
        // Without it the Gram matrix of maps that are all close to 1/(HW) cancels, and partners flip.
        _centre = metric == DistanceMetric.L2 ? 1f / pixels : 0;
        _stride = Pad(n);
        _isL1 = metric == DistanceMetric.L1;
        _scratch = workspace.Take<float>(2L * Block * Chunk * workers);
    }

    public void Run(int item, int worker)
    {
        (int slab, int pair) = Math.DivRem(item, _blocks * (_blocks + 1) / 2);
        // Blocks of the upper triangle, row by row.
        int row = 0;
        for (; pair >= _blocks - row; row++) pair -= _blocks - row;
        int first = row * Block, second = (row + pair) * Block;
        int firstCount = Math.Min(Block, _n - first), secondCount = Math.Min(Block, _n - second);
        double* sums = _sums + (nint)slab * _n * _stride + (nint)first * _stride + second;
        for (int i = 0; i < firstCount; i++) new Span<double>(sums + (nint)i * _stride, Pad(secondCount)).Clear();

        float* a = _scratch + (long)worker * 2 * Block * Chunk;
        float* b = pair == 0 ? a : a + Block * Chunk;
        int begin = slab * _chunksPerSlab * Chunk, end = (int)Math.Min(_pixels, (slab + 1L) * _chunksPerSlab * Chunk);
        for (int pixel = begin; pixel < end; pixel += Chunk)
        {
            int length = Math.Min(Chunk, end - pixel);
            Pack(first, firstCount, pixel, length, a);
            if (pair != 0) Pack(second, secondCount, pixel, length, b);
            for (int i = 0; i < firstCount; i += 4)
            {
                for (int j = pair == 0 ? i : 0; j < secondCount; j += 4)
                {
                    double* tile = sums + (nint)i * _stride + j;
                    int rows = Math.Min(4, firstCount - i);
                    if (_isL1) Differences(a + i * Chunk, b + j * Chunk, Pad(length), tile, rows);
                    else if (!Vector512.IsHardwareAccelerated) ProductsInQuarters(a + i * Chunk, b + j * Chunk, Pad(length), tile, rows);
                    else Products(a + i * Chunk, b + j * Chunk, Pad(length), tile, rows);
                }
            }
        }
    }

    /// <summary>Copies a chunk of up to 64 maps, less the centre; zeros fill the last vector, and whole maps up to a multiple of 4.</summary>
    [MethodImpl(Kernel)]
    private void Pack(int first, int count, int pixel, int length, float* packed)
    {
        Vector512<float> centre = Vector512.Create(_centre);
        for (int i = 0; i < count; i++, packed += Chunk)
        {
            float* source = _maps + (long)(first + i) * _pixels + pixel;
            int x = 0;
            for (; x + Lanes <= length; x += Lanes)
            {
                // A chunk of a map is too short for the hardware to foresee the next map's.
                if (Sse.IsSupported) Sse.Prefetch0(source + _pixels + x);
                (Vector512.Load(source + x) - centre).Store(packed + x);
            }

            if (x < length)
            {
                Vector512<float> rest = Tail.Load<Float32>((byte*)(source + x), length - x) - centre;
                (rest & Tail.Mask(length - x)).Store(packed + x);
            }
        }

        for (int i = count; i % 4 != 0; i++, packed += Chunk) new Span<float>(packed, Pad(length)).Clear();
    }

    /// <summary>tile[y][x] += a[y]·b[x] for up to four rows and four columns.</summary>
    [MethodImpl(Kernel)]
    private void Products(float* a, float* b, int length, double* tile, int rows)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        for (int x = 0; x < length; x += Lanes)
        {
            Vector512<float> a0 = Vector512.Load(a + x), a1 = Vector512.Load(a + Chunk + x);
            Vector512<float> a2 = Vector512.Load(a + 2 * Chunk + x), a3 = Vector512.Load(a + 3 * Chunk + x);
            Vector512<float> v = Vector512.Load(b + x);
            (s00, s10, s20, s30) = (Fma(a0, v, s00), Fma(a1, v, s10), Fma(a2, v, s20), Fma(a3, v, s30));
            v = Vector512.Load(b + Chunk + x);
            (s01, s11, s21, s31) = (Fma(a0, v, s01), Fma(a1, v, s11), Fma(a2, v, s21), Fma(a3, v, s31));
            v = Vector512.Load(b + 2 * Chunk + x);
            (s02, s12, s22, s32) = (Fma(a0, v, s02), Fma(a1, v, s12), Fma(a2, v, s22), Fma(a3, v, s32));
            v = Vector512.Load(b + 3 * Chunk + x);
            (s03, s13, s23, s33) = (Fma(a0, v, s03), Fma(a1, v, s13), Fma(a2, v, s23), Fma(a3, v, s33));
        }

        Add(s00, s01, s02, s03, tile);
        if (rows > 1) Add(s10, s11, s12, s13, tile + _stride);
        if (rows > 2) Add(s20, s21, s22, s23, tile + 2 * (nint)_stride);
        if (rows > 3) Add(s30, s31, s32, s33, tile + 3 * (nint)_stride);
    }

    /// <summary>The same, two rows and two columns at a time: the sums of more do not fit the registers of narrower hardware.</summary>
    [MethodImpl(Kernel)]
    private void ProductsInQuarters(float* a, float* b, int length, double* tile, int rows)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int y = quarter & 2, x = 2 * (quarter & 1);
            float* c = a + y * Chunk, d = b + x * Chunk;
            Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default;
            for (int i = 0; i < length; i += Lanes)
            {
                Vector512<float> c0 = Vector512.Load(c + i), c1 = Vector512.Load(c + Chunk + i);
                Vector512<float> d0 = Vector512.Load(d + i), d1 = Vector512.Load(d + Chunk + i);
                (s00, s01, s10, s11) = (Fma(c0, d0, s00), Fma(c0, d1, s01), Fma(c1, d0, s10), Fma(c1, d1, s11));
            }

            double* to = tile + y * (nint)_stride + x;
            if (rows > y) (to[0], to[1]) = (to[0] + Sum(s00), to[1] + Sum(s01));
            if (rows > y + 1) (to[_stride], to[_stride + 1]) = (to[_stride] + Sum(s10), to[_stride + 1] + Sum(s11));
        }
    }

    /// <summary>tile[y][x] += Σ |a[y] − b[x]| for up to four rows and four columns.</summary>
    [MethodImpl(Kernel)]
    private void Differences(float* a, float* b, int length, double* tile, int rows)
    {
        for (int y = 0; y < rows; y++)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            float* row = a + y * Chunk;
            for (int x = 0; x < length; x += Lanes)
            {
                Vector512<float> v = Vector512.Load(row + x);
                s0 += Vector512.Abs(v - Vector512.Load(b + x));
                s1 += Vector512.Abs(v - Vector512.Load(b + Chunk + x));
                s2 += Vector512.Abs(v - Vector512.Load(b + 2 * Chunk + x));
                s3 += Vector512.Abs(v - Vector512.Load(b + 3 * Chunk + x));
            }

            Add(s0, s1, s2, s3, tile + y * (nint)_stride);
        }
    }

    /// <summary>Adds the sums of four vectors to four neighbouring totals; the totals behind the last column are nobody's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, double* totals) =>
        (Vector256.Load(totals) + Vector256.WidenLower(Sums(a, b, c, d).ToVector256())).Store(totals);
}
