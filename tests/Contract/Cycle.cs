using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>What makes a pairing a pairing.</summary>
internal static class Cycle
{
    /// <summary>One cycle through exactly <paramref name="members"/>; every other image keeps itself.</summary>
    internal static void AssertThrough(IReadOnlyList<int> partners, IReadOnlyCollection<int> members, string because = "")
    {
        Assert.That(partners.Order(), Is.EqualTo(Enumerable.Range(0, partners.Count)), "not a permutation. " + because);
        var visited = new HashSet<int>();
        int first = members.Count == 0 ? 0 : members.First();
        for (int i = first; members.Count > 0 && visited.Add(i);) i = partners[i];
        Assert.That(visited, Is.EquivalentTo(members), "not one cycle through all. " + because);
        for (int i = 0; i < partners.Count; i++)
        {
            if (!visited.Contains(i)) Assert.That(partners[i], Is.EqualTo(i), $"image {i} is not of the subset. {because}");
        }
    }

    /// <summary>One cycle through all images.</summary>
    internal static void AssertThroughAll(IReadOnlyList<int> partners, string because = "") =>
        AssertThrough(partners, [.. Enumerable.Range(0, partners.Count)], because);
}
