using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>Images with a box of their partner, in one pass: every pixel is copied once.</summary>
internal static unsafe class CutMix
{
    /// <summary>Fills the mixed images; <paramref name="flags"/> null where nobody asks for data faults.</summary>
    internal static void Run(
        in ImageBatch images, int* partners, MixBox* boxes, in TensorView mixed, int* flags, GuidedMixerOptions options, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var body = new Body(images, partners, boxes, new ImageBatch(mixed), flags, options, threads, workspace);
        WorkerTeam.For(body.Count, threads, ref body);
    }

    /// <summary>Flags what a mix would flag, and writes nothing else.</summary>
    internal static void Inspect(in ImageBatch images, int* flags, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var body = new Body(images, null, null, default, flags, null, threads, workspace);
        WorkerTeam.For(body.Count, threads, ref body);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in ImageBatch images,
        in TensorView boxes,
        in TensorView partners,
        in TensorView mixed,
        in TensorView ratio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = images.N;
        int* indices = workspace.Take<int>(n);
        int* found = workspace.Take<int>(n);
        MixBox* cut = workspace.Take<MixBox>(n);
        new Span<int>(found, n).Clear();
        for (int i = 0; i < n; i++)
        {
            indices[i] = (int)IndexView.Read(partners, i);
            cut[i] = indices[i] == i ? default : ((MixBox*)boxes.Data)[i];
        }

        if (options.Strict)
        {
            Inspect(images, found, execution.Threads);
            Strict.ThrowOnAny(found, n);
        }

        Run(images, indices, cut, mixed, flags.IsEmpty ? null : found, options, execution.Threads);
        for (int i = 0; i < n && !ratio.IsEmpty; i++) ((float*)ratio.Data)[i] = cut[i].Ratio(images.H, images.W);
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }

    /// <summary>Some rows of one image an item.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        /// <summary>Pixels of an item: enough to be worth a claim, few enough to share out one image.</summary>
        private const int Pixels = 16384;

        // Rows ahead of the one at hand that are fetched.
        private const int Ahead = 3;

        private readonly ImageBatch _images;
        private readonly ImageBatch _mixed;
        private readonly PixelLines _lines;
        private readonly PixelAffine _affine;
        private readonly int* _partners;
        private readonly MixBox* _boxes;
        private readonly int* _flags;
        private readonly byte* _scratch;
        private readonly int _rows;
        private readonly int _blocks;
        private readonly bool _isStreamed;

        internal Body(
            in ImageBatch images,
            int* partners,
            MixBox* boxes,
            in ImageBatch mixed,
            int* flags,
            GuidedMixerOptions? options,
            int threads,
            HostWorkspace workspace)
        {
            (_images, _mixed) = (images, mixed);
            _partners = partners;
            _boxes = boxes;
            _flags = flags;
            bool isInspection = mixed.Data == null;
            _lines = new PixelLines(images, isInspection ? images : mixed);
            _isStreamed = !isInspection && PixelCopy.IsStreamed(mixed);
            _rows = Math.Max(1, Pixels / images.W);
            _blocks = (images.H + _rows - 1) / _rows;
            if (!isInspection) _scratch = workspace.Take<byte>(GatheredRows.ScratchLength(RowBytes) * WorkerTeam.Count(threads, Count));
            if (!isInspection && mixed.Type != images.Type) _affine = new PixelAffine(options!, images, _lines, images.W, workspace);
        }

        // Elements of a line.
        private int Length => _images.W * _lines.Repeat;

        private int RowBytes => Length * _mixed.Type.Size();

        internal int Count => checked(_images.N * _blocks);

        public void Run(int item, int worker)
        {
            (int image, int block) = Math.DivRem(item, _blocks);
            int top = block * _rows, bottom = Math.Min(top + _rows, _images.H);
            switch (_images.Type)
            {
                case ElementType.Float32: Cut<Float32, Float32>(image, top, bottom, worker); break;
                case ElementType.Float16: Cut<Float16, Float16>(image, top, bottom, worker); break;
                case ElementType.BFloat16: Cut<BFloat16, BFloat16>(image, top, bottom, worker); break;
                default:
                    switch (_mixed.Data == null ? ElementType.UInt8 : _mixed.Type)
                    {
                        case ElementType.Float32: Cut<UInt8, Float32>(image, top, bottom, worker); break;
                        case ElementType.Float16: Cut<UInt8, Float16>(image, top, bottom, worker); break;
                        case ElementType.BFloat16: Cut<UInt8, BFloat16>(image, top, bottom, worker); break;
                        default: Cut<UInt8, UInt8>(image, top, bottom, worker); break;
                    }

                    break;
            }

            // Streamed stores are seen by others only after a fence.
            if (_isStreamed) Interlocked.MemoryBarrier();
        }

