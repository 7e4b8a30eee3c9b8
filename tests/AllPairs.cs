using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests;

/// <summary>A pairwise-covering set: every two values of every two factors occur together in some case, where they may at all.</summary>
public static class AllPairs
{
    /// <summary>Cases as one value's index a factor, chosen greedily from the valid ones; the seed breaks ties.</summary>
    public static List<int[]> Cover(int[] sizes, Func<int[], bool> isValid, int seed)
    {
        List<int[]> candidates = Product(sizes, isValid);
        new Random(seed).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(candidates));
        var open = new HashSet<(int, int, int, int)>(candidates.SelectMany(Pairs));
        var cover = new List<int[]>();
        while (open.Count > 0)
        {
            int[] best = candidates[0];
            int most = -1;
            foreach (int[] candidate in candidates)
            {
                int count = Pairs(candidate).Count(open.Contains);
                if (count <= most) continue;
                (best, most) = (candidate, count);
                // No case can close more pairs than it has.
                if (most == sizes.Length * (sizes.Length - 1) / 2) break;
            }

            open.ExceptWith(Pairs(best));
            cover.Add(best);
        }

        return cover;
    }

    /// <summary>Every valid case.</summary>
    public static List<int[]> Product(int[] sizes, Func<int[], bool> isValid)
    {
        var product = new List<int[]>();
        for (long at = 0, count = sizes.Aggregate(1L, (a, b) => a * b); at < count; at++)
        {
            var values = new int[sizes.Length];
            long rest = at;
            for (int i = 0; i < sizes.Length; i++)
            {
                values[i] = (int)(rest % sizes[i]);
                rest /= sizes[i];
            }

            if (isValid(values)) product.Add(values);
        }

        return product;
    }

    /// <summary>The pairs of one case: (factor, value, factor, value).</summary>
    public static IEnumerable<(int First, int Value, int Second, int Other)> Pairs(int[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++) yield return (i, values[i], j, values[j]);
        }
    }
}
