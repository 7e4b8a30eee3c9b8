using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Reference;

/// <summary>PuzzleMix's parts as they are defined, with whole cost matrices.</summary>
public static class PuzzleMix
{
    /// <summary>
    /// Which square comes to each place, −1 where it is not visible: in rounds each square asks for its cheapest place (the first of equals),
    /// a place keeps the cheapest asker (the first of equals), for the others it costs 1 more; a visible place nobody has keeps its own.
    /// </summary>
    public static int[] Transport(double[] share, bool[] isVisible, int rows, int columns, double weight)
    {
        int squares = rows * columns;
        var costs = new double[squares][];
        for (int i = 0; i < squares; i++)
        {
            costs[i] = new double[squares];
            for (int j = 0; j < squares; j++)
            {
                int dy = (i / columns) - (j / columns), dx = (i % columns) - (j % columns);
                int sideY = Math.Max(rows - 1, 1), sideX = Math.Max(columns - 1, 1);
                double distance = (double)(((long)dy * dy * sideX * sideX) + ((long)dx * dx * sideY * sideY))
                    / ((double)sideX * sideY * sideX * sideY);
                costs[i][j] = (weight * distance) - (isVisible[j] ? share[i] : 0);
            }
        }

        while (true)
        {
            int[] wishes = costs.Select(row => Array.IndexOf(row, row.Min())).ToArray();
            bool isContested = false;
            var keepers = new Dictionary<int, int>();
            for (int j = 0; j < squares; j++)
            {
                int[] askers = Enumerable.Range(0, squares).Where(i => wishes[i] == j).ToArray();
                if (askers.Length == 0) continue;
                int keeper = askers.MinBy(i => costs[i][j]);
                keepers[j] = keeper;
                foreach (int i in askers)
                {
                    // Places out of sight refuse nobody.
                    if (i == keeper || !isVisible[j]) continue;
                    costs[i][j] += 1;
                    isContested = true;
                }
            }

            if (isContested) continue;
            return Enumerable.Range(0, squares)
                .Select(j => !isVisible[j] ? -1 : keepers.TryGetValue(j, out int i) && costs[i][j] < 0 ? i : j)
                .ToArray();
        }
    }

    /// <summary>Squares of two images laid together: mask·own + (1 − mask)·other, [C,H,W].</summary>
    public static double[] Blend(
        double[] own, double[] other, double[] mask, int[] sources, int[] otherSources, int c, int h, int w, int rows, int columns)
    {
        int high = h / rows, wide = w / columns;
        var mixed = new double[c * h * w];
        for (int at = 0; at < mixed.Length; at++)
        {
            int channel = at / (h * w), y = at / w % h, x = at % w, place = (y / high * columns) + (x / wide);
            double From(double[] image, int square) =>
                image[(((channel * h) + (square / columns * high) + (y % high)) * w) + (square % columns * wide) + (x % wide)];
            double m = mask[place];
            mixed[at] = (m == 0 ? 0 : m * From(own, sources[place])) + (m == 1 ? 0 : (1 - m) * From(other, otherSources[place]));
        }

        return mixed;
    }
}