        private void Cut<TFrom, TTo>(int image, int top, int bottom, int worker)
            where TFrom : struct, IElement
            where TTo : struct, IElement
        {
            int w = _images.W, end = bottom * w;
            if (_flags != null && !IsFinite<TFrom>(image, top * w, end)) Interlocked.Or(ref _flags[image], (int)ImageFlags.NonFinitePixels);
            if (_mixed.Data == null) return;
            MixBox box = _boxes[image];
            int first = Math.Max(top, box.Top), last = box.Left < box.Right ? Math.Min(bottom, box.Bottom) : first;
            bool isGathered = _lines.IsVector && (box.Right - box.Left) * _lines.Repeat >= VectorMath.Lanes;
            for (int line = 0; line < _lines.Count; line++)
            {
                int at = top * w;
                if (isGathered && first < last)
                {
                    for (int y = first; y < Math.Min(first + Ahead, last); y++) Fetch(image, line, y, box);
                    Copy<TFrom, TTo>(image, image, line, at, first * w);
                    Gather<TFrom, TTo>(image, line, first, last, box, _scratch + worker * GatheredRows.ScratchLength(RowBytes));
                    at = last * w;
                }

                for (int y = first; !isGathered && y < last; y++)
                {
                    Copy<TFrom, TTo>(image, image, line, at, (y * w) + box.Left);
                    Copy<TFrom, TTo>(_partners[image], image, line, (y * w) + box.Left, (y * w) + box.Right);
                    at = (y * w) + box.Right;
                }

                Copy<TFrom, TTo>(image, image, line, at, end);
            }
        }

        /// <summary>Rows that the box cuts, put together by whole vectors: what lies around the box first, as its last vectors may reach into it.</summary>
        private void Gather<TFrom, TTo>(int image, int line, int first, int last, in MixBox box, byte* scratch)
            where TFrom : struct, IElement
            where TTo : struct, IElement
        {
            int left = box.Left * _lines.Repeat, right = box.Right * _lines.Repeat;
            var rows = new GatheredRows(_mixed, image, line, first, RowBytes, scratch, _isStreamed);
            float* scales = _affine.Scales + _affine.At(line), offsets = _affine.Offsets + _affine.At(line);
            for (int y = first; y < last; y++)
            {
                if (y + Ahead < last) Fetch(image, line, y + Ahead, box);
                byte* own = _images.Row(image, line, y), other = _images.Row(_partners[image], line, y), result = rows.Next();
                PixelCopy.Piece<TFrom, TTo>(own, result, 0, left, scales, offsets);
                PixelCopy.Piece<TFrom, TTo>(own, result, right, Length, scales, offsets);
                PixelCopy.Piece<TFrom, TTo>(other, result, left, right, scales, offsets);
            }

            rows.End();
        }

        /// <summary>Asks for a row's pieces while others are copied: there are gaps between them, which the processor does not foresee.</summary>
        private void Fetch(int image, int line, int y, in MixBox box)
        {
            byte* own = _images.Row(image, line, y), other = _images.Row(_partners[image], line, y);
            nint left = box.Left * _images.StrideW, right = box.Right * _images.StrideW;
            PixelCopy.Fetch(own, left);
            PixelCopy.Fetch(other + left, right - left);
            PixelCopy.Fetch(own + right, _images.W * _images.StrideW - right);
        }

        /// <summary>Pixels <paramref name="pixel"/> … <paramref name="end"/> − 1 of one line of <paramref name="from"/>, to <paramref name="image"/>.</summary>
        private void Copy<TFrom, TTo>(int from, int image, int line, int pixel, int end)
            where TFrom : struct, IElement
            where TTo : struct, IElement
        {
            for (int length; pixel < end; pixel += length)
            {
                (int y, int x, length) = _lines.Segment(pixel, end);
                // The pattern of scales covers one row.
                if (typeof(TFrom) != typeof(TTo)) length = Math.Min(length, _images.W);
                byte* source = _images.Row(from, line, y) + x * _images.StrideW;
                byte* target = _mixed.Row(image, line, y) + x * _mixed.StrideW;
                int count = length * _lines.Repeat;
                if (_lines.IsVector)
                    PixelCopy.Line<TFrom, TTo>(source, target, count, _affine.Scales, _affine.Offsets, _affine.At(line), _isStreamed);
                else
                    PixelCopy.Strided<TFrom, TTo>(
                        source, _images.StrideW, target, _mixed.StrideW, count, _affine.Scales, _affine.Offsets, _affine.At(line));
            }
        }

        private bool IsFinite<TElement>(int image, int pixel, int end)
            where TElement : struct, IElement
        {
            bool isFinite = true;
            for (int length; pixel < end; pixel += length)
            {
                (int y, int x, length) = _lines.Segment(pixel, end);
                nint step = _lines.IsVector ? TElement.Size : _images.StrideW;
                for (int line = 0; line < _lines.Count; line++)
                    isFinite &= PixelScan.IsFinite<TElement>(_images.Row(image, line, y) + x * _images.StrideW, step, length * _lines.Repeat);
            }

            return isFinite;
        }
    }
}
