using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>IEEE binary32.</summary>
internal readonly unsafe struct Float32 : IElement
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source) => Vector512.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* source) => *(float*)source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector512<float> value) => value.Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(byte* target, Vector512<float> value)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            value.StoreAlignedNonTemporal((float*)target);
            return;
        }

        value.GetLower().StoreAlignedNonTemporal((float*)target);
        value.GetUpper().StoreAlignedNonTemporal((float*)target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(byte* target, float value) => *(float*)target = value;
}
