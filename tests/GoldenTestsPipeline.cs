using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The whole chain, from the released program's images to its mixed images.</summary>
[TestFixtureSource(typeof(Stages), nameof(Stages.All))]
[Parallelizable(ParallelScope.All)]
public sealed class GoldenTestsPipeline(Stages stages)
{
    [TestCaseSource(typeof(GoldenTests), nameof(GoldenTests.Batches), new object[] { "" })]
    public void Mix_OfGoldenImages_IsTheReleasedOne(GoldenCase golden)
    {
        var answer = new GoldenAnswer(golden);
        double[] images = golden.Values("input");
        Reference.PipelineResult result = stages.Run(images, golden.IsGradient ? answer.Saliency : null, null, golden.Shape);
        Assert.That(result.Partners, Is.EqualTo(answer.Partners), $"{stages}: partners of {golden}");
        Assert.That(result.IsDegenerate, Is.EqualTo(answer.IsDegenerate), $"{stages}: flags of {golden}");
        Tolerance.OfMaximum(result.Saliency, answer.Saliency, golden.N, Tolerance.Map, Name("saliency"), $"{golden}");
        Tolerance.OfMaximum(result.Normalised, answer.Normalised, golden.N, Tolerance.Map, Name("normalised"), $"{golden}");
        Tolerance.Relative(result.Distance, answer.Distance, Tolerance.ChainedDistance, Name("distance"), $"{golden}");
        Tolerance.Absolute(result.Mask, answer.Mask, Tolerance.Mask, Name("mask"), $"{golden}");
        Tolerance.Absolute(result.Ratio, answer.Ratio, Tolerance.Ratio, Name("ratio"), $"{golden}");
        Tolerance.Absolute(result.Mixed, answer.Mixed, Tolerance.Mixed, Name("mixed"), $"{golden}");
        if (golden.Has("norm_exact"))
            Tolerance.OfMaximum(
                result.Normalised, golden.Values("norm_exact"), golden.N, Tolerance.Map, Name("normalised, exact"), $"{golden}");
    }

    [TestCaseSource(typeof(GoldenTests), nameof(GoldenTests.Batches), new object[] { "mask_random" })]
    public void Mix_WithTheReleasedPermutation_IsTheReleasedOne(GoldenCase golden)
    {
        Reference.PipelineResult result = stages.Run(golden.Values("input"), null, golden.Indices("idx_random"), golden.Shape);
        Assert.That(result.Partners, Is.EqualTo(golden.Indices("idx_random")), $"{stages}: handed-in partners of {golden}");
        Tolerance.Absolute(result.Mask, golden.Values("mask_random"), Tolerance.Mask, Name("mask, random"), $"{golden}");
        Tolerance.Absolute(result.Ratio, golden.Values("ratio_random"), Tolerance.Ratio, Name("ratio, random"), $"{golden}");
        Tolerance.Absolute(result.Mixed, golden.Values("mixed_random"), Tolerance.Mixed, Name("mixed, random"), $"{golden}");
    }

    [Test]
    public void Mix_OfAnImageWithANaNPixel_PairsAndKeepsTheNaNWhereItIs()
    {
        GoldenCase golden = GoldenCase.All.Single(c => c.Name == "edge_nan");
        double[] images = golden.Values("input");
        Reference.PipelineResult result = stages.Run(images, null, null, golden.Shape);
        int image = golden.C * golden.H * golden.W;
        int[] spoiled = Enumerable.Range(0, images.Length).Where(i => double.IsNaN(images[i])).ToArray();
        Assert.That(spoiled, Is.Not.Empty.And.All.GreaterThanOrEqualTo(2 * image).And.All.LessThan(3 * image),
            "the golden's NaN is in image 2");
        Assert.That(result.Partners, Is.EqualTo(new[] { 3, 0, 1, 2 }), $"{stages}: partners of edge_nan");
        Assert.That(result.IsDegenerate, Is.EqualTo(new[] { false, false, true, false }), $"{stages}: flags of edge_nan");
        // Image 2 reaches its own mix and that of the image whose partner it is.
        int successor = Array.IndexOf(result.Partners, 2);
        int[] allowed = spoiled.Concat(spoiled.Select(place => place - (2 * image) + (successor * image))).Order().ToArray();
        int[] found = Enumerable.Range(0, images.Length).Where(i => !double.IsFinite(result.Mixed[i])).ToArray();
        Assert.That(found, Is.EqualTo(allowed), $"{stages}: NaN of edge_nan in the mixed images");
        Assert.That(result.Mask.Concat(result.Ratio).Concat(result.Distance).Concat(result.Normalised).All(double.IsFinite), Is.True,
            $"{stages}: edge_nan");
    }

    private string Name(string stage) => $"{stages}, golden chain: {stage}";
}
