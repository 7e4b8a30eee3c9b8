using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>y = m·a + (1 − m)·b over a line of elements, then times scale plus offset where those are given.</summary>
internal static unsafe class PixelBlend
{
    /// <summary>
    /// Neighbouring elements; false where a holds NaN or ±Inf. With <paramref name="isOneWeight"/> the first sixteen weights are for all elements.
    /// </summary>
    [MethodImpl(Kernel)]
    internal static bool Line<TFrom, TTo>(
        byte* a, byte* b, byte* ahead, float* m, byte* target, int count, float* scales, float* offsets, long pattern, bool isStreamed,
        bool isOneWeight = false)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        // 0·x is 0 for every finite x and NaN otherwise.
        Vector512<float> odd = Vector512<float>.Zero;
        bool isAligned = isStreamed && (nuint)target % (nuint)(Lanes * TTo.Size) == 0;
        int i = 0, step = isOneWeight ? 0 : Lanes;
        for (; i + Lanes <= count; i += Lanes, m += step)
        {
            if (Sse.IsSupported) Sse.Prefetch0(ahead + i * TFrom.Size);
            Vector512<float> own = TFrom.Load(a + i * TFrom.Size);
            Vector512<float> y = Blend(own, TFrom.Load(b + i * TFrom.Size), Vector512.Load(m));
            if (typeof(TFrom) != typeof(UInt8)) odd = Fma(own, Vector512<float>.Zero, odd);
            if (typeof(TFrom) == typeof(UInt8) && scales != null) y = Fma(y, Vector512.Load(scales + pattern + i), Vector512.Load(offsets + pattern + i));
            if (isAligned) TTo.StoreStreamed(target + i * TTo.Size, y);
            else TTo.Store(target + i * TTo.Size, y);
        }

        bool isFinite = Vector512.EqualsAll(odd, Vector512<float>.Zero);
        if (i == count) return isFinite;
        return isFinite & Strided<TFrom, TTo>(
            a + i * TFrom.Size, b + i * TFrom.Size, TFrom.Size, m, target + i * TTo.Size, TTo.Size, count - i, scales, offsets, pattern + i);
    }

    /// <summary>Elements a step apart; false where a holds NaN or ±Inf.</summary>
    internal static bool Strided<TFrom, TTo>(
        byte* a, byte* b, nint step, float* m, byte* target, nint toStep, int count, float* scales, float* offsets, long pattern)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        bool isFinite = true;
        for (int i = 0; i < count; i++)
        {
            float own = TFrom.LoadOne(a + i * step);
            isFinite &= float.IsFinite(own);
            float y = MathF.FusedMultiplyAdd(m[i], own, (1 - m[i]) * TFrom.LoadOne(b + i * step));
            if (scales != null) y = MathF.FusedMultiplyAdd(y, scales[pattern + i], offsets[pattern + i]);
            TTo.StoreOne(target + i * toStep, y);
        }

        return isFinite;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Blend(Vector512<float> a, Vector512<float> b, Vector512<float> m) =>
        Fma(m, a, (Vector512<float>.One - m) * b);
}
