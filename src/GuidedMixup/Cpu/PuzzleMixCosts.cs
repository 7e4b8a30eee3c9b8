using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The integer labelling problem of one image and its partner.</summary>
/// <remarks>
/// All in double, in this order on every backend, without fused multiply-adds. b = β/(16·blocks). P_ab = (b·γ)·mean |difference| across a
/// boundary, a and b being 1 where that side shows the image and 0 where it shows its partner; cells ascending, channels within them. Showing
/// the image at a block costs the partner's saliency there, plus, edge by edge (up, down, left, right), ½·(P10 + P11) as the first of the
/// edge's two blocks or ½·(P01 + P11) as its second; showing the partner costs the image's saliency plus ½·(P00 + P01) or ½·(P00 + P10). An edge
/// weighs b + ½·(((P10 + P01) − P11) − P00). Label i, t = i/(L−1), costs ((1 − t)·image + t·partner) + prior_i, prior_i =
/// η/blocks²·(−ln(C(L−1,i)·λ^(L−1−i)·(1 − λ)^i + 1e-8)). The integers are trunc(1000·blocks²·cost), times 100 for labels; V_ij = 100·(i−j)²/(L−1)²,
/// truncated.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixCosts
{
    private const int SmoothScale = 100;
    private readonly PuzzleMixShape _shape;
    private readonly int _labels;
    private readonly double _b;
    private readonly double _gamma;
    private readonly double _eta;
    private readonly double* _own;
    private readonly double* _other;
    private readonly double* _priors;
    private readonly int* _unary;
    private readonly int* _smooth;
    private readonly int* _vertical;
    private readonly int* _horizontal;

    internal PuzzleMixCosts(in PuzzleMixShape shape, PuzzleMixOptions options, HostWorkspace workspace)
    {
        _shape = shape;
        _labels = options.Labels;
        _b = options.Beta / (16 * shape.Blocks);
        (_gamma, _eta) = (options.Gamma, options.Eta);
        int nodes = shape.Nodes;
        _own = workspace.Take<double>(nodes);
        _other = workspace.Take<double>(nodes);
        _priors = workspace.Take<double>(_labels);
        _unary = workspace.Take<int>((long)nodes * _labels);
        _vertical = workspace.Take<int>(nodes);
        _horizontal = workspace.Take<int>(nodes);
        _smooth = workspace.Take<int>(_labels * _labels);
        int steps = _labels - 1;
        for (int i = 0; i < _labels; i++)
        {
            for (int j = 0; j < _labels; j++) _smooth[i * _labels + j] = SmoothScale * (i - j) * (i - j) / (steps * steps);
        }
    }

    internal GridCutProblem Problem => new(_shape.Blocks, _shape.Blocks, _labels, _unary, _smooth, _vertical, _horizontal);

    /// <summary>
    /// Forms the problem from the saliency shares [blocks²] and the borders of the image and of its partner.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Form(double* share, double* partnerShare, float* borders, float* partnerBorders, float ratio)
    {
        int blocks = _shape.Blocks, nodes = _shape.Nodes;
        for (int s = 0; s < nodes; s++)
        {
            _own[s] = partnerShare[s];
            _other[s] = share[s];
        }

        int rowPiece = PuzzleMixBorders.RowPiece(_shape), columnPiece = PuzzleMixBorders.ColumnPiece(_shape);
        int rowCells = _shape.BlockW / _shape.CellW * _shape.C, columnCells = _shape.BlockH / _shape.CellH * _shape.C;
        double scale = 1000.0 * nodes;
        for (int edge = 0, at = 0; edge < nodes - blocks; edge++, at += rowCells)
        {
            double weight = Edge(borders + at, partnerBorders + at, rowPiece, rowCells, edge, edge + blocks);
            _vertical[edge] = Weight(scale * weight);
        }

        for (int x = 0, at = 2 * rowPiece; x < blocks - 1; x++)
        {
            for (int y = 0; y < blocks; y++, at += columnCells)
            {
                int s = y * blocks + x;
                double weight = Edge(borders + at, partnerBorders + at, columnPiece, columnCells, s, s + 1);
                _horizontal[y * (blocks - 1) + x] = Weight(scale * weight);
            }
        }

        Priors(ratio);
        for (int s = 0; s < nodes; s++)
        {
            for (int i = 0; i < _labels; i++)
            {
                double t = i / (double)(_labels - 1);
                double cost = (1 - t) * _own[s] + t * _other[s] + _priors[i];
                _unary[s * _labels + i] = SmoothScale * Truncate(scale * cost, GridCutProblem.MaxUnary / SmoothScale);
            }
        }
    }

    /// <summary>What a boundary adds to its two blocks; returns the edge's weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Edge(float* borders, float* partnerBorders, int piece, int cells, int first, int second)
    {
        double p00 = 0, p01 = 0, p10 = 0, p11 = 0;
        for (int i = 0; i < cells; i++)
        {
            double one = borders[i], two = borders[piece + i], other = partnerBorders[i], otherTwo = partnerBorders[piece + i];
            p11 += Math.Abs(one - two);
            p10 += Math.Abs(one - otherTwo);
            p01 += Math.Abs(other - two);
            p00 += Math.Abs(other - otherTwo);
        }

        double weight = _b * _gamma;
        p00 = weight * (p00 / cells);
        p01 = weight * (p01 / cells);
        p10 = weight * (p10 / cells);
        p11 = weight * (p11 / cells);
        _own[first] += 0.5 * (p10 + p11);
        _own[second] += 0.5 * (p01 + p11);
        _other[first] += 0.5 * (p00 + p01);
        _other[second] += 0.5 * (p00 + p10);
        return _b + 0.5 * (p10 + p01 - p11 - p00);
    }

    private void Priors(double ratio)
    {
        int steps = _labels - 1;
        double choose = 1;
        for (int i = 0; i < _labels; i++)
        {
            double likelihood = choose;
            for (int k = 0; k < steps - i; k++) likelihood *= ratio;
            for (int k = 0; k < i; k++) likelihood *= 1 - ratio;
            _priors[i] = _eta / _shape.Nodes * -PortableMath.Log(likelihood + 1e-8);
            choose = choose * (steps - i) / (i + 1);
        }
    }

    /// <summary>Towards zero, within what the solvers take; NaN is 0.</summary>
    private static int Truncate(double value, int limit) => double.IsNaN(value) ? 0 : (int)Math.Clamp(value, -limit, limit);

    /// <summary>An edge that would reward differences weighs nothing.</summary>
    private static int Weight(double value) => Math.Max(Truncate(value, GridCutProblem.MaxPairwise / SmoothScale), 0);
}
