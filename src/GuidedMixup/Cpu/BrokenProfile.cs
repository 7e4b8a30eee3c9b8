using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The labelling of least E for any V, by dynamic programming over the last w nodes, where few enough labels are left.</summary>
/// <remarks>
/// The nodes are taken in row-major order. A state is a label for each of the last w nodes; adding a node forgets the one above it, keeping for
/// each new state the least cost and the forgotten label (the lowest of equals). Time and memory are bounded by <see cref="MaxStates"/>.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct BrokenProfile
{
    /// <summary>Most states at a time: eleven labels at each of four nodes, and a little more.</summary>
    internal const int MaxStates = 1 << 14;

    private readonly DeadEndElimination _labels;
    private readonly long* _cost;
    private readonly long* _next;
    private readonly byte* _forgotten;

    /// <param name="labels">What labels are left.</param>
    /// <param name="nodes">h·w.</param>
    /// <param name="workspace">Holds the states: 0.25 MiB and 16 KiB a node.</param>
    internal BrokenProfile(in DeadEndElimination labels, int nodes, HostWorkspace workspace)
    {
        _labels = labels;
        _cost = workspace.Take<long>(MaxStates);
        _next = workspace.Take<long>(MaxStates);
        _forgotten = workspace.Take<byte>((long)nodes * MaxStates);
    }

    /// <summary>The most states at a time that the labels left ask for, or more than <see cref="MaxStates"/>.</summary>
    internal long States(in GridCutProblem problem)
    {
        long most = 0;
        for (int s = 0; s < problem.Nodes; s++)
        {
            // With node s come the labels of s and of the w − 1 nodes before it; the transition also sees the one above.
            long states = 1;
            for (int t = Math.Max(s - problem.W + 1, 0); t <= s && states <= MaxStates; t++) states *= _labels.Counts[t];
            most = Math.Max(most, states);
        }

        return most;
    }

    /// <summary>Writes the labelling [h,w] and returns its energy. Asks for no more than <see cref="MaxStates"/> states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal long Solve(in GridCutProblem problem, int* x)
    {
        int nodes = problem.Nodes, w = problem.W;
        long* cost = _cost, next = _next;
        cost[0] = 0;
        // States are numbers in mixed radix, the oldest node's label the least digit.
        int states = 1;
        for (int s = 0; s < nodes; s++)
        {
            int oldest = s >= w ? _labels.Counts[s - w] : 1, rest = states / oldest, count = _labels.Counts[s];
            Add(problem, s, cost, next, oldest, rest);
            states = rest * count;
            long* swap = cost;
            cost = next;
            next = swap;
        }

        int best = 0;
        for (int i = 1; i < states; i++)
        {
            if (cost[i] < cost[best]) best = i;
        }

        long energy = cost[best];
        // Back from the last node: the state's highest digit is node s, its lost lowest one was kept.
        for (int s = nodes - 1, state = best; s >= 0; s--)
        {
            int oldest = s >= w ? _labels.Counts[s - w] : 1, count = _labels.Counts[s];
            int rest = states / count;
            int digit = state / rest;
            x[s] = _labels.Alive(s)[digit];
            int forgotten = _forgotten[(nint)s * MaxStates + state];
            state = (state - digit * rest) * oldest + forgotten;
            states = rest * oldest;
        }

        return energy;
    }

    /// <summary>next[digit of s, rest] = U + left edge + min over the forgotten digit of (cost[rest, forgotten] + upper edge).</summary>
    private void Add(in GridCutProblem problem, int s, long* cost, long* next, int oldest, int rest)
    {
        int w = problem.W, y = s / w, x = s - y * w, labels = problem.Labels;
        int* alive = _labels.Alive(s), above = s >= w ? _labels.Alive(s - w) : null, before = x > 0 ? _labels.Alive(s - 1) : null;
        int previous = x > 0 ? _labels.Counts[s - 1] : 1;
        // The node before s is the highest digit of the rest; with one column it is the forgotten node above, not the one to the left.
        int lower = rest / previous;
        byte* forgotten = _forgotten + (nint)s * BrokenProfile.MaxStates;
        for (int d = 0; d < _labels.Counts[s]; d++)
        {
            int label = alive[d];
            int* smooth = problem.Smooth + label * labels;
            long unary = problem.Unary[(nint)s * labels + label];
            for (int r = 0; r < rest; r++)
            {
                long* from = cost + (nint)r * oldest;
                long least = long.MaxValue;
                int lost = 0;
                for (int o = 0; o < oldest; o++)
                {
                    long sum = from[o];
                    if (above != null) sum += (long)problem.Vertical[s - w] * smooth[above[o]];
                    if (sum >= least) continue;
                    least = sum;
                    lost = o;
                }

                if (before != null) least += (long)problem.Horizontal[s - y - 1] * smooth[before[r / lower]];
                next[d * rest + r] = unary + least;
                forgotten[d * rest + r] = (byte)lost;
            }
        }
    }
}
