using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.C;

/// <summary><c>guidedmixup_execution</c> by the offsets that tests/C/layout.c holds the header to.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct CExecution
{
    [FieldOffset(0)]
    internal nuint Size;

    [FieldOffset(8)]
    internal nint Stream;

    [FieldOffset(16)]
    internal CTensor* Workspace;

    [FieldOffset(24)]
    internal int DeviceType;

    [FieldOffset(28)]
    internal int DeviceId;

    [FieldOffset(32)]
    internal int Threads;

    [FieldOffset(36)]
    internal int Reserved;
}
