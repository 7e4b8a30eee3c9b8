using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The minimum cut of any directed network between a source and a sink, by push–relabel in waves with exact distances.</summary>
/// <remarks>
/// The same waves as <see cref="GridFlow"/>, over lists of arcs, none of which waits: the sink's side is the smallest of all minimum cuts.
/// Arcs come in pairs, arc e and its reverse e ^ 1.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct MaxFlow
{
    private readonly int* _first;
    private readonly int* _next;
    private readonly int* _head;
    private readonly long* _capacity;
    private readonly long* _excess;
    private readonly int* _distance;
    private readonly int* _queue;
    private readonly int* _counts;

    internal MaxFlow(int maxNodes, int maxArcs, HostWorkspace workspace)
    {
        _first = workspace.Take<int>(maxNodes);
        _next = workspace.Take<int>(2L * maxArcs);
        _head = workspace.Take<int>(2L * maxArcs);
        _capacity = workspace.Take<long>(2L * maxArcs);
        _excess = workspace.Take<long>(maxNodes);
        _distance = workspace.Take<int>(maxNodes);
        _queue = workspace.Take<int>(maxNodes);
        _counts = workspace.Take<int>(2);
    }

    private int Nodes => _counts[0];

    /// <summary>Starts a network of nodes without arcs.</summary>
    internal void Clear(int nodes)
    {
        new Span<int>(_first, nodes).Fill(-1);
        new Span<long>(_excess, nodes).Clear();
        _counts[0] = nodes;
        _counts[1] = 0;
    }

    /// <summary>Adds to what separates a node from the source (positive) or from the sink (negative).</summary>
    internal void Supply(int node, long amount) => _excess[node] += amount;

    /// <summary>Adds an arc.</summary>
    internal void Arc(int from, int to, long capacity)
    {
        int e = _counts[1];
        _counts[1] = e + 2;
        (_head[e], _capacity[e], _next[e]) = (to, capacity, _first[from]);
        (_head[e + 1], _capacity[e + 1], _next[e + 1]) = (from, 0, _first[to]);
        (_first[from], _first[to]) = (e, e + 1);
    }

    /// <summary>Finds the cut; false where that takes more waves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Run(int maxWaves = GridFlow.MaxWaves)
    {
        for (int wave = 0; ; wave++)
        {
            int reached = Search();
            bool isDone = true;
            // From the farthest to the nearest; nodes with negative excess still have room at the sink.
            for (int i = reached - 1; i >= 0; i--)
            {
                int v = _queue[i];
                if (_excess[v] <= 0) continue;
                isDone = false;
                for (int e = _first[v]; e >= 0 && _excess[v] > 0; e = _next[e])
                {
                    int to = _head[e];
                    if (_capacity[e] == 0 || _distance[to] != _distance[v] - 1) continue;
                    long flow = Math.Min(_excess[v], _capacity[e]);
                    _capacity[e] -= flow;
                    _capacity[e ^ 1] += flow;
                    _excess[v] -= flow;
                    _excess[to] += flow;
                }
            }

            if (isDone) return true;
            if (wave == maxWaves) return false;
        }
    }

    /// <summary>After <see cref="Run"/>: whether a node is on the sink's side.</summary>
    internal bool IsSink(int node) => _distance[node] < int.MaxValue;

    /// <summary>The distance of every node to one with room, and the nodes in its order; returns how many are within reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Search()
    {
        int reached = 0;
        for (int v = 0; v < Nodes; v++)
        {
            bool hasRoom = _excess[v] < 0;
            _distance[v] = hasRoom ? 0 : int.MaxValue;
            if (hasRoom) _queue[reached++] = v;
        }

        for (int i = 0; i < reached; i++)
        {
            int v = _queue[i];
            for (int e = _first[v]; e >= 0; e = _next[e])
            {
                int from = _head[e];
                if (_capacity[e ^ 1] == 0 || _distance[from] != int.MaxValue) continue;
                _distance[from] = _distance[v] + 1;
                _queue[reached++] = from;
            }
        }

        return reached;
    }
}
