namespace GuidedMixup;

/// <summary>The element types a <see cref="TensorView"/> can hold.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32 (DLPack Float, 32 bits).</summary>
    Float32,

    /// <summary>IEEE 754 binary16 (DLPack Float, 16 bits).</summary>
    Float16,

    /// <summary>The upper half of a binary32 (DLPack Bfloat, 16 bits).</summary>
    BFloat16,

    /// <summary>Unsigned byte, the type of decoded pixels (DLPack UInt, 8 bits).</summary>
    UInt8,

    /// <summary>Signed 32-bit integer: labels, partners, flags (DLPack Int, 32 bits).</summary>
    Int32,

    /// <summary>Signed 64-bit integer: labels and partners as torch holds them (DLPack Int, 64 bits).</summary>
    Int64,
}
