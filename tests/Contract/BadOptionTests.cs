using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Options out of their range are refused when a mixer is made, and by each stage that reads them.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BadOptionTests
{
    private static readonly float[] WithNan = [0, float.NaN, 0], WithInfinity = [float.NegativeInfinity];

    public static IEnumerable<TestCaseData> Bad =>
    [
        Case(new() { Method = (MixMethod)77 }, "77 is no MixMethod"),
        Case(new() { DrawMode = (DrawMode)3 }, "3 is no DrawMode"),
        Case(new() { Alpha = 0 }, "Alpha is 0"),
        Case(new() { Alpha = -1 }, "Alpha is -1"),
        Case(new() { Alpha = double.NaN }, "Alpha is NaN"),
        Case(new() { Alpha = double.PositiveInfinity }, "Alpha is "),
        Case(new() { Saliency = (Saliency)9 }, "9 is no Saliency"),
        Case(new() { Pairing = (Pairing)(-1) }, "-1 is no Pairing"),
        Case(new() { Distance = (DistanceMetric)3 }, "3 is no DistanceMetric"),
        Case(new() { ProbabilityMode = (ProbabilityMode)2 }, "2 is no ProbabilityMode"),
        Case(new() { Probability = -0.001 }, "Probability is -0.001"),
        Case(new() { Probability = 1.001 }, "Probability is 1.001"),
        Case(new() { Probability = double.NaN }, "Probability is NaN"),
        Case(new() { Rank = -1 }, "Rank is -1"),
        Case(new() { Rank = Philox.MaxRank + 1 }, "Rank is 16777216"),
        Case(new() { GrayWeights = WithNan }, "GrayWeights[1] is NaN"),
        Case(new() { PixelScale = WithNan }, "PixelScale[1] is NaN"),
        Case(new() { PixelOffset = WithInfinity }, "PixelOffset[0] is -"),
        .. BadBlur,
    ];

    public static IEnumerable<TestCaseData> BadBlur =>
    [
        Case(new() { BlurSize = 0 }, "BlurSize is 0"),
        Case(new() { BlurSize = -7 }, "BlurSize is -7"),
        Case(new() { BlurSize = 8 }, "BlurSize is 8"),
        Case(new() { BlurSize = 257 }, "BlurSize is 257"),
        Case(new() { BlurSize = int.MaxValue }, $"BlurSize is {int.MaxValue}"),
        Case(new() { BlurSigma = 0 }, "BlurSigma is 0"),
        Case(new() { BlurSigma = -1 }, "BlurSigma is -1"),
        Case(new() { BlurSigma = double.NaN }, "BlurSigma is NaN"),
        Case(new() { BlurSigma = double.PositiveInfinity }, "BlurSigma is "),
    ];

    [TestCaseSource(nameof(Bad))]
    public void Mixer_refuses(GuidedMixerOptions options, string message) =>
        AssertRefused(Assert.Throws<ArgumentException>(() => _ = new GuidedMixer(options))!, message);

    [TestCaseSource(nameof(Bad))]
    public void Stage_with_all_options_refuses(GuidedMixerOptions options, string message)
    {
        foreach (string name in (string[])["SpectralResidual.Compute", "PixelMix.Mix", "Mixup.Mix", "CutMix.Mix", "SaliencyMix.Boxes"]) AssertCallRefuses(name, options, message);
    }

    [TestCaseSource(nameof(BadBlur))]
    public void Stage_that_blurs_refuses(GuidedMixerOptions options, string message)
    {
        foreach (string name in (string[])["GaussianBlur.Blur", "GaussianBlur.Normalise"]) AssertCallRefuses(name, options, message);
    }

    [Test]
    public void Null_options_are_the_papers() => Assert.That(new GuidedMixer(null).Options, Is.EqualTo(new GuidedMixerOptions()));

    private static void AssertCallRefuses(string name, GuidedMixerOptions options, string message)
    {
        using StageCall call = StageCalls.Make(name);
        call.Options = options;
        AssertRefused(call.RunBroken(), message);
    }

    private static void AssertRefused(ArgumentException error, string message)
    {
        Assert.That(error.ParamName, Is.EqualTo("options"));
        Assert.That(error.Message, Does.StartWith("options: ").And.Contain(message));
    }

    private static TestCaseData Case(GuidedMixerOptions options, string message) =>
        new TestCaseData(options, message).SetArgDisplayNames(message);
}
