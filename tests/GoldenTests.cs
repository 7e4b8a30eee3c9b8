using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Every stage by itself, fed with the released program's own inputs to that stage.</summary>
[TestFixtureSource(typeof(Stages), nameof(Stages.All))]
[Parallelizable(ParallelScope.All)]
public sealed class GoldenTests(Stages stages)
{
    private static readonly GuidedMixerOptions _unblurred = new() { BlurSize = 1 };

    [TestCaseSource(nameof(Batches), new object[] { "" })]
    public void Distance_OfGoldenMaps_IsTheReleasedOne(GoldenCase golden)
    {
        var answer = new GoldenAnswer(golden);
        double[] distance = stages.Distance(answer.Normalised, golden.N, golden.H, golden.W, DistanceMetric.L2);
        Tolerance.Relative(distance, answer.Distance, Tolerance.GoldenDistance, Name("distance"), $"{golden}");
        Tolerance.Distances(distance, answer.Normalised, golden.N, Name("distance, spec rule"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "" })]
    public void Partners_OfGoldenDistances_AreTheReleasedOnes(GoldenCase golden)
    {
        var answer = new GoldenAnswer(golden);
        Assert.That(stages.Greedy(answer.Distance, golden.N), Is.EqualTo(answer.Partners), $"{stages}: partners of {golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "" })]
    public void Normalise_OfGoldenSaliency_IsTheReleasedOne(GoldenCase golden)
    {
        var answer = new GoldenAnswer(golden);
        (double[] maps, bool[] isDegenerate) = stages.Normalise(answer.Saliency, golden.N, golden.H, golden.W);
        Tolerance.OfMaximum(maps, answer.Normalised, golden.N, Tolerance.Map, Name("normalised"), $"{golden}");
        Assert.That(isDegenerate, Is.EqualTo(answer.IsDegenerate), $"{stages}: flags of {golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "" })]
    public void Mix_OfGoldenMaps_IsTheReleasedOne(GoldenCase golden)
    {
        var answer = new GoldenAnswer(golden);
        (double[] mask, double[] mixed, double[] ratio) =
            stages.Mix(golden.Values("input"), answer.Normalised, answer.Partners, golden.Shape);
        Tolerance.Absolute(mask, answer.Mask, Tolerance.Alone, Name("mask"), $"{golden}");
        Tolerance.Absolute(ratio, answer.Ratio, Tolerance.Alone, Name("ratio"), $"{golden}");
        Tolerance.Absolute(mixed, answer.Mixed, 4 * Tolerance.Alone, Name("mixed"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "mask_random" })]
    public void Mix_WithARandomPermutation_IsTheReleasedOne(GoldenCase golden)
    {
        int[] partners = golden.Indices("idx_random");
        (double[] mask, double[] mixed, double[] ratio) = stages.Mix(golden.Values("input"), golden.Values("norm"), partners, golden.Shape);
        Tolerance.Absolute(mask, golden.Values("mask_random"), Tolerance.Alone, Name("mask, random"), $"{golden}");
        Tolerance.Absolute(ratio, golden.Values("ratio_random"), Tolerance.Alone, Name("ratio, random"), $"{golden}");
        Tolerance.Absolute(mixed, golden.Values("mixed_random"), 4 * Tolerance.Alone, Name("mixed, random"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "mixed_targets" })]
    public void Soft_OfGoldenTargets_IsTheReleasedOne(GoldenCase golden)
    {
        double[] expected = golden.Values("mixed_targets");
        double[] soft = stages.Soft(golden.Indices("targets"), golden.Indices("idx"), golden.Values("ratio"), expected.Length / golden.N);
        Tolerance.Absolute(soft, expected, Tolerance.Alone, Name("soft labels"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "dist_l1" })]
    public void Distance_L1AndCosine_AreTheReleasedOnes(GoldenCase golden)
    {
        double[] maps = golden.Values("norm");
        double[] l1 = stages.Distance(maps, golden.N, golden.H, golden.W, DistanceMetric.L1);
        Tolerance.Relative(l1, golden.Values("dist_l1"), Tolerance.GoldenDistance, Name("distance, L1"), $"{golden}");
        double[] cosine = stages.Distance(maps, golden.N, golden.H, golden.W, DistanceMetric.Cosine);
        // One rounding of a cosine near 1 is 6e-8, and the released ones err by 8e-7; maps are not negative, so |cos| is cos.
        Tolerance.Absolute(cosine, golden.Values("dist_cosine"), 2 * Tolerance.Alone, Name("distance, cosine"), $"{golden}");
        Tolerance.Absolute(cosine, golden.Values("dist_cosine_abs"), 2 * Tolerance.Alone, Name("distance, cosine"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "grad" })]
    public void GradientSaliency_OfTheGoldenGradient_IsTheReleasedOne(GoldenCase golden)
    {
        double[] saliency = stages.GradientSaliency(golden.Values("grad"), golden.Shape);
        Tolerance.OfMaximum(saliency, golden.Values("saliency"), golden.N, Tolerance.Blur, Name("gradient saliency"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "blur" })]
    public void Blur_OfGoldenSaliency_IsTheReleasedOne(GoldenCase golden)
    {
        double[] blur = stages.Blur(golden.Values("saliency"), golden.N, golden.H, golden.W, new GuidedMixerOptions());
        Tolerance.OfMaximum(blur, golden.Values("blur"), golden.N, Tolerance.Blur, Name("blur"), $"{golden}");
    }

    [TestCaseSource(nameof(Batches), new object[] { "raw" })]
    public void Raw_OfTheGoldenWorkingImage_IsTheReleasedOne(GoldenCase golden)
    {
        // The gray image at the working size, one channel: nothing is left to resize, and a blur of one tap changes nothing.
        bool isResized = golden.Has("gray_resized");
        int[] shape = isResized ? [golden.N, 1, 128, 128] : [golden.N, 1, golden.H, golden.W];
        double[] gray = golden.Values(isResized ? "gray_resized" : "gray");
        double[] raw = stages.SpectralResidual(gray, shape, _unblurred);
        Tolerance.OfMaximum(raw, golden.Values("raw"), golden.N, Tolerance.Map, Name("raw saliency"), $"{golden}");
        if (!golden.Has("raw_blur")) return;
        double[] blurred = stages.SpectralResidual(gray, shape, new GuidedMixerOptions());
        Tolerance.OfMaximum(blurred, golden.Values("raw_blur"), golden.N, Tolerance.Map, Name("raw saliency, blurred"), $"{golden}");
    }

    [TestCaseSource(nameof(PairingTags))]
    public void Partners_OfTiesZerosAndNaN_AreDefined(string tag)
    {
        GoldenCase golden = GoldenCase.All.Single(c => c.Kind == "pairing");
        double[] distance = golden.Values($"D_{tag}");
        int n = (int)Math.Sqrt(distance.Length);
        int[] partners = stages.Greedy(distance, n);
        // NaN counts as −∞ here, unlike in the released program.
        int[] expected = tag.Contains("nan", StringComparison.Ordinal)
            ? Reference.CycleCover.Greedy(distance, n)
            : golden.Indices($"idx_{tag}");
        Assert.That(partners, Is.EqualTo(expected), $"{stages}: pairing of {tag}");
        int length = 1;
        for (int i = partners[0]; i != 0 && length <= n; i = partners[i]) length++;
        Assert.That(length, Is.EqualTo(n), $"{stages}: pairing of {tag} is one cycle");
    }

    [TestCase("blur_k7_s3.0", 7, 3)]
    [TestCase("blur_k7_s0.5", 7, 0.5)]
    [TestCase("blur_k7_s1.234", 7, 1.234)]
    [TestCase("blur_k3_s1.0", 3, 1)]
    [TestCase("blur_k5_s1.5", 5, 1.5)]
    [TestCase("blur_k11_s4.0", 11, 4)]
    public void Blur_OfAnySizeAndSigma_IsTheReleasedOne(string field, int size, double sigma)
    {
        GoldenCase units = GoldenCase.All.Single(c => c.Kind == "units");
        double[] blur = stages.Blur(units.Values("blur_in"), 3, 17, 23, new GuidedMixerOptions { BlurSize = size, BlurSigma = sigma });
        Tolerance.OfMaximum(blur, units.Values(field), 3, Tolerance.Blur, Name("blur"), field);
    }

    public static IEnumerable<TestCaseData> Batches(string field) =>
        from golden in GoldenCase.All
        where golden.N > 0 && (field.Length == 0 || golden.Has(field))
        select new TestCaseData(golden).SetArgDisplayNames(golden.Name);

    public static IEnumerable<string> PairingTags() =>
        from field in GoldenCase.All.Single(c => c.Kind == "pairing").Fields
        where field.StartsWith("D_", StringComparison.Ordinal)
        select field[2..];

    private string Name(string stage) => $"{stages}, golden: {stage}";
}
