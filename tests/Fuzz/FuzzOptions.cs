using System;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>The options of a case: valid ones that suit its sizes, and the ways to spoil them.</summary>
internal static class FuzzOptions
{
    internal static GuidedMixerOptions Valid(FuzzCase c, Random random, bool isUInt8)
    {
        int reach = Math.Min(Math.Min(c.H, c.W) - 1, 12);
        T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
        float[] Values(float low) => [.. Enumerable.Range(0, c.C).Select(_ => low + random.NextSingle())];
        int[] blocks = [.. Enumerable.Range(1, 16).Where(b => c.H % b == 0 && c.W % b == 0)];
        return new GuidedMixerOptions
        {
            Method = c.Call.Method,
            Saliency = c.Call.Saliency,
            Alpha = Pick<double?>(null, null, 0.2, 1, 5),
            DrawMode = Pick(DrawMode.Batch, DrawMode.Pair, DrawMode.Image),
            Pairing = c.Call.Method == MixMethod.Mixup ? Pairing.Random : Pick(Pairing.Greedy, Pairing.Greedy, Pairing.Random),
            Distance = Pick(DistanceMetric.L2, DistanceMetric.L2, DistanceMetric.L1, DistanceMetric.Cosine),
            BlurSize = random.Next(3) > 0 ? Math.Min(7, (2 * reach) + 1) : (2 * random.Next(reach + 1)) + 1,
            BlurSigma = Pick(3, 3, 0.4, 1.7, 50),
            Antialias = random.Next(4) == 0,
            GrayWeights = c.C is 1 or 3 && random.Next(3) > 0 ? default : Values(0.1f),
            PixelScale = isUInt8 && random.Next(2) == 0 ? Values(0.01f) : default,
            PixelOffset = isUInt8 && random.Next(2) == 0 ? Values(-0.5f) : default,
            Probability = Pick(1, 1, 1, 0.5, 0),
            ProbabilityMode = Pick(ProbabilityMode.Batch, ProbabilityMode.Image),
            Seed = (ulong)random.NextInt64(),
            Rank = Pick(0, 0, 3, 65535),
            PuzzleMix = new PuzzleMixOptions
            {
                // A mixer can draw them, where 2 divide the images.
                Blocks = c.Call.IsMixer && blocks.Contains(2) && random.Next(4) == 0 ? 0 : Pick(blocks),
                Labels = Pick(3, 3, 2, 4, 16),
                Beta = Pick(1.2, 0, 30),
                Gamma = Pick(0.5, 0, 1e6),
                Eta = Pick(0.2, 0, 50),
                NeighbourSize = Pick(4, 1, 2, 3, int.MaxValue),
                TransportCost = Pick(0.8, 1e-300, 1e300, 0.01),
                // At most 64 squares a side.
                TransportSize = Pick(-1, -1, 0, Math.Max(c.H, c.W) <= 64 ? 1 : 0, Math.Max(c.H, c.W) <= 64 ? 3 : -1, int.MaxValue),
                PixelStd = random.Next(3) == 0 ? Values(0.1f) : default,
                Mode = Pick(SolverMode.Parity, SolverMode.Parity, SolverMode.Quality),
            },
            CoMixup = new CoMixupOptions
            {
                Blocks = Pick([.. blocks.Where(b => b <= 8)]),
                PartSize = Pick(1, 2, 3, 20, 250),
                Beta = Pick(0.32, 0, 10),
                Gamma = Pick(1.0, 0, 100),
                Tau = Pick(0.83, 0, 2),
                Eta = Pick(0.05, 0, 10),
                Omega = Pick(0.001, 0, 1),
                Iterations = Pick(1, 2, 4),
                Alpha = Pick(2, 1, 16),
                Mode = Pick(SolverMode.Parity, SolverMode.Parity, SolverMode.Quality),
                Starts = Pick(1, 2, 3),
            },
        };
    }

    internal static GuidedMixerOptions Spoilt(FuzzCase c, Random random)
    {
        T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
        float[] bad = [float.NaN], infinite = [1, float.PositiveInfinity, 1], seven = new float[7];
        GuidedMixerOptions o = c.Options;
        return random.Next(20) switch
        {
            0 => o with { BlurSize = Pick(-1, 0, 2, 6, 33, 255, 256, 257, int.MaxValue, int.MinValue) },
            1 => o with { BlurSigma = Pick(double.NaN, 0, -1, 1e-300, 1e300, double.PositiveInfinity, double.Epsilon) },
            2 => o with { GrayWeights = Pick(bad, infinite, seven) },
            3 => o with { PixelScale = Pick(bad, infinite, seven) },
            4 => o with { PixelOffset = Pick(bad, infinite, seven) },
            5 => o with { Probability = Pick(double.NaN, -0.1, 1.0001, double.PositiveInfinity, double.Epsilon) },
            6 => o with { Rank = Pick(-1, int.MinValue, int.MaxValue, 1 << 16) },
            7 => o with { Saliency = (Saliency)99 },
            8 => o with { Pairing = (Pairing)(-1) },
            9 => o with { Distance = (DistanceMetric)3 + random.Next(2) },
            10 => o with { ProbabilityMode = (ProbabilityMode)7 },
            11 => o with { GrayWeights = new float[c.C] },
            12 => o with { Method = (MixMethod)Pick(-1, 99), DrawMode = DrawMode.Pair },
            13 => o with { DrawMode = (DrawMode)Pick(-1, 3) },
            14 => o with { Alpha = Pick(double.NaN, 0, -1, double.PositiveInfinity, double.Epsilon, double.MaxValue) },
            15 or 16 => o with { PuzzleMix = Spoilt(o.PuzzleMix, random) },
            17 or 18 => o with { CoMixup = Spoilt(o.CoMixup, random) },
            _ => o with { Strict = true },
        };
    }

    private static PuzzleMixOptions Spoilt(PuzzleMixOptions o, Random random)
    {
        double bad = random.Next(4) switch { 0 => double.NaN, 1 => -1, 2 => double.PositiveInfinity, _ => double.MaxValue };
        return random.Next(10) switch
        {
            0 => null!,
            1 => o with { Blocks = random.Next(2) == 0 ? -1 : 33 },
            2 => o with { Labels = random.Next(2) == 0 ? 1 : 17 },
            3 => o with { Beta = bad },
            4 => o with { Gamma = bad },
            5 => o with { Eta = bad },
            6 => o with { NeighbourSize = random.Next(2) == 0 ? 0 : int.MinValue },
            7 => o with { TransportCost = bad },
            8 => o with { TransportSize = random.Next(2) == 0 ? -2 : int.MinValue, PixelStd = new float[3] },
            _ => o with { Mode = (SolverMode)(random.Next(2) == 0 ? -1 : 2) },
        };
    }

    private static CoMixupOptions Spoilt(CoMixupOptions o, Random random)
    {
        double bad = random.Next(4) switch { 0 => double.NaN, 1 => -1, 2 => double.PositiveInfinity, _ => double.MaxValue };
        int off = random.Next(4) switch { 0 => int.MinValue, 1 => -1, 2 => 251, _ => int.MaxValue };
        return random.Next(12) switch
        {
            0 => null!,
            1 => o with { Blocks = off },
            2 => o with { PartSize = off },
            3 => o with { Iterations = off },
            4 => o with { Alpha = off },
            5 => o with { Starts = off },
            6 => o with { Beta = bad },
            7 => o with { Gamma = bad },
            8 => o with { Tau = bad },
            9 => o with { Eta = bad },
            10 => o with { Omega = bad },
            _ => o with { Mode = (SolverMode)9 },
        };
    }
}
