using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>
/// The batches of the stage tests: pairwise-covering over N, size, C, type and layout, or with GUIDEDMIXUP_TESTS=full every one of them
/// over every H × W. Large N goes with small pictures, so that the slow reference keeps up.
/// </summary>
public static class StageCases
{
    private static readonly bool _isFull = Environment.GetEnvironmentVariable("GUIDEDMIXUP_TESTS") == "full";
    private static readonly int[] _counts = [1, 2, 3, 7, 64, 65];
    private static readonly int[] _channels = [1, 3, 4];
    private static readonly int[] _sides = [4, 5, 7, 8, 16, 17, 31, 32, 33, 47, 64, 97, 100, 127, 128, 129, 131, 160, 224, 256];

    // Every side occurs as a height and as a width; powers of two, odd, prime, tall and wide; both sides of the working size.
    private static readonly (int H, int W)[] _sizes =
    [
        (4, 4), (5, 7), (7, 5), (4, 16), (16, 8), (8, 17), (17, 4), (32, 32), (31, 33),
        (33, 47), (47, 31), (64, 64), (64, 100), (97, 64), (100, 97),
        (127, 129), (128, 128), (129, 127), (131, 160), (160, 131), (128, 224), (224, 224), (256, 32), (32, 256),
    ];

    private static readonly ElementType[] _types = [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8];
    private static readonly BatchLayout[] _layouts = Enum.GetValues<BatchLayout>();

    /// <summary>Images for the spectral residual, whose reference takes H·W·(H + W) steps.</summary>
    public static IEnumerable<StageCase> Images() => Cases(1, _sizes, _counts, _channels, _types, _layouts, 60_000);

    /// <summary>Images and masks for the mix.</summary>
    public static IEnumerable<StageCase> Mixes() => Cases(2, _sizes, _counts, _channels, _types, _layouts, 60_000);

    /// <summary>Gradients: the float types.</summary>
    public static IEnumerable<StageCase> Gradients() => Cases(3, Third(0), [1, 3, 65], _channels, _types[..3], _layouts, 60_000);

    /// <summary>Maps: the float types, one channel.</summary>
    public static IEnumerable<StageCase> Maps() =>
        Cases(4, Third(1), [1, 3, 65], [1], _types[..3], [BatchLayout.Nchw, BatchLayout.Crop, BatchLayout.Columns], 60_000);

    /// <summary>Compact float32 maps, for distances.</summary>
    public static IEnumerable<StageCase> CompactMaps() => Cases(5, Third(2), [1, 2, 7, 64, 65], [1], _types[..1], _layouts[..1], 120_000);

    /// <summary>Small batches for the whole chain.</summary>
    public static IEnumerable<StageCase> Pipelines() => Cases(6, Third(0), [1, 2, 7, 64], _channels, _types, _layouts, 60_000);

    // Every third size: 400 cases in all, and no stage without small, odd and large ones.
    private static (int H, int W)[] Third(int first) => _sizes.Where((_, i) => i % 3 == first).ToArray();

    private static IEnumerable<StageCase> Cases(
        int seed, (int H, int W)[] sizes, int[] counts, int[] channels, ElementType[] types, BatchLayout[] layouts, int mostPixels)
    {
        if (_isFull) sizes = [.. from h in _sides from w in _sides select (h, w)];
        bool IsValid(int[] at) => (long)counts[at[0]] * sizes[at[1]].H * sizes[at[1]].W <= mostPixels;

        int[] factors = [counts.Length, sizes.Length, channels.Length, types.Length, layouts.Length];
        List<int[]> cases = _isFull ? AllPairs.Product(factors, IsValid) : AllPairs.Cover(factors, IsValid, seed);
        return cases.Select((at, i) => new StageCase(
            counts[at[0]], channels[at[2]], sizes[at[1]].H, sizes[at[1]].W, types[at[3]], layouts[at[4]], (seed * 1000) + i));
    }
}
