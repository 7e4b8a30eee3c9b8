namespace GuidedMixup.LibTorch;

/// <summary>torch's element types (c10::ScalarType), by number.</summary>
internal static class ScalarTypes
{
    private static readonly string[] Names =
    [
        "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex32", "complex64", "complex128", "bool", "qint8",
        "quint8", "qint32", "bfloat16",
    ];

    /// <summary>The view's element type.</summary>
    /// <returns>False for a type that no stage takes.</returns>
    internal static bool TryGet(sbyte scalar, out ElementType type)
    {
        (bool isTaken, type) = scalar switch
        {
            0 => (true, ElementType.UInt8),
            3 => (true, ElementType.Int32),
            4 => (true, ElementType.Int64),
            5 => (true, ElementType.Float16),
            6 => (true, ElementType.Float32),
            15 => (true, ElementType.BFloat16),
            _ => (false, default),
        };
        return isTaken;
    }

    /// <summary>The type as torch names it.</summary>
    internal static string Name(sbyte scalar) => scalar >= 0 && scalar < Names.Length ? Names[scalar] : $"scalar type {scalar}";
}
