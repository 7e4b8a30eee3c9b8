using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>IEEE binary16. The framework has no vector conversion, so the bits are moved by hand.</summary>
internal readonly unsafe struct Float16 : IElement
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source)
    {
        Vector512<uint> half = VectorMath.Widen(Vector256.Load((ushort*)source));
        Vector512<uint> magnitude = half & Vector512.Create(0x7FFFu);
        Vector512<uint> sign = (half ^ magnitude) << 16;
        // Exponent and fraction in place, then rebias by 2¹¹², which also normalises subnormals.
        Vector512<float> value = (magnitude << 13).AsSingle() * Vector512.Create(5.192296858534828e33f);
        Vector512<uint> special = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7BFF)).AsUInt32();
        return (value.AsUInt32() | sign | (special & Vector512.Create(0x7F800000u))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => (float)*(Half*)source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector512<float> value) => Narrow(value).Store((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(byte* target, Vector512<float> value) => Narrow(value).StoreAlignedNonTemporal((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> magnitude = bits & Vector512.Create(0x7FFFFFFFu);
        Vector512<uint> sign = (bits ^ magnitude) >> 16;
        Vector512<uint> odd = (magnitude >> 13) & Vector512<uint>.One;
        Vector512<uint> normal = (magnitude + Vector512.Create(0xC8000FFFu) + odd) >> 13;
        // Below 2⁻¹⁴ adding ½ puts the subnormal fraction, rounded, into the low bits.
        Vector512<uint> subnormal = (magnitude.AsSingle() + Vector512.Create(0.5f)).AsUInt32() - Vector512.Create(0x3F000000u);
        Vector512<uint> half = Vector512.ConditionalSelect(
            Vector512.LessThan(magnitude.AsInt32(), Vector512.Create(0x38800000)).AsUInt32(), subnormal, normal);
        half = Vector512.ConditionalSelect(
            Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x477FFFFF)).AsUInt32(), Vector512.Create(0x7C00u), half);
        half = Vector512.ConditionalSelect(
            Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7F800000)).AsUInt32(), Vector512.Create(0x7E00u), half);
        half |= sign;
        return VectorMath.Narrow(half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(byte* target, float value) => *(Half*)target = (Half)value;
}
