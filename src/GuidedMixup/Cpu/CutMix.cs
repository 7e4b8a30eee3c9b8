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

        /// <summary>Bytes of rows that are put together before they are written: they stay in the first cache.</summary>
        private const int Gathered = 16384;

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
        private readonly bool _isGathered;
        private readonly bool _isWhole;
        private readonly int _gatheredRows;

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
            _gatheredRows = Math.Max(1, Gathered / RowBytes);
            // A streamed line has to be written whole, or the memory has to read it first.
            _isGathered = _isStreamed && _lines.IsVector && mixed.Type == images.Type;
            _isWhole = !_isStreamed && _lines.IsVector && mixed.Type == images.Type;
            if (_isGathered) _scratch = workspace.Take<byte>(ScratchLength * WorkerTeam.Count(threads, Count));
            if (!isInspection && mixed.Type != images.Type) _affine = new PixelAffine(options!, images, _lines, images.W, workspace);
        }

        private int RowBytes => _images.W * _lines.Repeat * _images.Type.Size();

        private long ScratchLength => (long)_gatheredRows * RowBytes + 2 * PixelCopy.CacheLine;

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
            for (int line = 0; line < _lines.Count; line++)
            {
                int at = top * w;
                for (int y = first; _isGathered && y < last; y += _gatheredRows)
                {
                    if (y == first) Copy<TFrom, TTo>(image, image, line, at, first * w);
                    int rows = Math.Min(_gatheredRows, last - y);
                    Gather<TFrom>(image, line, y, rows, box, _scratch + worker * ScratchLength);
                    at = (y + rows) * w;
                }

                // What stays in the cache is sooner copied whole, and its box once more, than cut in three a row.
                if (_isWhole && first < last)
                {
                    Copy<TFrom, TTo>(image, image, line, at, end);
                    at = end;
                    for (int y = first; y < last; y++) Copy<TFrom, TTo>(_partners[image], image, line, (y * w) + box.Left, (y * w) + box.Right);
                }

                for (int y = first; !_isGathered && !_isWhole && y < last; y++)
                {
                    Copy<TFrom, TTo>(image, image, line, at, (y * w) + box.Left);
                    Copy<TFrom, TTo>(_partners[image], image, line, (y * w) + box.Left, (y * w) + box.Right);
                    at = (y * w) + box.Right;
                }

                Copy<TFrom, TTo>(image, image, line, at, end);
            }
        }

        /// <summary>Some rows that the box cuts, put together and then written at once.</summary>
        private void Gather<TElement>(int image, int line, int first, int rows, in MixBox box, byte* scratch)
            where TElement : struct, IElement
        {
            long pixel = _lines.Repeat * TElement.Size, row = RowBytes, left = box.Left * pixel, inside = (box.Right - box.Left) * pixel;
            bool isJoined = _mixed.IsJoined;
            for (int y = first; y < first + rows; y++)
            {
                byte* own = _images.Row(image, line, y), other = _images.Row(_partners[image], line, y), target = _mixed.Row(image, line, y);
                // As far from a cache line's start as the target is.
                byte* lines = (byte*)(((nuint)scratch + PixelCopy.CacheLine - 1) & ~(nuint)(PixelCopy.CacheLine - 1));
                lines += (nuint)_mixed.Row(image, line, isJoined ? first : y) & (PixelCopy.CacheLine - 1);
                byte* result = lines + (isJoined ? (y - first) * row : 0);
                Buffer.MemoryCopy(own, result, left, left);
                Buffer.MemoryCopy(other + left, result + left, inside, inside);
                long rest = row - left - inside;
                Buffer.MemoryCopy(own + left + inside, result + left + inside, rest, rest);
                int next = y + rows;
                if (next < box.Bottom)
                {
                    byte* ahead = _images.Row(image, line, next);
                    PixelCopy.Fetch(ahead, left);
                    PixelCopy.Fetch(_images.Row(_partners[image], line, next) + left, inside);
                    PixelCopy.Fetch(ahead + left + inside, rest);
                }

                if (!isJoined) PixelCopy.Bytes(result, target, row, isStreamed: true);
                else if (y == first + rows - 1) PixelCopy.Bytes(lines, _mixed.Row(image, line, first), rows * row, isStreamed: true);
            }
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
