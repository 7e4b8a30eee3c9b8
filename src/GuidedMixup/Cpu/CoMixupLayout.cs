using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// The layout of a part: each block of each output shows one input, or two by halves. z[j,s,m] is ½ for each of its two labels, so masses are
/// whole numbers of halves.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupLayout
{
    private readonly int _inputs;
    private readonly int _nodes;

    internal CoMixupLayout(int inputs, int outputs, int nodes, HostWorkspace workspace)
    {
        (_inputs, _nodes) = (inputs, nodes);
        Outputs = outputs;
        First = workspace.Take<int>((long)outputs * nodes);
        Second = workspace.Take<int>((long)outputs * nodes);
        Halves = workspace.Take<int>((long)outputs * inputs);
        Total = workspace.Take<int>(inputs);
    }

    internal int Outputs { get; }

    /// <summary>The lower of a block's labels, [outputs,N].</summary>
    internal int* First { get; }

    /// <summary>The higher of a block's labels, the same where it shows one input, [outputs,N].</summary>
    internal int* Second { get; }

    /// <summary>2·Σ_s z[j,s,m], [outputs,n].</summary>
    internal int* Halves { get; }

    /// <summary>The sum of <see cref="Halves"/> over the outputs, [n].</summary>
    internal int* Total { get; }

    /// <summary>Starts from one label a block, [outputs,N].</summary>
    internal void Set(int* labels)
    {
        new Span<int>(Halves, Outputs * _inputs).Clear();
        new Span<int>(Total, _inputs).Clear();
        for (int i = 0; i < Outputs * _nodes; i++)
        {
            First[i] = Second[i] = labels[i];
            Halves[i / _nodes * _inputs + labels[i]] += 2;
            Total[labels[i]] += 2;
        }
    }

    /// <summary>Gives output <paramref name="j"/> new labels [N].</summary>
    internal void Replace(int j, int* first, int* second)
    {
        int* halves = Halves + j * _inputs;
        for (int m = 0; m < _inputs; m++)
        {
            Total[m] -= halves[m];
            halves[m] = 0;
        }

        for (int s = 0; s < _nodes; s++)
        {
            First[j * _nodes + s] = first[s];
            Second[j * _nodes + s] = second[s];
            halves[first[s]]++;
            halves[second[s]]++;
        }

        for (int m = 0; m < _inputs; m++) Total[m] += halves[m];
    }

    internal void CopyFrom(in CoMixupLayout other)
    {
        int length = Outputs * _nodes;
        new Span<int>(other.First, length).CopyTo(new Span<int>(First, length));
        new Span<int>(other.Second, length).CopyTo(new Span<int>(Second, length));
        new Span<int>(other.Halves, Outputs * _inputs).CopyTo(new Span<int>(Halves, Outputs * _inputs));
        new Span<int>(other.Total, _inputs).CopyTo(new Span<int>(Total, _inputs));
    }
}
