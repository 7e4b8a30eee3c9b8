using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Reference;

/// <summary>The pairing, as Algorithm 1 of the paper states it.</summary>
public static class CycleCover
{
    /// <summary>The greedy one-cycle cover over the images of the subset (all where null); the others keep themselves.</summary>
    public static int[] Greedy(double[] distance, int n, bool[]? subset = null)
    {
        int[] partners = Enumerable.Range(0, n).ToArray();
        List<int> images = partners.Where(i => subset == null || subset[i]).ToList();
        if (images.Count < 2) return partners;

        double At(int i, int j) => double.IsNaN(distance[(i * n) + j]) ? double.NegativeInfinity : distance[(i * n) + j];

        (int row, int column) = (images[0], images[1]);
        foreach (int i in images)
        {
            foreach (int j in images)
            {
                if (i != j && At(i, j) > At(row, column)) (row, column) = (i, j);
            }
        }

        int first = row;
        partners[row] = column;
        var unvisited = images.Where(i => i != first).ToList();
        for (int step = 0; step < images.Count - 2; step++)
        {
            row = column;
            unvisited.Remove(row);
            column = unvisited[0];
            foreach (int j in unvisited)
            {
                if (At(row, j) > At(row, column)) column = j;
            }

            partners[row] = column;
        }

        partners[column] = first;
        return partners;
    }

    /// <summary>A uniform permutation: the images of the subset, in order, take those images stably sorted by their keys.</summary>
    public static int[] Random(int n, ulong seed, ulong step, int rank, bool[]? subset = null)
    {
        int[] partners = Enumerable.Range(0, n).ToArray();
        int[] images = partners.Where(i => subset == null || subset[i]).ToArray();
        int[] sorted = images.OrderBy(i => Philox.Key(seed, step, rank, 0, (uint)i)).ToArray();
        for (int i = 0; i < images.Length; i++) partners[images[i]] = sorted[i];
        return partners;
    }
}
