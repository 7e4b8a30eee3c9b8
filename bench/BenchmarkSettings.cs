using System.Collections.Generic;

namespace GuidedMixup.Benchmarks;

/// <summary>What every benchmark is run over.</summary>
public static class BenchmarkSettings
{
    /// <summary>CI's sign of life: one small shape.</summary>
    public static bool IsShort { get; set; }

    /// <summary>The batches of the specification's targets, and their neighbours.</summary>
    public static IEnumerable<BatchShape> Shapes => IsShort
        ? [new(64, 3, 64, 64)]
        :
        [
            new(16, 3, 32, 32), new(64, 3, 32, 32), new(128, 3, 32, 32), new(256, 3, 32, 32), new(64, 3, 64, 64),
            new(16, 3, 224, 224), new(64, 3, 224, 224),
        ];

    /// <summary>Element types of images.</summary>
    public static IEnumerable<ElementType> Types =>
        IsShort ? [ElementType.Float32] : [ElementType.Float32, ElementType.BFloat16, ElementType.UInt8];

    /// <summary>Element types of gradients.</summary>
    public static IEnumerable<ElementType> FloatTypes => IsShort ? [ElementType.Float32] : [ElementType.Float32, ElementType.BFloat16];

    /// <summary>NCHW and NHWC.</summary>
    public static IEnumerable<bool> Layouts => IsShort ? [false] : [false, true];

    /// <summary>Threads a call may use.</summary>
    public static IEnumerable<int> Threads => IsShort ? [2] : [1, 2];
}
