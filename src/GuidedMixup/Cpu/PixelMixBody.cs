using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The mix of one tile of pixels, for a run of images.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct PixelMixBody : IParallelBody
{
    private readonly ImageBatch _images;
    private readonly ImageBatch _mixed;
    private readonly MixTiles _tiles;
    private readonly PixelLines _lines;
    private readonly float* _normalised;
    private readonly int* _partners;
    private readonly float* _mask;
    private readonly int* _flags;
    private readonly float* _scratch;
    private readonly bool _isStreamed;
    private readonly bool _isInspection;

    // A value an element of a line's tile; null where images and result have one type.
    private float* _scales;
    private float* _offsets;

    internal PixelMixBody(
        in ImageBatch images,
        float* normalised,
        int* partners,
        in ImageBatch mixed,
        float* mask,
        int* flags,
        in MixTiles tiles,
        bool isStreamed,
        HostWorkspace workspace,
        int threads)
    {
        (_images, _mixed, _tiles, _isStreamed) = (images, mixed, tiles, isStreamed);
        _normalised = normalised;
        _partners = partners;
        _mask = mask;
        _flags = flags;
        _isInspection = mixed.Data == null;
        _lines = new PixelLines(images, _isInspection ? images : mixed);
        _scratch = workspace.Take<float>(ScratchLength * WorkerTeam.Count(threads, tiles.Count));
    }

    // The mask, and the mask repeated for the channels of a pixel, with room for what the repetition writes behind its end.
    private readonly long ScratchLength => MixTiles.Pixels * (1 + (long)_lines.Repeat) + 2 * Lanes;

    /// <summary>Makes a mix of UInt8 images come out normalised: every value times scale plus offset.</summary>
    internal void SetNormalisation(GuidedMixerOptions options, HostWorkspace workspace)
    {
        int length = MixTiles.Pixels * _lines.Repeat;
        _scales = workspace.Take<float>((long)length * _lines.Count);
        _offsets = workspace.Take<float>((long)length * _lines.Count);
        for (int line = 0; line < _lines.Count; line++)
        {
            for (int i = 0; i < length; i++)
            {
                int channel = _lines.Repeat == 1 ? line : i % _lines.Repeat;
                (_scales[(long)line * length + i], _offsets[(long)line * length + i]) =
                    PixelMix.Normalisation(options, _images.Type, channel);
            }
        }
    }

    public readonly void Run(int item, int worker)
    {
        float* mask = _scratch + worker * ScratchLength;
        (int tile, int pixel, int end, int run, int runEnd) = _tiles.Item(item);
        for (int position = run; position < runEnd; position++)
        {
            int image = _tiles.ImageAt(position), partner = _partners[image];
            bool isFinite, isEmpty = false;
            if (partner == image) new Span<float>(mask, end - pixel).Fill(0.5f);
            double sum = partner == image ? 0.5 * (end - pixel) : Mask(image, partner, pixel, end - pixel, mask, out isEmpty);
            _tiles.SetSum(image, tile, sum);
            if (_mask != null)
                new Span<float>(mask, end - pixel).CopyTo(new Span<float>(_mask + (nint)image * _images.Pixels + pixel, end - pixel));
            isFinite = _images.Type switch
            {
                ElementType.Float32 => Mix<Float32, Float32>(image, partner, pixel, end, mask),
                ElementType.Float16 => Mix<Float16, Float16>(image, partner, pixel, end, mask),
                ElementType.BFloat16 => Mix<BFloat16, BFloat16>(image, partner, pixel, end, mask),
                _ => _mixed.Type switch
                {
                    ElementType.Float32 when !_isInspection => Mix<UInt8, Float32>(image, partner, pixel, end, mask),
                    ElementType.Float16 => Mix<UInt8, Float16>(image, partner, pixel, end, mask),
                    ElementType.BFloat16 => Mix<UInt8, BFloat16>(image, partner, pixel, end, mask),
                    _ => Mix<UInt8, UInt8>(image, partner, pixel, end, mask),
                },
            };
            ImageFlags found = (isFinite ? 0 : ImageFlags.NonFinitePixels) | (isEmpty ? ImageFlags.EmptyOverlap : 0);
            if (found != 0) Interlocked.Or(ref _flags[image], (int)found);
        }

        // Streamed stores are seen by others only after a fence.
        if (_isStreamed) Interlocked.MemoryBarrier();
    }

    /// <summary>M = p / (p + q), 0.5 where p and q are no finite numbers of at least 0, or both are 0; returns its sum over the tile.</summary>
    [MethodImpl(Kernel)]
    private readonly double Mask(int image, int partner, int pixel, int length, float* mask, out bool isEmpty)
    {
        float* p = _normalised + (nint)image * _images.Pixels + pixel;
        float* q = _normalised + (nint)partner * _images.Pixels + pixel;
        float* ahead = _normalised + (nint)_partners[partner] * _images.Pixels + pixel;
        Vector512<float> sum = Vector512<float>.Zero, valid = Vector512<float>.AllBitsSet;
        int i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            if (Sse.IsSupported) Sse.Prefetch0(ahead + i);
            Vector512<float> m = Ratio(Vector512.Load(p + i), Vector512.Load(q + i), ref valid);
            m.Store(mask + i);
            sum += m;
        }

        if (i < length)
        {
            Vector512<float> inside = Tail.Mask(length - i), all = Vector512<float>.AllBitsSet;
            Vector512<float> m = Ratio(
                Tail.Load<Float32>((byte*)(p + i), length - i), Tail.Load<Float32>((byte*)(q + i), length - i), ref all);
            valid &= all | ~inside;
            m.Store(mask + i);
            sum += m & inside;
        }

        isEmpty = valid.AsInt32() != Vector512<int>.AllBitsSet;
        return Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Ratio(Vector512<float> p, Vector512<float> q, ref Vector512<float> valid)
    {
        Vector512<float> zero = Vector512<float>.Zero, sum = p + q;
        Vector512<float> isRatio = Vector512.GreaterThanOrEqual(p, zero) & Vector512.GreaterThanOrEqual(q, zero)
            & Vector512.GreaterThan(sum, zero) & Vector512.LessThan(sum, Vector512.Create(float.PositiveInfinity));
        valid &= isRatio;
        return Vector512.ConditionalSelect(isRatio, p / sum, Vector512.Create(0.5f));
    }

    /// <summary>Mixes a tile; false where the image itself holds NaN or ±Inf.</summary>
    private readonly bool Mix<TFrom, TTo>(int image, int partner, int pixel, int end, float* mask)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        float* weights = mask;
        if (_lines.Repeat > 1)
        {
            weights = mask + MixTiles.Pixels + Lanes;
            Interleave.Repeat(mask, end - pixel, _lines.Repeat, weights);
        }

        bool isFinite = true;
        for (int at = pixel, length; at < end; at += length)
        {
            (int y, int x, length) = _lines.Segment(at, end);
            for (int line = 0; line < _lines.Count; line++)
            {
                byte* own = _images.Row(image, line, y) + x * _images.StrideW;
                int offset = (at - pixel) * _lines.Repeat, count = length * _lines.Repeat;
                nint step = _lines.IsVector ? TFrom.Size : _images.StrideW, toStep = _lines.IsVector ? TTo.Size : _mixed.StrideW;
                if (_isInspection)
                {
                    isFinite &= PixelScan.IsFinite<TFrom>(own, step, count);
                    continue;
                }

                byte* other = _images.Row(partner, line, y) + x * _images.StrideW;
                byte* target = _mixed.Row(image, line, y) + x * _mixed.StrideW;
                long pattern = (long)line * MixTiles.Pixels * _lines.Repeat;
                if (image == partner && typeof(TFrom) == typeof(TTo))
                {
                    isFinite &= PixelScan.IsFinite<TFrom>(own, step, count);
                    Copy<TFrom>(own, step, target, toStep, count);
                }
                else if (_lines.IsVector)
                {
                    byte* ahead = line + 1 < _lines.Count
                        ? other + _images.StrideC
                        : _images.Row(_partners[partner], 0, y) + x * _images.StrideW;
                    isFinite &= PixelBlend.Line<TFrom, TTo>(
                        own, other, ahead, weights + offset, target, count, _scales, _offsets, pattern, _isStreamed);
                }
                else
                {
                    isFinite &= PixelBlend.Strided<TFrom, TTo>(
                        own, other, step, weights + offset, target, toStep, count, _scales, _offsets, pattern);
                }
            }
        }

        return isFinite;
    }

    /// <summary>An image that is its own partner keeps every bit, NaN payloads included.</summary>
    private static void Copy<TElement>(byte* source, nint step, byte* target, nint toStep, int count)
        where TElement : struct, IElement
    {
        if (step == TElement.Size && toStep == TElement.Size)
        {
            long bytes = (long)count * TElement.Size;
            Buffer.MemoryCopy(source, target, bytes, bytes);
            return;
        }

        for (int i = 0; i < count; i++) Buffer.MemoryCopy(source + i * step, target + i * toStep, TElement.Size, TElement.Size);
    }
}
