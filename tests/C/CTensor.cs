using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.C;

/// <summary>DLPack's <c>DLTensor</c> by its published offsets, not by the library's own struct.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal unsafe struct CTensor
{
    [FieldOffset(0)]
    internal byte* Data;

    [FieldOffset(8)]
    internal int DeviceType;

    [FieldOffset(12)]
    internal int DeviceId;

    [FieldOffset(16)]
    internal int Rank;

    [FieldOffset(20)]
    internal byte Code;

    [FieldOffset(21)]
    internal byte Bits;

    [FieldOffset(22)]
    internal ushort Lanes;

    [FieldOffset(24)]
    internal long* Shape;

    [FieldOffset(32)]
    internal long* Strides;

    [FieldOffset(40)]
    internal ulong ByteOffset;
}
