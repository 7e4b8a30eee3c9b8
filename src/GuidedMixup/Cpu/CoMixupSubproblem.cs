using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>The labelling problem of one output while the others stay: labels 0..n−1 are the inputs, further ones pairs by halves.</summary>
/// <remarks>
/// Costs are formed in float32, in this order on every backend. q[m] = ½·(halves of m in the other outputs), exact. t[m] = [(Aq)[m] > th]·q[m] and
/// offset[m] = 2γ/N·(A·t)[m]; both sums ascending, each product rounded before it is added, constants rounded from double. A label's cost at a
/// block is (c + offset) + resolve, a pair's ½·(its two costs' sum) − 5e-4; the integer is 1e5 times that, multiplied in double, truncated. Edges are trunc(1e3·β/N) from
/// double, V is 100, for a pair and its parents 25.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupSubproblem
{
    /// <summary>Most labels beyond the inputs.</summary>
    internal const int MaxPairs = 3;

    private const double UnaryScale = 1e5;
    private const double EdgeScale = 1e3;
    private const int SmoothScale = 100;
    private const int ParentSmooth = 25;
    private const float PairBonus = 5e-4f;
    private readonly int _inputs;
    private readonly int _h;
    private readonly int _w;
    private readonly int* _unary;
    private readonly int* _smooth;
    private readonly int* _edges;
    private readonly float* _offset;
    private readonly float* _overlap;

    // The labels of the pairs, and the number of all labels last.
    private readonly int* _pairs;
    private readonly int* _halves;

    internal CoMixupSubproblem(int inputs, int h, int w, HostWorkspace workspace)
    {
        (_inputs, _h, _w) = (inputs, h, w);
        int labels = inputs + MaxPairs;
        _unary = workspace.Take<int>((long)labels * h * w);
        _smooth = workspace.Take<int>(labels * labels);
        _edges = workspace.Take<int>(h * w);
        _offset = workspace.Take<float>(inputs);
        _overlap = workspace.Take<float>(inputs);
        _pairs = workspace.Take<int>(2 * MaxPairs + 1);
        _halves = workspace.Take<int>(2L * h * w);
    }

    /// <summary>What <see cref="Form"/> has made.</summary>
    internal GridCutProblem Problem(CancellationToken cancellation) =>
        new(_h, _w, Labels, _unary, _smooth, _edges, _edges) { Cancellation = cancellation };

    private int Labels
    {
        get => _pairs[2 * MaxPairs];
        set => _pairs[2 * MaxPairs] = value;
    }

    /// <summary>The integer weight of every edge.</summary>
    internal static int Edge(double beta) => (int)Math.Min(EdgeScale * beta, GridCutProblem.MaxPairwise / SmoothScale);

    /// <summary>Forms the problem of output <paramref name="j"/>; <paramref name="resolve"/> is what labels cost beside, [n].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Form(in CoMixupProblem problem, in CoMixupLayout layout, int j, float* resolve, bool withPairs)
    {
        int n = _inputs, nodes = _h * _w;
        int* own = layout.Halves + j * n;
        Offsets(problem, layout.Total, own);
        int pairs = withPairs ? FindPairs(own) : 0, labels = n + pairs;
        Labels = labels;
        new Span<int>(_smooth, labels * labels).Fill(SmoothScale);
        for (int l = 0; l < labels; l++) _smooth[l * labels + l] = 0;
        for (int p = 0; p < pairs; p++)
        {
            for (int side = 0; side < 2; side++)
            {
                int parent = _pairs[2 * p + side], pair = n + p;
                _smooth[pair * labels + parent] = _smooth[parent * labels + pair] = ParentSmooth;
            }
        }

        new Span<int>(_edges, nodes).Fill(Edge(problem.Beta));
        for (int s = 0; s < nodes; s++)
        {
            int* unary = _unary + s * labels;
            for (int m = 0; m < n; m++) unary[m] = Truncate(Cost(problem, resolve, m, s, nodes));
            for (int p = 0; p < pairs; p++)
            {
                float sum = Cost(problem, resolve, _pairs[2 * p], s, nodes) + Cost(problem, resolve, _pairs[2 * p + 1], s, nodes);
                unary[n + p] = Truncate(0.5f * sum - PairBonus);
            }
        }
    }

    /// <summary>Gives output <paramref name="j"/> the labels [N] of a solved problem.</summary>
    internal void Apply(in CoMixupLayout layout, int j, int* labels)
    {
        int nodes = _h * _w;
        Read(labels, _halves, _halves + nodes);
        layout.Replace(j, _halves, _halves + nodes);
    }

    /// <summary>The two inputs of each block, [N] and [N].</summary>
    internal void Read(int* labels, int* first, int* second)
    {
        for (int s = 0; s < _h * _w; s++)
        {
            int pair = labels[s] - _inputs;
            first[s] = pair < 0 ? labels[s] : _pairs[2 * pair];
            second[s] = pair < 0 ? labels[s] : _pairs[2 * pair + 1];
        }
    }

    private void Offsets(in CoMixupProblem problem, int* total, int* own)
    {
        int n = _inputs;
        float threshold = (float)problem.Threshold, weight = (float)(2 * problem.Gamma);
        for (int m = 0; m < n; m++)
        {
            float q = 0;
            for (int k = 0; k < n; k++) q += problem.Compatibility[m * n + k] * (0.5f * (total[k] - own[k]));
            _overlap[m] = q > threshold ? 0.5f * (total[m] - own[m]) : 0;
        }

        for (int m = 0; m < n; m++)
        {
            float sum = 0;
            for (int k = 0; k < n; k++) sum += problem.Compatibility[m * n + k] * _overlap[k];
            _offset[m] = weight * sum;
        }
    }

    private int FindPairs(int* own)
    {
        int a = Largest(own, -1, -1), b = Largest(own, a, -1), c = Largest(own, a, b);
        if (b < 0) return 0;
        if (c < 0) c = b;
        // Ascending.
        int low = Math.Min(a, Math.Min(b, c)), high = Math.Max(a, Math.Max(b, c)), middle = a + b + c - low - high;
        if (b == c)
        {
            _pairs[0] = low;
            _pairs[1] = high;
            return 1;
        }

        _pairs[0] = _pairs[2] = low;
        _pairs[1] = _pairs[4] = middle;
        _pairs[3] = _pairs[5] = high;
        return 3;
    }

    /// <summary>The input an output shows most of, the lowest of equals, beside two that are taken; −1 where it shows no other.</summary>
    private int Largest(int* own, int taken, int alsoTaken)
    {
        int best = -1;
        for (int m = 0; m < _inputs; m++)
        {
            if (own[m] > (best < 0 ? 0 : own[best]) && m != taken && m != alsoTaken) best = m;
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Cost(in CoMixupProblem problem, float* resolve, int m, int s, int nodes) =>
        problem.Costs[m * nodes + s] + _offset[m] + resolve[m];

    /// <summary>1e5·cost towards zero, within what the solvers take; NaN is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Truncate(float cost)
    {
        double scaled = UnaryScale * cost;
        if (!(scaled > -GridCutProblem.MaxUnary)) return double.IsNaN(scaled) ? 0 : -GridCutProblem.MaxUnary;
        return scaled < GridCutProblem.MaxUnary ? (int)scaled : GridCutProblem.MaxUnary;
    }
}
