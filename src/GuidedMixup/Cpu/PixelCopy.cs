using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>y = x over a line of elements, bit for bit; where the types differ, x times scale plus offset.</summary>
internal static unsafe class PixelCopy
{
    private const int Line64 = 64;

    /// <summary>Above this a result leaves the caches anyway, and is written around them.</summary>
    private const long StreamBytes = 8 << 20;

    /// <summary>Below this a line is not worth being written around the caches.</summary>
    private const long LeastStreamed = 4 * Line64;

    /// <summary>True where a result of this size is written around the caches.</summary>
    internal static bool IsStreamed(in ImageBatch result) =>
        (Int128)result.N * result.C * result.Pixels * result.Type.Size() > StreamBytes;

    /// <summary>Neighbouring elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector512<float> x = TFrom.Load(source + i * TFrom.Size);
            TTo.Store(target + i * TTo.Size, Fma(x, Vector512.Load(scales + pattern + i), Vector512.Load(offsets + pattern + i)));
        }

        Strided<TFrom, TTo>(
            source + i * TFrom.Size, TFrom.Size, target + i * TTo.Size, TTo.Size, count - i, scales, offsets, pattern + i);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bytes(byte* source, byte* target, long bytes, bool isStreamed)
    {
        if (isStreamed && bytes >= LeastStreamed)
        {
            long head = -(nint)target & (Line64 - 1);
            Buffer.MemoryCopy(source, target, head, head);
            source += head;
            target += head;
            bytes -= head;
            for (; bytes >= 2 * Line64; bytes -= 2 * Line64, source += 2 * Line64, target += 2 * Line64)
            {
                Vector512<byte> first = Vector512.Load(source), second = Vector512.Load(source + Line64);
                first.StoreAlignedNonTemporal(target);
                second.StoreAlignedNonTemporal(target + Line64);
            }
        }

        Buffer.MemoryCopy(source, target, bytes, bytes);
    }
}
