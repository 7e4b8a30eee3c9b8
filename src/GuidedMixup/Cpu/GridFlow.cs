using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The minimum cut of a grid between a source and a sink, by push–relabel in waves with exact distances.</summary>
/// <remarks>
/// Node sets are bits, node s in word s / 64, so that one step of a breadth-first search is a shift and a mask for each direction. A wave
/// finds every node's distance to the sink in the residual graph, then visits the nodes that hold excess from the farthest to the nearest
/// and pushes all it can one step nearer; excess more than <see cref="Window"/> − 2 levels behind the nearest waits. What stays behind is farther
/// from the sink in the next wave, so there are at most n² waves, and no more than <see cref="MaxWaves"/> are made. When no excess reaches the sink
/// any more, the nodes that still reach it are the sink's side: the smallest one among all minimum cuts, whatever the order of pushes. A node's
/// pushes in a wave do not hang on those of others at its level, so waves are the same on every backend. Sources: Goldberg and Tarjan, "A New
/// Approach to the Maximum-Flow Problem", JACM 1988.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct GridFlow
{
    /// <summary>Most waves of a cut; the stored problems take up to 60, the worst of 32×32 that a search of some minutes came upon 327.</summary>
    internal const int MaxWaves = 1 << 12;

    /// <summary>Levels of the search that are kept, and one more that it may look beyond its last.</summary>
    private const int Window = 64;

    private readonly int _w;
    private readonly int _words;
    private readonly int* _right;
    private readonly int* _left;
    private readonly int* _down;
    private readonly int* _up;
    private readonly int* _excess;
    private readonly int* _room;
    private readonly ulong* _bits;
    private readonly ulong* _levels;

    internal GridFlow(int h, int w, HostWorkspace workspace)
    {
        int nodes = h * w;
        _w = w;
        _words = (nodes + 63) / 64;
        int* ints = workspace.Take<int>(6L * nodes);
        _right = ints;
        _left = ints + nodes;
        _down = ints + 2 * nodes;
        _up = ints + 3 * nodes;
        _excess = ints + 4 * nodes;
        _room = ints + 5 * nodes;
        // A word of zeros before and after each set, for the shifts.
        _bits = workspace.Take<ulong>(8L * (_words + 2));
        new Span<ulong>(_bits, 8 * (_words + 2)).Clear();
        _levels = workspace.Take<ulong>((Window + 1) * (_words + 2));
        new Span<ulong>(_levels, (Window + 1) * (_words + 2)).Clear();
    }

    /// <summary>Words of a node set.</summary>
    internal int Words => _words;

    /// <summary>Capacity from s to its right neighbour, a value a node; 0 where there is none. Likewise below.</summary>
    internal int* Right => _right;

    internal int* Left => _left;

    internal int* Down => _down;

    internal int* Up => _up;

    /// <summary>What the source brings to a node, at least 0.</summary>
    internal int* Excess => _excess;

    /// <summary>What a node can hand to the sink, at least 0; never positive beside excess.</summary>
    internal int* Room => _room;

    /// <summary>The nodes with a capacity to the right.</summary>
    internal ulong* RightBits => Set(0);

    internal ulong* LeftBits => Set(1);

    internal ulong* DownBits => Set(2);

    internal ulong* UpBits => Set(3);

    /// <summary>The nodes with excess.</summary>
    internal ulong* ExcessBits => Set(4);

    /// <summary>The nodes with room.</summary>
    internal ulong* RoomBits => Set(5);

    /// <summary>After <see cref="Run"/>: the smallest sink side.</summary>
    internal ulong* SinkSide => Set(6);

    /// <summary>
    /// Spends the capacities. Reads and writes only nodes that are in one of the sets. False where the cut was not found in so many waves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Run(int maxWaves = MaxWaves)
    {
        for (int wave = 0; ; wave++)
        {
            int farthest = Search();
            if (farthest == 0) return true;
            if (wave == maxWaves) return false;
            // Level d needs level d − 1 beside it.
            int last = Math.Max(farthest - Window + 2, 1);
            for (int level = farthest; level >= last; level--) Push(level);
        }
    }

    private ulong* Set(int i) => _bits + i * (_words + 2) + 1;

    private ulong* Level(int i) => _levels + i % (Window + 1) * (_words + 2) + 1;

    /// <summary>
    /// Fills the levels 1 (nodes with room), 2, … by distance to the sink, and the sink side with all of them. Returns the level at which all
    /// excess had been found, the window from the nearest of it on was full, or the search ended; 0 where no excess reaches the sink.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Search()
    {
        ulong* seen = SinkSide, excess = ExcessBits, level = Level(1), right = RightBits, left = LeftBits, down = DownBits, up = UpBits;
        ulong found = 0, missing = 0;
        int words = _words, w = _w, nearest = 0;
        for (int k = 0; k < words; k++)
        {
            seen[k] = level[k] = RoomBits[k];
            found |= seen[k] & excess[k];
            missing |= excess[k] & ~seen[k];
        }

        for (int depth = 1; ; depth++)
        {
            if (nearest == 0 && found != 0) nearest = depth;
            if (found != 0 && (missing == 0 || depth == nearest + Window - 2)) return depth;
            ulong* next = Level(depth + 1);
            ulong any = 0;
            missing = 0;
            for (int k = 0; k < words; k++)
            {
                // Who has an arc into the level: its left neighbours by their arcs to the right, and so on.
                ulong set = (((level[k] >> 1) | (level[k + 1] << 63)) & right[k])
                    | (((level[k] << 1) | (level[k - 1] >> 63)) & left[k])
                    | (((level[k] >> w) | (level[k + 1] << (64 - w))) & down[k])
                    | (((level[k] << w) | (level[k - 1] >> (64 - w))) & up[k]);
                set &= ~seen[k];
                next[k] = set;
                any |= set;
            }

            if (any == 0) return found == 0 ? 0 : depth;
            for (int k = 0; k < words; k++)
            {
                seen[k] |= next[k];
                found |= next[k] & excess[k];
                missing |= excess[k] & ~seen[k];
            }

            level = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Push(int level)
    {
        ulong* here = Level(level), below = Level(level - 1), excess = ExcessBits;
        for (int k = 0; k < _words; k++)
        {
            for (ulong nodes = here[k] & excess[k]; nodes != 0; nodes &= nodes - 1)
            {
                int s = k * 64 + BitOperations.TrailingZeroCount(nodes);
                int left = _excess[s];
                if (level == 1)
                {
                    int flow = Math.Min(left, _room[s]);
                    left -= flow;
                    if ((_room[s] -= flow) == 0) Clear(RoomBits, s);
                }
                else
                {
                    if (Has(RightBits, s) && Has(below, s + 1)) left -= Push(s, s + 1, left, _right, _left, RightBits, LeftBits);
                    if (left > 0 && Has(LeftBits, s) && Has(below, s - 1)) left -= Push(s, s - 1, left, _left, _right, LeftBits, RightBits);
                    if (left > 0 && Has(DownBits, s) && Has(below, s + _w)) left -= Push(s, s + _w, left, _down, _up, DownBits, UpBits);
                    if (left > 0 && Has(UpBits, s) && Has(below, s - _w)) left -= Push(s, s - _w, left, _up, _down, UpBits, DownBits);
                }

                _excess[s] = left;
                if (left == 0) Clear(excess, s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Push(int s, int t, int excess, int* forth, int* back, ulong* forthBits, ulong* backBits)
    {
        int flow = Math.Min(excess, forth[s]);
        if ((forth[s] -= flow) == 0) Clear(forthBits, s);
        back[t] += flow;
        Mark(backBits, t);
        _excess[t] += flow;
        Mark(ExcessBits, t);
        return flow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has(ulong* set, int s) => (set[s >> 6] >> s & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mark(ulong* set, int s) => set[s >> 6] |= 1ul << s;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(ulong* set, int s) => set[s >> 6] &= ~(1ul << s);
}
