using System;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>
/// What a golden case must give: the released answer, and this library's definition (the specification's edge table) wherever the
/// released answer is NaN or hangs on one.
/// </summary>
public sealed class GoldenAnswer
{
    public GoldenAnswer(GoldenCase golden)
    {
        int n = golden.N, pixels = golden.H * golden.W;
        Saliency = golden.Values("saliency");
        Normalised = golden.Values("norm");
        IsDegenerate = new bool[n];
        for (int i = 0; i < n; i++)
        {
            Span<double> map = Normalised.AsSpan(i * pixels, pixels);
            foreach (double value in map) IsDegenerate[i] |= double.IsNaN(value);
            if (IsDegenerate[i]) map.Fill(1.0 / pixels);
        }

        double[] images = golden.Values("input");
        double[] distance = Reference.PairDistance.Compute(Normalised, n, pixels);
        Distance = Finite(golden.Values("dist"), distance, _ => true);
        int[] released = golden.Indices("idx");
        Partners = IsDegenerate.Any(d => d) ? Reference.CycleCover.Greedy(Distance, n) : released;

        // A released mask counts only where both the partner and the two maps are still the released ones.
        bool Holds(int i) => Partners[i] == released[i] && !IsDegenerate[i] && !IsDegenerate[Partners[i]];
        double[] mask = Reference.PixelMix.Mask(Normalised, Partners, pixels);
        Mask = Finite(golden.Values("mask"), mask, at => Holds(at / pixels));
        Ratio = Finite(golden.Values("ratio"), Reference.PixelMix.Ratio(Mask, n), Holds);
        double[] mixed = Reference.PixelMix.Mix(images, Mask, Partners, golden.C, pixels);
        // For one channel the released program gives three equal ones, this library one.
        Mixed = golden.Has("mixed")
            ? Finite(Channels(golden.Values("mixed"), n, golden.C, pixels), mixed, at => Holds(at / (golden.C * pixels)))
            : mixed;
    }

    public double[] Saliency { get; }

    public double[] Normalised { get; }

    /// <summary>The images whose map is replaced by the uniform one.</summary>
    public bool[] IsDegenerate { get; }

    public double[] Distance { get; }

    public int[] Partners { get; }

    public double[] Mask { get; }

    public double[] Ratio { get; }

    public double[] Mixed { get; }

    private static double[] Finite(double[] released, double[] defined, Func<int, bool> holds) =>
        released.Select((value, i) => holds(i) && double.IsFinite(value) ? value : defined[i]).ToArray();

    private static double[] Channels(double[] mixed, int n, int c, int pixels)
    {
        int released = mixed.Length / (n * pixels);
        return Enumerable.Range(0, n).SelectMany(i => mixed.Skip(i * released * pixels).Take(c * pixels)).ToArray();
    }
}
