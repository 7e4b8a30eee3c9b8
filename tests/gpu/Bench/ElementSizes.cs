namespace GuidedMixup.Gpu;

internal static class ElementSizes
{
    internal static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 => 1,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int64 => 8,
        _ => 4,
    };
}
