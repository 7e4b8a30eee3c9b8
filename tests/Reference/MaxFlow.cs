using System;
using System.Collections.Generic;

namespace GuidedMixup.Tests.Reference;

/// <summary>Maximum flow by shortest augmenting paths (Edmonds and Karp, JACM 1972), one path at a time.</summary>
public sealed class MaxFlow
{
    private readonly List<int>[] _arcs;
    private readonly List<(int To, long Capacity)> _list = [];

    public MaxFlow(int nodes)
    {
        _arcs = new List<int>[nodes];
        for (int v = 0; v < nodes; v++) _arcs[v] = [];
    }

    public void Add(int from, int to, long capacity, long back = 0)
    {
        _arcs[from].Add(_list.Count);
        _list.Add((to, capacity));
        _arcs[to].Add(_list.Count);
        _list.Add((from, back));
    }

    /// <summary>The flow's value; afterwards <see cref="ReachesSink"/> tells the cut.</summary>
    public long Run(int source, int sink)
    {
        long total = 0;
        while (true)
        {
            var entered = new int[_arcs.Length];
            Array.Fill(entered, -1);
            var queue = new Queue<int>([source]);
            entered[source] = int.MaxValue;
            while (queue.Count > 0 && entered[sink] < 0)
            {
                int v = queue.Dequeue();
                foreach (int arc in _arcs[v])
                {
                    if (_list[arc].Capacity <= 0 || entered[_list[arc].To] >= 0) continue;
                    entered[_list[arc].To] = arc;
                    queue.Enqueue(_list[arc].To);
                }
            }

            if (entered[sink] < 0) return total;
            long flow = long.MaxValue;
            for (int v = sink; v != source; v = _list[entered[v] ^ 1].To) flow = Math.Min(flow, _list[entered[v]].Capacity);
            for (int v = sink; v != source; v = _list[entered[v] ^ 1].To)
            {
                _list[entered[v]] = (_list[entered[v]].To, _list[entered[v]].Capacity - flow);
                _list[entered[v] ^ 1] = (_list[entered[v] ^ 1].To, _list[entered[v] ^ 1].Capacity + flow);
            }

            total += flow;
        }
    }

    /// <summary>The nodes from which the sink can still be reached: the smallest sink side of a minimum cut.</summary>
    public bool[] ReachesSink(int sink)
    {
        var reaches = new bool[_arcs.Length];
        reaches[sink] = true;
        bool isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            for (int v = 0; v < _arcs.Length; v++)
            {
                if (reaches[v] || !_arcs[v].Exists(arc => _list[arc].Capacity > 0 && reaches[_list[arc].To])) continue;
                reaches[v] = true;
                isChanged = true;
            }
        }

        return reaches;
    }
}
