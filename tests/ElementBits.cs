using System;

namespace GuidedMixup.Tests;

/// <summary>Reads and writes one element of any type as a double; rounds to nearest even, as the library must.</summary>
public static unsafe class ElementBits
{
    public static double Read(void* address, ElementType type) => type switch
    {
        ElementType.Float32 => *(float*)address,
        ElementType.Float16 => (double)*(Half*)address,
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)address << 16),
        ElementType.UInt8 => *(byte*)address,
        ElementType.Int32 => *(int*)address,
        _ => *(long*)address,
    };

    public static void Write(void* address, ElementType type, double value)
    {
        switch (type)
        {
            case ElementType.Float32: *(float*)address = (float)value; break;
            case ElementType.Float16: *(Half*)address = (Half)value; break;
            case ElementType.BFloat16: *(ushort*)address = BFloat16((float)value); break;
            case ElementType.UInt8: *(byte*)address = (byte)Math.Round(Math.Clamp(value, 0, 255), MidpointRounding.ToEven); break;
            case ElementType.Int32: *(int*)address = (int)value; break;
            default: *(long*)address = (long)value; break;
        }
    }

    /// <summary>The next larger number of a half type after a positive one.</summary>
    public static double Next(double value, ElementType type)
    {
        ushort bits = 0;
        Write(&bits, type, value);
        bits++;
        return Read(&bits, type);
    }

    /// <summary>The largest relative error of rounding to <paramref name="type"/>: half a unit in the last place.</summary>
    public static double Epsilon(ElementType type) => type switch
    {
        ElementType.Float16 => Math.ScaleB(1, -11),
        ElementType.BFloat16 => Math.ScaleB(1, -8),
        _ => Math.ScaleB(1, -24),
    };

    /// <summary>The smallest step of a type near zero; rounding there errs by half of it.</summary>
    public static double Tiny(ElementType type) => type == ElementType.Float16 ? Math.ScaleB(1, -24) : Math.ScaleB(1, -133);

    private static ushort BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
