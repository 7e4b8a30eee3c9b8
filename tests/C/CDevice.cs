namespace GuidedMixup.Tests.C;

/// <summary>DLPack's <c>DLDevice</c>, passed by value.</summary>
internal readonly record struct CDevice(int Type, int Id)
{
    internal static CDevice Cpu => new(1, 0);

    internal static CDevice Gpu => new(2, 0);
}
