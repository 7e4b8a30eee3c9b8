using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>y = x over a line of elements, bit for bit; where the types differ, x times scale plus offset.</summary>
internal static unsafe class PixelCopy
{
    /// <summary>Bytes of a cache line.</summary>
    internal const int CacheLine = 64;

    /// <summary>How far ahead of a streamed copy memory is fetched, in bytes: what passes while one line comes.</summary>
    private const int Ahead = 2048;

    /// <summary>Above this a result leaves the caches anyway, and is written around them.</summary>
    private const long StreamBytes = 8 << 20;

    /// <summary>Below this a line is not worth being written around the caches.</summary>
    private const long LeastStreamed = 4 * CacheLine;

    /// <summary>True where a result of this size is written around the caches.</summary>
    internal static bool IsStreamed(in ImageBatch result) =>
        (Int128)result.N * result.C * result.Pixels * result.Type.Size() > StreamBytes;

    /// <summary>Neighbouring elements.</summary>
    [MethodImpl(Kernel)]
    internal static void Line<TFrom, TTo>(
        byte* source, byte* target, int count, float* scales, float* offsets, long pattern, bool isStreamed)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            Bytes(source, target, (long)count * TFrom.Size, isStreamed);
            return;
        }

        bool isAligned = isStreamed && (nuint)target % (nuint)(Lanes * TTo.Size) == 0;
        scales += pattern;
        offsets += pattern;
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            if (Sse.IsSupported) Sse.Prefetch0(source + i * TFrom.Size + Ahead);
            Vector512<float> y = Fma(TFrom.Load(source + i * TFrom.Size), Vector512.Load(scales + i), Vector512.Load(offsets + i));
            if (isAligned) TTo.StoreStreamed(target + i * TTo.Size, y);
            else TTo.Store(target + i * TTo.Size, y);
        }

        Strided<TFrom, TTo>(source + i * TFrom.Size, TFrom.Size, target + i * TTo.Size, TTo.Size, count - i, scales, offsets, i);
    }

    /// <summary>
    /// Elements <paramref name="from"/> … <paramref name="end"/> − 1 of a line of at least sixteen by whole vectors, the last flush with the end: where
    /// they are less than a vector, what lies before them, or the line's first sixteen, is written as well.
    /// </summary>
    [MethodImpl(Kernel)]
    internal static void Piece<TFrom, TTo>(byte* source, byte* target, int from, int end, float* scales, float* offsets)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        nint size = TTo.Size, first = from * size;
        if (typeof(TFrom) == typeof(TTo) && (end - from) * size >= CacheLine)
        {
            for (nint last = end * size - CacheLine; first < last; first += CacheLine) Vector512.Load(source + first).Store(target + first);
            first = end * size - CacheLine;
            Vector512.Load(source + first).Store(target + first);
            return;
        }

        for (int i = from; i < end; i += Lanes)
        {
            nint at = Math.Max(Math.Min(i, end - Lanes), 0);
            byte* x = source + at * TFrom.Size, y = target + at * size;
            if (typeof(TFrom) != typeof(TTo)) TTo.Store(y, Fma(TFrom.Load(x), Vector512.Load(scales + at), Vector512.Load(offsets + at)));
            else if (TFrom.Size == 4) Vector512.Load(x).Store(y);
            else if (TFrom.Size == 2) Vector256.Load(x).Store(y);
            else Vector128.Load(x).Store(y);
        }
    }

    /// <summary>Elements a step apart.</summary>
    internal static void Strided<TFrom, TTo>(
        byte* source, nint step, byte* target, nint toStep, int count, float* scales, float* offsets, long pattern)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        for (int i = 0; i < count; i++, source += step, target += toStep)
        {
            if (typeof(TFrom) != typeof(TTo))
                TTo.StoreOne(target, MathF.FusedMultiplyAdd(TFrom.LoadOne(source), scales[pattern + i], offsets[pattern + i]));
            else if (TFrom.Size == 4) *(uint*)target = *(uint*)source;
            else if (TFrom.Size == 2) *(ushort*)target = *(ushort*)source;
            else *target = *source;
        }
    }

    /// <summary>Fetches a run of bytes that is read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fetch(byte* source, long bytes)
    {
        if (!Sse.IsSupported) return;
        byte* end = source + bytes;
        for (source = (byte*)((nint)source & -CacheLine); source < end; source += CacheLine) Sse.Prefetch0(source);
    }

    /// <summary>
    /// A run of bytes. <paramref name="isFetched"/>: they are in the first cache, and lines fetched past their end may be what another thread writes.
    /// </summary>
    [MethodImpl(Kernel)]
    internal static void Bytes(byte* source, byte* target, long bytes, bool isStreamed, bool isFetched = false)
    {
        if (isStreamed && bytes >= LeastStreamed)
        {
            long head = -(nint)target & (CacheLine - 1);
            Buffer.MemoryCopy(source, target, head, head);
            source += head;
            target += head;
            bytes -= head;
            for (; bytes >= 2 * CacheLine; bytes -= 2 * CacheLine, source += 2 * CacheLine, target += 2 * CacheLine)
            {
                if (Sse.IsSupported && !isFetched)
                {
                    Sse.Prefetch0(source + Ahead);
                    Sse.Prefetch0(source + Ahead + CacheLine);
                }

                Vector512<float> first = Float32.Load(source), second = Float32.Load(source + CacheLine);
                Float32.StoreStreamed(target, first);
                Float32.StoreStreamed(target + CacheLine, second);
            }
        }

        Buffer.MemoryCopy(source, target, bytes, bytes);
    }
}
