using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Cpu;

/// <summary>The last, incomplete vector of a row: as many lanes as there are elements, zeros behind.</summary>
internal static unsafe class Tail
{
    /// <summary>All bits set in the first <paramref name="count"/> lanes (0 to 16), none in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Mask(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Load<TElement>(byte* source, int count)
        where TElement : struct, IElement
    {
        if (typeof(TElement) != typeof(Float32) || !Avx.IsSupported) return LoadBytes<TElement>(source, count);
        // Lanes behind the end are not touched, so the address behind them may be nobody's.
        Vector512<float> mask = Mask(count);
        return Vector512.Create(Avx.MaskLoad((float*)source, mask.GetLower()), Avx.MaskLoad((float*)source + 8, mask.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<TElement>(byte* target, Vector512<float> value, int count)
        where TElement : struct, IElement
    {
        if (typeof(TElement) != typeof(Float32) || !Avx.IsSupported)
        {
            StoreBytes<TElement>(target, value, count);
            return;
        }

        Vector512<float> mask = Mask(count);
        Avx.MaskStore((float*)target, mask.GetLower(), value.GetLower());
        Avx.MaskStore((float*)target + 8, mask.GetUpper(), value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadBytes<TElement>(byte* source, int count)
        where TElement : struct, IElement
    {
        byte* padded = stackalloc byte[VectorMath.Lanes * sizeof(float)];
        Unsafe.InitBlockUnaligned(padded, 0, VectorMath.Lanes * sizeof(float));
        Unsafe.CopyBlockUnaligned(padded, source, (uint)(count * TElement.Size));
        return TElement.Load(padded);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreBytes<TElement>(byte* target, Vector512<float> value, int count)
        where TElement : struct, IElement
    {
        byte* padded = stackalloc byte[VectorMath.Lanes * sizeof(float)];
        TElement.Store(padded, value);
        Unsafe.CopyBlockUnaligned(target, padded, (uint)(count * TElement.Size));
    }
}
