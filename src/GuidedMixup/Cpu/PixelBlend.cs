using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>y = m·a + (1 − m)·b over a line of elements, then times scale plus offset where those are given.</summary>
internal static unsafe class PixelBlend
{
    /// <summary>Neighbouring elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Line<TFrom, TTo>(
        byte* a, byte* b, float* m, byte* target, int count, float* scales, float* offsets, long pattern, bool isStreamed)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int i = 0;
        if (scales != null)
        {
            for (; i + Lanes <= count; i += Lanes)
            {
                Vector512<float> y = Blend(TFrom.Load(a + i * TFrom.Size), TFrom.Load(b + i * TFrom.Size), Vector512.Load(m + i));
                TTo.Store(target + i * TTo.Size, Fma(y, Vector512.Load(scales + pattern + i), Vector512.Load(offsets + pattern + i)));
            }
        }
        else if (typeof(TTo) == typeof(Float32) && isStreamed && (nuint)target % 64 == 0)
        {
            for (; i + Lanes <= count; i += Lanes)
            {
                Blend(TFrom.Load(a + i * TFrom.Size), TFrom.Load(b + i * TFrom.Size), Vector512.Load(m + i))
                    .StoreAlignedNonTemporal((float*)target + i);
            }
        }
        else
        {
            for (; i + Lanes <= count; i += Lanes)
            {
                TTo.Store(
                    target + i * TTo.Size,
                    Blend(TFrom.Load(a + i * TFrom.Size), TFrom.Load(b + i * TFrom.Size), Vector512.Load(m + i)));
            }
        }

        if (i == count) return;
        Strided<TFrom, TTo>(
            a + i * TFrom.Size, b + i * TFrom.Size, TFrom.Size, m + i, target + i * TTo.Size, TTo.Size, count - i, scales, offsets, pattern + i);
    }

    /// <summary>Elements a step apart.</summary>
    internal static void Strided<TFrom, TTo>(
        byte* a, byte* b, nint step, float* m, byte* target, nint toStep, int count, float* scales, float* offsets, long pattern)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        for (int i = 0; i < count; i++)
        {
            float y = MathF.FusedMultiplyAdd(m[i], TFrom.LoadOne(a + i * step), (1 - m[i]) * TFrom.LoadOne(b + i * step));
            if (scales != null) y = MathF.FusedMultiplyAdd(y, scales[pattern + i], offsets[pattern + i]);
            TTo.StoreOne(target + i * toStep, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Blend(Vector512<float> a, Vector512<float> b, Vector512<float> m) =>
        Fma(m, a, (Vector512<float>.One - m) * b);
}
