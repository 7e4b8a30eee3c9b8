using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Reference;

/// <summary>A labelling problem on a grid, its energy by definition, its optimum by enumeration, and α-β swap by the book.</summary>
/// <param name="H">Rows.</param>
/// <param name="W">Columns.</param>
/// <param name="Labels">L.</param>
/// <param name="Unary">U, [h,w,L].</param>
/// <param name="Smooth">V, [L,L].</param>
/// <param name="Vertical">e of (y,x)–(y+1,x), [h−1,w].</param>
/// <param name="Horizontal">e of (y,x)–(y,x+1), [h,w−1].</param>
public sealed record GridCut(int H, int W, int Labels, int[] Unary, int[] Smooth, int[] Vertical, int[] Horizontal)
{
    /// <summary>Both ends and the weight of every edge.</summary>
    public IEnumerable<(int S, int T, long Weight)> Edges()
    {
        for (int y = 0; y < H; y++)
        {
            for (int x = 0; x < W; x++)
            {
                int s = (y * W) + x;
                if (y + 1 < H) yield return (s, s + W, Vertical[s]);
                if (x + 1 < W) yield return (s, s + 1, Horizontal[(y * (W - 1)) + x]);
            }
        }
    }

    /// <summary>E(x).</summary>
    public long Energy(int[] x) =>
        Enumerable.Range(0, H * W).Sum(s => (long)Unary[(s * Labels) + x[s]])
        + Edges().Sum(edge => edge.Weight * Smooth[(x[edge.S] * Labels) + x[edge.T]]);

    /// <summary>The least energy there is.</summary>
    public long Least()
    {
        long least = long.MaxValue;
        var x = new int[H * W];
        do least = Math.Min(least, Energy(x));
        while (Next(x));
        return least;
    }

    /// <summary>α-β swap: a ascending, b descending, from all 0, until a round does not lower the energy; ties to a.</summary>
    public int[] Swap()
    {
        var x = new int[H * W];
        long energy = Energy(x), previous;
        do
        {
            previous = energy;
            for (int a = 0; a < Labels; a++)
            {
                for (int b = Labels - 1; b > a; b--) Cut(x, a, b);
            }

            energy = Energy(x);
        }
        while (energy < previous);
        return x;
    }

    private void Cut(int[] x, int a, int b)
    {
        int[] active = Enumerable.Range(0, H * W).Where(s => x[s] == a || x[s] == b).ToArray();
        int source = H * W, sink = source + 1;
        var network = new MaxFlow(sink + 1);
        foreach (int s in active)
        {
            // A node pays for b when it is cut from the source, and for a when it is cut from the sink.
            long forB = Unary[(s * Labels) + b], forA = Unary[(s * Labels) + a];
            foreach ((int first, int second, long weight) in Edges())
            {
                if (first != s && second != s) continue;
                int other = x[first == s ? second : first];
                if (other == a || other == b) continue;
                forB += weight * Smooth[(b * Labels) + other];
                forA += weight * Smooth[(a * Labels) + other];
            }

            long least = Math.Min(forA, forB);
            network.Add(source, s, forB - least);
            network.Add(s, sink, forA - least);
        }

        foreach ((int s, int t, long weight) in Edges())
        {
            long cost = weight * Smooth[(a * Labels) + b];
            if (active.Contains(s) && active.Contains(t)) network.Add(s, t, cost, cost);
        }

        network.Run(source, sink);
        bool[] isSink = network.ReachesSink(sink);
        foreach (int s in active) x[s] = isSink[s] ? b : a;
    }

    private bool Next(int[] x)
    {
        for (int s = 0; s < x.Length; s++)
        {
            if (++x[s] < Labels) return true;
            x[s] = 0;
        }

        return false;
    }
}
