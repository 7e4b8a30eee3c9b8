namespace GuidedMixup;

/// <summary>What an <see cref="ElementType"/> is.</summary>
public static class ElementTypeExtensions
{
    /// <summary>The bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 => 1,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int64 => 8,
        _ => 4,
    };
}
