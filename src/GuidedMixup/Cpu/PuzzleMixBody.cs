using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>One image of a PuzzleMix batch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixBody : IParallelBody
{
    private readonly PuzzleMixShape _shape;
    private readonly PuzzleMixPieces _pieces;
    private readonly PuzzleMixResults _results;
    private readonly PuzzleMixTransport _transport;
    private readonly SquareBlend _blend;
    private readonly Scratch* _scratch;
    private readonly int* _partners;
    private readonly float* _draws;
    private readonly int _labels;
    private readonly bool _moves;
    private readonly bool _isExact;
    private readonly CancellationToken _cancellation;

    internal PuzzleMixBody(
        in PuzzleMixShape shape,
        in ImageBatch images,
        int* partners,
        float* draws,
        in ImageBatch mixed,
        in PuzzleMixPieces pieces,
        in PuzzleMixResults results,
        PuzzleMixOptions options,
        GuidedMixerOptions pixels,
        HostWorkspace workspace,
        in Execution execution)
    {
        (_shape, _pieces, _results) = (shape, pieces, results);
        _partners = partners;
        _draws = draws;
        _labels = options.Labels;
        _cancellation = execution.Cancellation;
        _moves = options.TransportSize != 0;
        _isExact = options.Mode == SolverMode.Quality;
        _transport = new PuzzleMixTransport(shape, options, workspace);
        _blend = new SquareBlend(shape.SquareRows, shape.SquareColumns, images, mixed, results.Flags, pixels, workspace);
        int workers = WorkerTeam.Count(execution.Threads, images.N);
        _scratch = workspace.Take<Scratch>(workers);
        for (int i = 0; i < workers; i++) _scratch[i] = new Scratch(shape, options, _blend.ScratchLength, workspace);
    }

    public void Run(int item, int worker)
    {
        _cancellation.ThrowIfCancellationRequested();
        Scratch scratch = _scratch[worker];
        int partner = _partners[item], squares = _shape.Squares;
        if (partner == item)
        {
            Unmixed(item, scratch);
            return;
        }

        scratch.Costs.Form(
            _pieces.Blocks(item), _pieces.Blocks(partner), _pieces.Borders(item), _pieces.Borders(partner), _draws[item]);
        // Beyond its bound on the time the exact cut leaves it to the swap.
        if (!_isExact || !scratch.Exact.Solve(scratch.Costs.Problem, scratch.Labels, out _)) scratch.Swap.Solve(scratch.Costs.Problem, scratch.Labels);
        Spread(scratch);
        Move(_pieces.Squares(item), scratch, scratch.Sources, leftOut: 0);
        Move(_pieces.Squares(partner), scratch, scratch.Sources + squares, leftOut: 1);
        Blend(item, partner, scratch);
        Publish(item, scratch);
    }

    /// <summary>The mask of each square, from the label of its block.</summary>
    private void Spread(in Scratch scratch)
    {
        int perRow = _shape.SquareRows / _shape.Blocks, perColumn = _shape.SquareColumns / _shape.Blocks;
        for (int y = 0, j = 0; y < _shape.SquareRows; y++)
        {
            for (int x = 0; x < _shape.SquareColumns; x++, j++)
            {
                int label = scratch.Labels[y / perRow * _shape.Blocks + x / perColumn];
                scratch.Mask[j] = (float)(1 - label / (double)(_labels - 1));
            }
        }
    }

    private void Move(double* share, in Scratch scratch, int* sources, float leftOut)
    {
        for (int j = 0; j < _shape.Squares; j++)
        {
            bool isVisible = scratch.Mask[j] != leftOut;
            scratch.Visible[j] = isVisible ? (byte)1 : (byte)0;
            sources[j] = isVisible ? j : -1;
        }

        if (_moves) _transport.Match(share, scratch.Visible, sources, scratch.Proposals, scratch.Next);
    }

    private void Blend(int item, int partner, in Scratch scratch)
    {
        int squares = _shape.Squares;
        for (int j = 0; j < squares; j++)
            scratch.Squares[j] = new SquareMix(item, scratch.Sources[j], partner, scratch.Sources[squares + j], scratch.Mask[j]);
        _blend.Image(item, scratch.Squares, scratch.Lines);
    }

    private void Publish(int item, in Scratch scratch)
    {
        int nodes = _shape.Nodes, squares = _shape.Squares;
        if (_results.Weights != null)
        {
            double sum = 0;
            for (int s = 0; s < nodes; s++) sum += 1 - scratch.Labels[s] / (double)(_labels - 1);
            _results.Weights[item] = (float)(sum / nodes);
        }

        if (_results.Labels != null) new Span<int>(scratch.Labels, nodes).CopyTo(new Span<int>(_results.Labels + (nint)item * nodes, nodes));
        if (_results.Sources != null)
            new Span<int>(scratch.Sources, 2 * squares).CopyTo(new Span<int>(_results.Sources + (nint)item * 2 * squares, 2 * squares));
        if (_results.Mask == null) return;
        float* row = _results.Mask + (nint)item * _shape.H * _shape.W;
        for (int y = 0; y < _shape.H; y++)
        {
            float* mask = scratch.Mask + y / _shape.SquareH * _shape.SquareColumns;
            for (int column = 0; column < _shape.SquareColumns; column++, row += _shape.SquareW)
                new Span<float>(row, _shape.SquareW).Fill(mask[column]);
        }
    }

    /// <summary>An image that is its own partner stays as it is: all of it is seen, all in its place.</summary>
    private void Unmixed(int item, in Scratch scratch)
    {
        int squares = _shape.Squares;
        new Span<int>(scratch.Labels, _shape.Nodes).Clear();
        new Span<float>(scratch.Mask, squares).Fill(1);
        for (int j = 0; j < squares; j++)
        {
            scratch.Sources[j] = j;
            scratch.Sources[squares + j] = -1;
        }

        Blend(item, item, scratch);
        Publish(item, scratch);
    }

    /// <summary>What one thread works in.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Scratch
    {
        internal readonly PuzzleMixCosts Costs;
        internal readonly AlphaBetaSwap Swap;
        internal readonly Ishikawa Exact;
        internal readonly int* Labels;
        internal readonly float* Mask;
        internal readonly byte* Visible;
        internal readonly int* Sources;
        internal readonly double* Proposals;
        internal readonly int* Next;
        internal readonly SquareMix* Squares;
        internal readonly byte* Lines;

        internal Scratch(in PuzzleMixShape shape, PuzzleMixOptions options, long lines, HostWorkspace workspace)
        {
            Costs = new PuzzleMixCosts(shape, options, workspace);
            if (options.Mode == SolverMode.Quality) Exact = new Ishikawa(shape.Blocks, shape.Blocks, options.Labels, workspace);
            Swap = new AlphaBetaSwap(shape.Blocks, shape.Blocks, options.Labels, workspace);
            Labels = workspace.Take<int>(shape.Nodes);
            Mask = workspace.Take<float>(shape.Squares);
            Visible = workspace.Take<byte>(shape.Squares);
            Sources = workspace.Take<int>(2L * shape.Squares);
            Proposals = workspace.Take<double>(shape.Squares);
            Next = workspace.Take<int>(shape.Squares);
            Squares = workspace.Take<SquareMix>(shape.Squares);
            Lines = workspace.Take<byte>(lines);
        }
    }
}
