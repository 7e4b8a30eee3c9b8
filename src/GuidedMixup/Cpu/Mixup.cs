using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>y = λ·x + (1 − λ)·x[π] in one pass, for tensors of any shape.</summary>
internal static unsafe class Mixup
{
    /// <summary>Mixes a batch; <paramref name="flags"/> null where nobody asks for data faults.</summary>
    internal static void Run(
        in TensorView tensors, int* partners, float* ratio, in TensorView mixed, int* flags, GuidedMixerOptions options, int threads)
    {
        if (GuidedMixup.Mixup.IsByChannel(options, tensors, mixed))
        {
            Run(new ImageBatch(tensors), partners, ratio, new ImageBatch(mixed), flags, options, threads);
            return;
        }

        var folded = new FoldedBatch(tensors, mixed);
        for (long i = 0; i < folded.Count; i++) Run(folded.A(i), partners, ratio, folded.B(i), flags, options, threads);
    }

    /// <summary>Flags what a mix would flag, and writes nothing else.</summary>
    internal static void Inspect(in TensorView tensors, int* partners, int* flags, int threads)
    {
        var folded = new FoldedBatch(tensors, tensors);
        for (long i = 0; i < folded.Count; i++) Run(folded.A(i), partners, null, default, flags, null, threads);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in TensorView tensors,
        in TensorView ratio,
        in TensorView partners,
        in TensorView mixed,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = (int)tensors.Shape[0];
        int* indices = workspace.Take<int>(n);
        int* found = workspace.Take<int>(n);
        for (int i = 0; i < n; i++) indices[i] = (int)IndexView.Read(partners, i);
        new Span<int>(found, n).Clear();
        if (options.Strict)
        {
            Inspect(tensors, indices, found, execution.Threads);
            Strict.ThrowOnAny(found, n);
        }

        Run(tensors, indices, (float*)ratio.Data, mixed, flags.IsEmpty ? null : found, options, execution.Threads);
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }

    private static void Run(
        in ImageBatch images, int* partners, float* ratio, in ImageBatch mixed, int* flags, GuidedMixerOptions? options, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var tiles = new MixTiles(images.N, images.Pixels, partners, workspace);
        var body = new Body(images, partners, ratio, mixed, flags, tiles, options, workspace, threads);
        WorkerTeam.For(tiles.Count, threads, ref body);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        private readonly ImageBatch _images;
        private readonly ImageBatch _mixed;
        private readonly MixTiles _tiles;
        private readonly PixelLines _lines;
        private readonly PixelAffine _affine;
        private readonly int* _partners;
        private readonly float* _ratio;
        private readonly int* _flags;
        private readonly float* _scratch;
        private readonly bool _isStreamed;

        internal Body(
            in ImageBatch images,
            int* partners,
            float* ratio,
            in ImageBatch mixed,
            int* flags,
            in MixTiles tiles,
            GuidedMixerOptions? options,
            HostWorkspace workspace,
            int threads)
        {
            (_images, _mixed, _tiles) = (images, mixed, tiles);
            _partners = partners;
            _ratio = ratio;
            _flags = flags;
            bool isInspection = mixed.Data == null;
            _lines = new PixelLines(images, isInspection ? images : mixed);
            _isStreamed = !isInspection && PixelCopy.IsStreamed(mixed);
            _scratch = workspace.Take<float>(ScratchLength * WorkerTeam.Count(threads, tiles.Count));
            if (!isInspection && mixed.Type != images.Type) _affine = new PixelAffine(options!, images, _lines, MixTiles.Pixels, workspace);
        }

        // λ for each element of a line's tile.
        private long ScratchLength => (long)MixTiles.Pixels * _lines.Repeat;

        public void Run(int item, int worker)
        {
            float* weights = _scratch + worker * ScratchLength;
            (_, int pixel, int end, int run, int runEnd) = _tiles.Item(item);
            for (int position = run; position < runEnd; position++)
            {
                int image = _tiles.ImageAt(position);
                switch (_images.Type)
                {
                    case ElementType.Float32: Mix<Float32, Float32>(image, pixel, end, weights); break;
                    case ElementType.Float16: Mix<Float16, Float16>(image, pixel, end, weights); break;
                    case ElementType.BFloat16: Mix<BFloat16, BFloat16>(image, pixel, end, weights); break;
                    default:
                        switch (_mixed.Data == null ? ElementType.UInt8 : _mixed.Type)
                        {
                            case ElementType.Float32: Mix<UInt8, Float32>(image, pixel, end, weights); break;
                            case ElementType.Float16: Mix<UInt8, Float16>(image, pixel, end, weights); break;
                            case ElementType.BFloat16: Mix<UInt8, BFloat16>(image, pixel, end, weights); break;
                            default: Mix<UInt8, UInt8>(image, pixel, end, weights); break;
                        }

                        break;
                }
            }

            // Streamed stores are seen by others only after a fence.
            if (_isStreamed) Interlocked.MemoryBarrier();
        }

        private void Mix<TFrom, TTo>(int image, int pixel, int end, float* weights)
            where TFrom : struct, IElement
            where TTo : struct, IElement
        {
            // A weight of 0 leaves an image out, NaN and all.
            float ratio = _mixed.Data == null || _partners[image] == image ? 1 : _ratio[image];
            bool isCopy = ratio is 0 or 1, isFinite = true;
            int other = ratio == 1 ? image : _partners[image];
            if (!isCopy) new Span<float>(weights, _lines.IsVector ? VectorMath.Lanes : (end - pixel) * _lines.Repeat).Fill(ratio);
            nint step = _lines.IsVector ? TFrom.Size : _images.StrideW, toStep = _lines.IsVector ? TTo.Size : _mixed.StrideW;
            for (int at = pixel, length; at < end; at += length)
            {
                (int y, int x, length) = _lines.Segment(at, end);
                int count = length * _lines.Repeat;
                for (int line = 0; line < _lines.Count; line++)
                {
                    byte* own = _images.Row(image, line, y) + x * _images.StrideW;
                    if (_flags != null && (isCopy || !_lines.IsVector)) isFinite &= PixelScan.IsFinite<TFrom>(own, step, count);
                    if (_mixed.Data == null) continue;
                    byte* source = _images.Row(other, line, y) + x * _images.StrideW;
                    byte* target = _mixed.Row(image, line, y) + x * _mixed.StrideW;
                    float* scales = _affine.Scales, offsets = _affine.Offsets;
                    long pattern = _affine.At(line);
                    if (isCopy && _lines.IsVector) PixelCopy.Line<TFrom, TTo>(source, target, count, scales, offsets, pattern, _isStreamed);
                    else if (isCopy) PixelCopy.Strided<TFrom, TTo>(source, step, target, toStep, count, scales, offsets, pattern);
                    else if (_lines.IsVector)
                    {
                        // The next image along the cycle is this one's partner, which has been read; its partner has not.
                        byte* ahead = line + 1 < _lines.Count ? source + _images.StrideC : _images.Row(_partners[other], 0, y) + x * _images.StrideW;
                        isFinite &= PixelBlend.Line<TFrom, TTo>(
                            own, source, ahead, weights, target, count, scales, offsets, pattern, _isStreamed, isOneWeight: true);
                    }
                    else PixelBlend.Strided<TFrom, TTo>(own, source, step, weights, target, toStep, count, scales, offsets, pattern);
                }
            }

            if (!isFinite && _flags != null) Interlocked.Or(ref _flags[image], (int)ImageFlags.NonFinitePixels);
        }
    }
}
