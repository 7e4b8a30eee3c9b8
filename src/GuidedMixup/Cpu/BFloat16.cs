using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>The upper half of a binary32.</summary>
internal readonly unsafe struct BFloat16 : IElement
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source) => (VectorMath.Widen(Vector256.Load((ushort*)source)) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => System.BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector512<float> value) => Narrow(value).Store((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(byte* target, Vector512<float> value) => Narrow(value).StoreAlignedNonTemporal((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        // Rounding could carry a NaN into infinity or zero; a quiet bit keeps it one.
        Vector512<uint> quiet = (bits >> 16) | Vector512.Create(0x40u);
        rounded = Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, quiet);
        return VectorMath.Narrow(rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(byte* target, float value)
    {
        uint bits = System.BitConverter.SingleToUInt32Bits(value);
        uint rounded = float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        *(ushort*)target = (ushort)rounded;
    }
}
