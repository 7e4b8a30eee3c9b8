using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>A labelling that no swap of two labels improves: the solver whose answers are those of the released programs.</summary>
/// <remarks>
/// From all nodes at label 0, over and over: for a = 0..L−1, for b = L−1..a+1, the nodes labelled a or b are split anew between the two by a
/// minimum cut, a on the source's side, b on the smallest sink's side, so that ties go to a. It ends after a round that did not lower E, or
/// after <see cref="MaxRounds"/>. A pair is passed over where nothing that its cut depends on has changed since it was last cut: it would come
/// out the same. A cut of more waves than <see cref="GridFlow.MaxWaves"/> is given up: its nodes keep their labels. Source: Boykov, Veksler and
/// Zabih, "Fast Approximate Energy Minimization via Graph Cuts", PAMI 2001.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct AlphaBetaSwap
{
    /// <summary>A bound on the time; the instances at hand take 2 to 5.</summary>
    internal const int MaxRounds = 100;

    private readonly GridFlow _flow;
    private readonly int _maxWaves;
    private readonly int _h;
    private readonly int _w;
    private readonly int _words;

    // Weights of the edge to the right, left, down and up of each node, 0 at the border.
    private readonly int* _weights;

    // C[l,s] = U[s,l] + Σ_t e_st·V[l,x_t], the cost of label l at node s beside its neighbours' labels; [L,nodes].
    private readonly int* _costs;
    private readonly ulong* _members;
    private readonly long* _changed;
    private readonly long* _cut;

    internal AlphaBetaSwap(int h, int w, int maxLabels, HostWorkspace workspace, int maxWaves = GridFlow.MaxWaves)
    {
        _flow = new GridFlow(h, w, workspace);
        _maxWaves = maxWaves;
        (_h, _w, _words) = (h, w, _flow.Words);
        _weights = workspace.Take<int>(4L * h * w);
        _costs = workspace.Take<int>((long)maxLabels * h * w);
        _members = workspace.Take<ulong>((long)maxLabels * _words);
        _changed = workspace.Take<long>(maxLabels);
        _cut = workspace.Take<long>((long)maxLabels * maxLabels);
    }

    /// <summary>Writes the labelling [h,w] and returns its energy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal long Solve(in GridCutProblem problem, int* x)
    {
        Start(problem, x);
        int labels = problem.Labels;
        long energy = problem.Energy(x), clock = 1;
        for (int round = 0; round < MaxRounds; round++)
        {
            for (int a = 0; a < labels; a++)
            {
                problem.Cancellation.ThrowIfCancellationRequested();
                for (int b = labels - 1; b > a; b--)
                {
                    long* last = _cut + a * labels + b;
                    if (*last > Math.Max(_changed[a], _changed[b])) continue;
                    // The cut's own changes bear the time before it, so that they do not ask for it again.
                    Cut(problem, x, a, b, clock);
                    *last = ++clock;
                }
            }

            long previous = energy;
            energy = problem.Energy(x);
            if (energy >= previous) break;
        }

        return energy;
    }

    private void Start(in GridCutProblem problem, int* x)
    {
        int labels = problem.Labels, nodes = problem.Nodes, w = _w;
        int* right = _weights, left = right + nodes, down = left + nodes, up = down + nodes;
        for (int y = 0, s = 0; y < _h; y++)
        {
            for (int i = 0; i < w; i++, s++)
            {
                right[s] = i < w - 1 ? problem.Horizontal[s - y] : 0;
                left[s] = i > 0 ? problem.Horizontal[s - y - 1] : 0;
                down[s] = y < _h - 1 ? problem.Vertical[s] : 0;
                up[s] = y > 0 ? problem.Vertical[s - w] : 0;
                x[s] = 0;
            }
        }

        for (int l = 0; l < labels; l++)
        {
            int smooth = problem.Smooth[l * labels];
            int* costs = _costs + (nint)l * nodes;
            for (int s = 0; s < nodes; s++)
                costs[s] = problem.Unary[(nint)s * labels + l] + smooth * (right[s] + left[s] + down[s] + up[s]);
            _changed[l] = 0;
        }

        // Label 0 has every node, the others none; and no pair has been cut.
        new Span<ulong>(_members, labels * _words).Clear();
        for (int s = 0; s < nodes; s++) _members[s >> 6] |= 1ul << s;
        new Span<long>(_cut, labels * labels).Clear();
    }

    /// <summary>Splits the nodes of two labels anew; changes are stamped with <paramref name="time"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Cut(in GridCutProblem problem, int* x, int a, int b, long time)
    {
        ulong* inA = _members + (nint)a * _words, inB = _members + (nint)b * _words;
        if (!Prepare(problem, x, a, b, inA, inB)) return;
        if (!_flow.Run(_maxWaves)) return;
        ulong* sink = _flow.SinkSide;
        for (int k = 0; k < _words; k++)
        {
            ulong active = inA[k] | inB[k], changed = inB[k] ^ (sink[k] & active);
            for (; changed != 0; changed &= changed - 1)
            {
                int s = k * 64 + BitOperations.TrailingZeroCount(changed);
                if (x[s] == a) Change(problem, x, s, a, b, time);
                else Change(problem, x, s, b, a, time);
            }
        }
    }

    /// <summary>Fills the network of one cut; false where it holds no node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Prepare(in GridCutProblem problem, int* x, int a, int b, ulong* inA, ulong* inB)
    {
        int nodes = problem.Nodes, w = _w, smooth = problem.Smooth[a * problem.Labels + b];
        int* right = _weights, left = right + nodes, down = left + nodes, up = down + nodes;
        int* costsA = _costs + (nint)a * nodes, costsB = _costs + (nint)b * nodes;
        ulong any = 0;
        for (int k = 0; k < _words; k++) any |= inA[k] | inB[k];
        if (any == 0) return false;
        for (int k = 0; k < _words; k++)
        {
            ulong excess = 0, room = 0, toRight = 0, toLeft = 0, toDown = 0, toUp = 0;
            for (ulong active = inA[k] | inB[k]; active != 0; active &= active - 1)
            {
                int s = k * 64 + BitOperations.TrailingZeroCount(active);
                ulong bit = active & (0 - active);
                // What b costs above a beside neighbours that are not in the cut; those in it are taken out of C.
                int supply = costsB[s] - costsA[s];
                if (right[s] > 0) supply -= Join(x[s + 1], right[s] * smooth, a, b, ref toRight, bit, _flow.Right + s);
                if (left[s] > 0) supply -= Join(x[s - 1], left[s] * smooth, a, b, ref toLeft, bit, _flow.Left + s);
                if (down[s] > 0) supply -= Join(x[s + w], down[s] * smooth, a, b, ref toDown, bit, _flow.Down + s);
                if (up[s] > 0) supply -= Join(x[s - w], up[s] * smooth, a, b, ref toUp, bit, _flow.Up + s);
                _flow.Excess[s] = Math.Max(supply, 0);
                _flow.Room[s] = Math.Max(-supply, 0);
                if (supply > 0) excess |= bit;
                else if (supply < 0) room |= bit;
            }

            (_flow.ExcessBits[k], _flow.RoomBits[k]) = (excess, room);
            (_flow.RightBits[k], _flow.LeftBits[k], _flow.DownBits[k], _flow.UpBits[k]) = (toRight, toLeft, toDown, toUp);
        }

        return true;
    }

    /// <summary>Sets the capacity to a neighbour in the cut; returns its part in C[b] − C[a].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Join(int label, int capacity, int a, int b, ref ulong bits, ulong bit, int* target)
    {
        if (label != a && label != b)
        {
            *target = 0;
            return 0;
        }

        *target = capacity;
        if (capacity > 0) bits |= bit;
        return label == a ? capacity : -capacity;
    }

    private void Change(in GridCutProblem problem, int* x, int s, int from, int to, long time)
    {
        int nodes = problem.Nodes;
        x[s] = to;
        _members[(nint)from * _words + (s >> 6)] &= ~(1ul << s);
        _members[(nint)to * _words + (s >> 6)] |= 1ul << s;
        _changed[from] = _changed[to] = time;
        int* weights = _weights + s;
        if (weights[0] > 0) Tell(problem, x, s + 1, weights[0], from, to, time);
        if (weights[nodes] > 0) Tell(problem, x, s - 1, weights[nodes], from, to, time);
        if (weights[2 * nodes] > 0) Tell(problem, x, s + _w, weights[2 * nodes], from, to, time);
        if (weights[3 * nodes] > 0) Tell(problem, x, s - _w, weights[3 * nodes], from, to, time);
    }

    /// <summary>Carries a neighbour's new label into the costs of node <paramref name="t"/>.</summary>
    private void Tell(in GridCutProblem problem, int* x, int t, int weight, int from, int to, long time)
    {
        int labels = problem.Labels, nodes = problem.Nodes;
        int* before = problem.Smooth + from * labels, after = problem.Smooth + to * labels, costs = _costs + t;
        for (int l = 0; l < labels; l++) costs[(nint)l * nodes] += weight * (after[l] - before[l]);
        _changed[x[t]] = time;
    }
}
