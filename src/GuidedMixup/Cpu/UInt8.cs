using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Cpu;

/// <summary>A byte pixel, 0 to 255; stored by rounding half to even.</summary>
internal readonly unsafe struct UInt8 : IElement
{
    public static int Size => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source)
    {
        Vector128<byte> bytes = Vector128.Load(source);
        if (Avx512F.IsSupported) return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(bytes));
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(bytes);
        (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(low);
        (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(high);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector512<float> value) => Narrow(value).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(byte* target, Vector512<float> value) => Narrow(value).StoreAlignedNonTemporal(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrow(Vector512<float> value)
    {
        // NaN becomes 0.
        Vector512<float> clamped = Vector512.MinNative(Vector512.MaxNative(value, Vector512<float>.Zero), Vector512.Create(255f));
        // Adding 1.5·2²³ rounds half to even and leaves the integer in the low byte.
        Vector512<uint> rounded = (clamped + Vector512.Create(12582912f)).AsUInt32();
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector128Byte(rounded);
        rounded &= Vector512.Create(0xFFu);
        Vector256<ushort> words = Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(byte* target, float value) =>
        *target = (byte)MathF.Round(Math.Clamp(value, 0f, 255f), MidpointRounding.ToEven);
}
