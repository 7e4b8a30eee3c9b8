using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>
/// Two tensors [N, …] of one shape, seen as batches [N,C,H,W] that pair their elements alike: the dimensions after the first are put in the
/// order of their steps and joined where both tensors lie without a gap, so that lines are as long as the memory allows. What is left over
/// beyond three dimensions becomes several batches.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct FoldedBatch
{
    /// <summary>The most elements of a joined dimension: pixel indices stay within 32 bits.</summary>
    private const long MaxPixels = 1 << 30;

    private readonly TensorView _a;
    private readonly TensorView _b;
    private Dimensions _dimensions;
    private int _rank;

    /// <summary>Folds two tensors of one shape; no batch gets more than <paramref name="mostChannels"/>.</summary>
    internal FoldedBatch(in TensorView a, in TensorView b, int mostChannels = int.MaxValue)
    {
        (_a, _b) = (a, b);
        for (int d = 1; d < a.Rank; d++)
        {
            if (a.Shape[d] > 1) Insert(new Dimension(a.Shape[d], a.Strides[d], b.Strides[d]));
        }

        for (int inner = _rank - 1; inner > 0; inner--)
        {
            Dimension outside = _dimensions[inner - 1], inside = _dimensions[inner];
            bool isJoined = outside.StepA == inside.StepA * inside.Size && outside.StepB == inside.StepB * inside.Size;
            if (!isJoined || outside.Size * inside.Size > MaxPixels) continue;
            _dimensions[inner - 1] = new Dimension(outside.Size * inside.Size, inside.StepA, inside.StepB);
            for (int d = inner; d < _rank - 1; d++) _dimensions[d] = _dimensions[d + 1];
            _rank--;
        }

        // W is the innermost, H the next where a plane of both still has 32-bit indices.
        W = Inner(0);
        bool hasRows = W.Size * Inner(1).Size <= MaxPixels;
        H = hasRows ? Inner(1) : new Dimension(1, 0, 0);
        int used = hasRows ? 2 : 1;
        bool hasChannels = Inner(used).Size <= mostChannels;
        C = hasChannels ? Inner(used++) : new Dimension(1, 0, 0);
        Outer = Math.Max(_rank - used, 0);
        Count = 1;
        for (int d = 0; d < Outer; d++) Count = checked(Count * _dimensions[d].Size);
    }

    /// <summary>The number of batches.</summary>
    internal long Count { get; }

    private readonly Dimension C { get; }

    private readonly Dimension H { get; }

    private readonly Dimension W { get; }

    private readonly int Outer { get; }

    /// <summary>Batch <paramref name="index"/> of the first tensor.</summary>
    internal readonly ImageBatch A(long index) => Batch(_a, index, isFirst: true);

    /// <summary>Batch <paramref name="index"/> of the second tensor.</summary>
    internal readonly ImageBatch B(long index) => Batch(_b, index, isFirst: false);

    private readonly ImageBatch Batch(in TensorView view, long index, bool isFirst)
    {
        long offset = 0;
        for (int d = Outer - 1; d >= 0; d--)
        {
            offset += index % _dimensions[d].Size * Step(_dimensions[d], isFirst);
            index /= _dimensions[d].Size;
        }

        // A dimension of one element takes the step that leaves no gap.
        long w = W.Size == 1 ? 1 : Step(W, isFirst), h = H.Size == 1 ? W.Size * w : Step(H, isFirst);
        return new ImageBatch(new TensorView(
            (byte*)view.Data + (offset * view.Type.Size()),
            view.Type,
            [view.Shape[0], C.Size, H.Size, W.Size],
            [view.Strides[0], C.Size == 1 ? H.Size * h : Step(C, isFirst), h, w],
            view.Device));
    }

    private static long Step(in Dimension dimension, bool isFirst) => isFirst ? dimension.StepA : dimension.StepB;

    /// <summary>The dimension that many places from the innermost; one of a single element where there is none.</summary>
    private readonly Dimension Inner(int place) => place < _rank ? _dimensions[_rank - 1 - place] : new Dimension(1, 0, 0);

    private void Insert(in Dimension dimension)
    {
        int at = _rank++;
        for (; at > 0 && Math.Abs(_dimensions[at - 1].StepA) < Math.Abs(dimension.StepA); at--) _dimensions[at] = _dimensions[at - 1];
        _dimensions[at] = dimension;
    }

    private readonly record struct Dimension(long Size, long StepA, long StepB);

    [InlineArray(TensorView.MaxRank)]
    private struct Dimensions
    {
        private Dimension _first;
    }
}
