using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The case generator keeps its word.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class StageCasesTests
{
    [Test]
    public void Cover_OfFiveFactors_HoldsEveryValidPair()
    {
        int[] sizes = [4, 6, 3, 4, 4];
        static bool IsValid(int[] at) => at[0] * at[1] <= 6;
        List<int[]> cover = AllPairs.Cover(sizes, IsValid, 1);
        var wanted = AllPairs.Product(sizes, IsValid).SelectMany(AllPairs.Pairs).ToHashSet();
        Assert.That(cover.Where(c => !IsValid(c)), Is.Empty, "cases that may not be");
        Assert.That(wanted.Except(cover.SelectMany(AllPairs.Pairs)), Is.Empty, "pairs left out");
        Assert.That(cover, Has.Count.LessThan(AllPairs.Product(sizes, IsValid).Count / 4), "a cover is small");
    }

    [Test]
    public void Cases_OfAllStages_AreTheSameEveryTime()
    {
        List<StageCase> first = StageCases.Images().ToList(), second = StageCases.Images().ToList();
        Assert.That(first, Is.EqualTo(second), "the spectral residual's cases");
    }

    [Test]
    public void Cases_OfAllStages_AreAtMost400()
    {
        // Gradients serve two stages, saliency and backward, and so do maps: blur and normalise.
        IEnumerable<StageCase>[] all =
        [
            StageCases.Images(), StageCases.Mixes(), StageCases.Gradients(), StageCases.Gradients(), StageCases.Maps(), StageCases.Maps(),
            StageCases.CompactMaps(), StageCases.Pipelines(),
        ];
        int[] counts = [.. all.Select(cases => cases.Count())];
        Assert.That(counts.Sum(), Is.LessThanOrEqualTo(400).Or.GreaterThan(10_000),
            $"{string.Join(" + ", counts)} cases (or the full product)");
    }

    [Test]
    public void Cases_OfImages_HoldEverySideAsHeightAndAsWidth()
    {
        int[] sides = [4, 5, 7, 8, 16, 17, 31, 32, 33, 47, 64, 97, 100, 127, 128, 129, 131, 160, 224, 256];
        Assert.That(sides.Except(StageCases.Images().Select(c => c.H)), Is.Empty, "heights left out");
        Assert.That(sides.Except(StageCases.Images().Select(c => c.W)), Is.Empty, "widths left out");
    }
}
