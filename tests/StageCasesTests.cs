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
}
