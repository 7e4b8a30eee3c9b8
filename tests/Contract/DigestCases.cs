using System.Collections.Generic;

namespace GuidedMixup.Tests.Contract;

/// <summary>Batches of every element type, layout and saliency, reduced to one line of digests each.</summary>
internal static class DigestCases
{
    private static readonly GuidedMixerOptions Residual = new();

    /// <summary>Name and digests of each case, in a fixed order.</summary>
    internal static IEnumerable<string> All(int threads = 1)
    {
        foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8])
        {
            foreach (bool isChannelsLast in (bool[])[false, true])
                yield return Line(Residual, 5, 3, 33, 47, type, isChannelsLast, threads);
        }

        yield return Line(Residual, 8, 3, 32, 32, ElementType.Float32, false, threads);
        yield return Line(Residual, 3, 1, 64, 31, ElementType.Float32, false, threads);
        yield return Line(Residual, 2, 3, 150, 140, ElementType.Float32, false, threads);
        yield return Line(Residual with { Antialias = true }, 2, 3, 150, 140, ElementType.UInt8, true, threads);
        yield return Line(Residual with { Saliency = Saliency.Gradient }, 6, 3, 33, 47, ElementType.Float32, false, threads);
        yield return Line(Residual with { Saliency = Saliency.Gradient, Distance = DistanceMetric.Cosine },
            6, 3, 16, 17, ElementType.Float16, true, threads);
        yield return Line(Residual with { Saliency = Saliency.Supplied, Distance = DistanceMetric.L1 },
            6, 3, 9, 70, ElementType.BFloat16, false, threads);
        yield return Line(Residual with { Pairing = Pairing.Random, Seed = 7 }, 5, 3, 24, 20, ElementType.UInt8, false, threads, ElementType.Float32);
        foreach (MixMethod method in (MixMethod[])[MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix, MixMethod.SnapMix])
        {
            GuidedMixerOptions drawn = Residual with { Method = method, Seed = 11, Alpha = 0.7 };
            yield return Line(drawn, 5, 3, 33, 47, ElementType.Float32, false, threads);
            yield return Line(drawn with { DrawMode = DrawMode.Image }, 18, 3, 60, 300, ElementType.UInt8, true, threads, ElementType.Float16);
            yield return Line(drawn with { DrawMode = DrawMode.Pair, Pairing = Pairing.Greedy }, 6, 3, 17, 20, ElementType.BFloat16, false, threads);
        }
    }

    private static string Line(
        GuidedMixerOptions options,
        int n,
        int c,
        int h,
        int w,
        ElementType type,
        bool isChannelsLast,
        int threads,
        ElementType? outputType = null)
    {
        using var batch = new SeededBatch(n, c, h, w, type, isChannelsLast);
        string name = $"{options.Method} {options.Saliency}/{options.Distance} {n}×{c}×{h}×{w} {type} {(isChannelsLast ? "NHWC" : "NCHW")}";
        return name + ": " + MixRecord.Run(new GuidedMixer(options), batch, threads, outputType: outputType).Digest;
    }
}
