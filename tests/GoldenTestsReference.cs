using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The parts of the reference that the library does not show: taps, box mean, resize, gray.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GoldenTestsReference
{
    private static readonly GoldenCase _units = GoldenCase.All.Single(c => c.Kind == "units");

    [Test]
    public void Taps_OfSevenAndThree_AreTheReleasedOnes() =>
        Tolerance.Absolute(Reference.GaussianBlur.Taps(7, 3), _units.Values("gauss_k7_s3"), 1e-7, "Reference: taps", "gauss_k7_s3");

    [Test]
    public void Box_OfAPlane_IsTheReleasedOne()
    {
        double[] input = _units.Values("box_in");
        double[] boxes = input.Chunk(9 * 13).SelectMany(plane => Reference.SpectralResidual.Box(plane, 9, 13)).ToArray();
        Tolerance.OfMaximum(boxes, _units.Values("box_out"), 2, 1e-6, "Reference: box", "box_out");
    }

    [TestCase(19, 80)]
    [TestCase(64, 64)]
    [TestCase(37, 20)]
    public void Resize_WithAndWithoutAntialias_IsTheReleasedOne(int h, int w)
    {
        double[] input = _units.Values("resize_in");
        foreach (string mode in new[] { "noaa", "aa" })
        {
            double[] resized = input.Chunk(37 * 53).SelectMany(p => Reference.Resize.Bilinear(p, 37, 53, h, w, mode == "aa")).ToArray();
            string field = $"resize_{h}x{w}_{mode}";
            Tolerance.OfMaximum(resized, _units.Values(field), 2, Tolerance.Resize, "Reference: resize", field);
        }
    }

    [TestCase("gray_resized", false)]
    [TestCase("gray_resized_antialias", true)]
    public void Gray_ResizedToTheWorkingSize_IsTheReleasedOne(string field, bool antialias)
    {
        foreach (GoldenCase golden in GoldenCase.All.Where(c => c.Has(field)))
        {
            double[] images = golden.Values("input");
            double[] resized = images.Chunk(golden.C * golden.H * golden.W)
                .SelectMany(x => Reference.Resize.Bilinear(
                    Reference.SpectralResidual.Gray(x, golden.C, golden.H * golden.W), golden.H, golden.W, 128, 128, antialias))
                .ToArray();
            Tolerance.OfMaximum(resized, golden.Values(field), golden.N, Tolerance.Resize, "Reference: gray, resized", $"{golden} {field}");
        }
    }

    [TestCaseSource(typeof(GoldenTests), nameof(GoldenTests.Batches), new object[] { "gray" })]
    public void Gray_OfGoldenImages_IsTheReleasedOne(GoldenCase golden)
    {
        double[] gray = golden.Values("input").Chunk(golden.C * golden.H * golden.W)
            .SelectMany(x => Reference.SpectralResidual.Gray(x, golden.C, golden.H * golden.W)).ToArray();
        Tolerance.OfMaximum(gray, golden.Values("gray"), golden.N, 1e-6, "Reference: gray", $"{golden}");
    }

    [Test]
    public void Philox_KnownAnswers_AreThoseOfItsAuthors()
    {
        uint[] zero = Reference.Philox.Block([0, 0, 0, 0], [0, 0]);
        uint[] ones = Reference.Philox.Block([~0u, ~0u, ~0u, ~0u], [~0u, ~0u]);
        uint[] pi = Reference.Philox.Block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
        Assert.That(zero, Is.EqualTo(new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }), "all zeros");
        Assert.That(ones, Is.EqualTo(new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd }), "all ones");
        Assert.That(pi, Is.EqualTo(new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }), "digits of pi");
    }
}
