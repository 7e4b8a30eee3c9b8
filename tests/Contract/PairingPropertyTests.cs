using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NUnit.Framework;
using Check = FsCheck.NUnit.PropertyAttribute;

#pragma warning disable NUnit1027 // FsCheck supplies the arguments.

namespace GuidedMixup.Tests.Contract;

/// <summary>Pairings for distances and draws of every kind. The replayed seeds make each run the same.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PairingPropertyTests
{
    [Check(Replay = "20261121,1", MaxTest = 300)]
    public void Greedy_is_one_cycle_without_fixed_points(byte size, byte levels, int seed)
    {
        int n = 2 + size % 40;
        float[] distance = Distances(n, 1 + levels % 9, seed);
        int[] partners = Greedy(distance, n);
        Cycle.AssertThroughAll(partners);
        for (int i = 0; i < n; i++) Assert.That(partners[i], Is.Not.EqualTo(i));
    }

    [Check(Replay = "20261121,3", MaxTest = 200)]
    public void Greedy_within_a_subset_is_the_greedy_of_the_subset_alone(byte size, int seed)
    {
        int n = 2 + size % 30;
        float[] distance = Distances(n, 5, seed);
        byte[] subset = new byte[n];
        new Random(seed).NextBytes(subset);
        for (int i = 0; i < n; i++) subset[i] &= 1;
        int[] members = [.. Enumerable.Range(0, n).Where(i => subset[i] != 0)];
        int[] partners = Greedy(distance, n, subset);
        Cycle.AssertThrough(partners, members);
        if (members.Length == 0) return;

        float[] alone = [.. from i in members from j in members select distance[i * n + j]];
        int[] expected = Greedy(alone, members.Length);
        Assert.That(members.Select(i => partners[i]), Is.EqualTo(expected.Select(i => members[i])));
    }

    [Check(Replay = "20261121,5", MaxTest = 200)]
    public void NaN_distances_still_give_one_cycle(byte size, byte share, int seed)
    {
        int n = 2 + size % 20;
        float[] distance = Distances(n, 4, seed);
        var random = new Random(seed);
        for (int i = 0; i < n * n; i++)
        {
            if (random.Next(256) <= share) distance[i] = float.NaN;
        }

        Cycle.AssertThroughAll(Greedy(distance, n));
    }

    [Check(Replay = "20261121,7", MaxTest = 200)]
    public void Random_is_a_permutation_and_spares_those_outside_the_subset(byte size, ulong seed, ulong step, int rank)
    {
        int n = 1 + size;
        byte[] subset = [.. Enumerable.Range(0, n).Select(i => (byte)((seed >> (i % 64)) & 1))];
        int[] partners = RandomPairing(n, seed, step, rank & Philox.MaxRank, subset);
        Assert.That(partners.Order(), Is.EqualTo(Enumerable.Range(0, n)));
        for (int i = 0; i < n; i++)
        {
            if (subset[i] == 0) Assert.That(partners[i], Is.EqualTo(i));
        }
    }

    [Test]
    public void Random_is_a_function_of_seed_step_and_rank()
    {
        int[] partners = RandomPairing(64, 1, 2, 3);
        Assert.That(RandomPairing(64, 1, 2, 3), Is.EqualTo(partners));
        Assert.That(RandomPairing(64, 1 + (1ul << 32), 2, 3), Is.Not.EqualTo(partners), "the seed's high word counts.");
        Assert.That(RandomPairing(64, 2, 2, 3), Is.Not.EqualTo(partners), "the seed counts.");
        Assert.That(RandomPairing(64, 1, 3, 3), Is.Not.EqualTo(partners), "the step counts.");
        Assert.That(RandomPairing(64, 1, 2 + (1ul << 32), 3), Is.Not.EqualTo(partners), "the step's high word counts.");
        Assert.That(RandomPairing(64, 1, 2, 4), Is.Not.EqualTo(partners), "the rank counts.");
    }

    /// <summary>χ² of 24 permutations, 23 degrees of freedom: above 71.5 once in a million (each run is the same run).</summary>
    [TestCase("step")]
    [TestCase("seed")]
    [TestCase("rank")]
    public void Random_is_uniform(string varied)
    {
        const int draws = 24 * 200;
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < draws; i++)
        {
            int[] partners = varied switch
            {
                "step" => RandomPairing(4, 11, (ulong)i, 0),
                "seed" => RandomPairing(4, (ulong)i, 5, 0),
                _ => RandomPairing(4, 11, 5, i),
            };
            string key = string.Concat(partners.Select(p => p.ToString(CultureInfo.InvariantCulture)));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(24), "every permutation occurs, those with fixed points too.");
        double chiSquared = counts.Values.Sum(count => (count - 200.0) * (count - 200.0) / 200.0);
        Assert.That(chiSquared, Is.LessThan(71.5));
    }

    private static float[] Distances(int n, int levels, int seed)
    {
        var random = new Random(seed);
        var distance = new float[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) distance[i * n + j] = distance[j * n + i] = random.Next(levels);
        }

        return distance;
    }

    private static int[] Greedy(float[] distance, int n, byte[]? subset = null)
    {
        using HostTensor d = HostTensor.Pin(distance.AsMemory(), n, n), s = HostTensor.Pin((subset ?? new byte[n]).AsMemory(), n);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, n);
        CycleCover.Greedy(d.View, partners.View, subset == null ? default : s.View);
        return partners.AsSpan<int>().ToArray();
    }

    private static int[] RandomPairing(int n, ulong seed, ulong step, int rank, byte[]? subset = null)
    {
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, n), s = HostTensor.Pin((subset ?? new byte[n]).AsMemory(), n);
        CycleCover.Random(partners.View, seed, step, rank, subset == null ? default : s.View);
        return partners.AsSpan<int>().ToArray();
    }
}
