using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>y = m·(moved x) + (1 − m)·(moved x[π]): one image, laid together square by square.</summary>
/// <remarks>A place that shows only one of the two takes nothing from the other, not even its NaN.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PuzzleMixBlend
{
    private readonly PuzzleMixShape _shape;
    private readonly ImageBatch _images;
    private readonly ImageBatch _mixed;
    private readonly PixelLines _lines;
    private readonly PixelAffine _affine;
    private readonly int* _flags;

    internal PuzzleMixBlend(
        in PuzzleMixShape shape, in ImageBatch images, in ImageBatch mixed, int* flags, GuidedMixerOptions options, HostWorkspace workspace)
    {
        (_shape, _images, _mixed) = (shape, images, mixed);
        _flags = flags;
        _lines = new PixelLines(images, mixed);
        if (mixed.Type != images.Type) _affine = new PixelAffine(options, images, _lines, images.W, workspace);
    }

    /// <summary>Bytes of scratch for one call: a line of either image, and the mask of a line.</summary>
    internal long ScratchLength => (long)_shape.W * _lines.Repeat * (2 * _images.Type.Size() + sizeof(float)) + 3 * 64;

    /// <summary>Writes one image; <paramref name="mask"/> [squares] is the weight of the image itself, null to copy it as it is.</summary>
    internal void Image(int image, int partner, float* mask, int* sources, int* partnerSources, byte* scratch)
    {
        switch (_images.Type)
        {
            case ElementType.Float32: Image<Float32, Float32>(image, partner, mask, sources, partnerSources, scratch); break;
            case ElementType.Float16: Image<Float16, Float16>(image, partner, mask, sources, partnerSources, scratch); break;
            case ElementType.BFloat16: Image<BFloat16, BFloat16>(image, partner, mask, sources, partnerSources, scratch); break;
            default:
                switch (_mixed.Type)
                {
                    case ElementType.Float32: Image<UInt8, Float32>(image, partner, mask, sources, partnerSources, scratch); break;
                    case ElementType.Float16: Image<UInt8, Float16>(image, partner, mask, sources, partnerSources, scratch); break;
                    case ElementType.BFloat16: Image<UInt8, BFloat16>(image, partner, mask, sources, partnerSources, scratch); break;
                    default: Image<UInt8, UInt8>(image, partner, mask, sources, partnerSources, scratch); break;
                }

                break;
        }
    }

    private void Image<TFrom, TTo>(int image, int partner, float* mask, int* sources, int* partnerSources, byte* scratch)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int count = _shape.W * _lines.Repeat, columns = _shape.SquareColumns;
        int bytes = (count * TFrom.Size + 63) & -64;
        byte* a = scratch, b = a + bytes;
        float* m = (float*)(b + bytes);
        bool isFinite = true;
        for (int y = 0; y < _shape.H; y++)
        {
            int first = y / _shape.SquareH * columns, inside = y % _shape.SquareH;
            if (inside == 0) Line(mask == null ? null : mask + first, m);
            for (int line = 0; line < _lines.Count; line++)
            {
                if (_flags != null) isFinite &= IsFinite<TFrom>(image, line, y);
                if (mask == null)
                {
                    Gather<TFrom>(image, line, y, a);
                    new Span<byte>(b, bytes).Clear();
                }
                else
                {
                    Gather<TFrom>(image, line, mask + first, sources + first, inside, leftOut: 0, a);
                    Gather<TFrom>(partner, line, mask + first, partnerSources + first, inside, leftOut: 1, b);
                }

                byte* target = _mixed.Row(image, line, y);
                long pattern = _affine.At(line);
                if (_lines.IsVector) PixelBlend.Line<TFrom, TTo>(a, b, m, target, count, _affine.Scales, _affine.Offsets, pattern, false);
                else
                {
                    PixelBlend.Strided<TFrom, TTo>(
                        a, b, TFrom.Size, m, target, _mixed.StrideW, count, _affine.Scales, _affine.Offsets, pattern);
                }
            }
        }

        if (!isFinite) Interlocked.Or(ref _flags[image], (int)ImageFlags.NonFinitePixels);
    }

    private bool IsFinite<TFrom>(int image, int line, int y)
        where TFrom : struct, IElement =>
        PixelScan.IsFinite<TFrom>(_images.Row(image, line, y), _lines.IsVector ? TFrom.Size : _images.StrideW, _shape.W * _lines.Repeat);

    /// <summary>The mask of a line's elements.</summary>
    private void Line(float* mask, float* m)
    {
        int run = _shape.SquareW * _lines.Repeat;
        for (int column = 0; column < _shape.SquareColumns; column++)
            new Span<float>(m + column * run, run).Fill(mask == null ? 1 : mask[column]);
    }

    /// <summary>A line as it lies.</summary>
    private void Gather<TFrom>(int image, int line, int y, byte* to)
        where TFrom : struct, IElement =>
        Copy<TFrom>(_images.Row(image, line, y), to, _shape.W);

    /// <summary>A line put together from squares; zeros where the mask is <paramref name="leftOut"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<TFrom>(int image, int line, float* mask, int* sources, int inside, float leftOut, byte* to)
        where TFrom : struct, IElement
    {
        int width = _shape.SquareW, columns = _shape.SquareColumns, bytes = width * _lines.Repeat * TFrom.Size;
        for (int column = 0; column < columns; column++, to += bytes)
        {
            if (mask[column] == leftOut)
            {
                new Span<byte>(to, bytes).Clear();
                continue;
            }

            int source = sources[column], row = source / columns;
            byte* from = _images.Row(image, line, row * _shape.SquareH + inside) + (source - row * columns) * width * _images.StrideW;
            Copy<TFrom>(from, to, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy<TFrom>(byte* from, byte* to, int pixels)
        where TFrom : struct, IElement
    {
        if (_lines.IsVector || _images.StrideW == TFrom.Size)
        {
            int bytes = pixels * _lines.Repeat * TFrom.Size;
            Buffer.MemoryCopy(from, to, bytes, bytes);
            return;
        }

        for (int i = 0; i < pixels; i++, from += _images.StrideW, to += TFrom.Size)
        {
            if (TFrom.Size == 4) *(uint*)to = *(uint*)from;
            else if (TFrom.Size == 2) *(ushort*)to = *(ushort*)from;
            else *to = *from;
        }
    }
}
