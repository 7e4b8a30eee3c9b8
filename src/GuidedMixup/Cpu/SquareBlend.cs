using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>An image laid together from squares of others: y = m·a + (1 − m)·b at each place.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SquareBlend
{
    private readonly int _columns;
    private readonly int _height;
    private readonly int _width;
    private readonly ImageBatch _images;
    private readonly ImageBatch _mixed;
    private readonly PixelLines _lines;
    private readonly PixelAffine _affine;
    private readonly int* _flags;

    /// <param name="rows">Rows of squares; a divisor of the height.</param>
    /// <param name="columns">Columns of squares; a divisor of the width.</param>
    /// <param name="images">What squares are taken from.</param>
    /// <param name="mixed">What is written.</param>
    /// <param name="flags">Receives <see cref="ImageFlags.NonFinitePixels"/>; or null.</param>
    /// <param name="options">Scale and offset of UInt8 pixels.</param>
    /// <param name="workspace">Holds them, a value an element of a line.</param>
    internal SquareBlend(
        int rows, int columns, in ImageBatch images, in ImageBatch mixed, int* flags, GuidedMixerOptions options, HostWorkspace workspace)
    {
        (_columns, _height, _width) = (columns, images.H / rows, images.W / columns);
        (_images, _mixed) = (images, mixed);
        _flags = flags;
        _lines = new PixelLines(images, mixed);
        if (mixed.Type != images.Type) _affine = new PixelAffine(options, images, _lines, images.W, workspace);
    }

    /// <summary>Bytes of scratch for one call: a line of either image, and the weights of a line.</summary>
    internal long ScratchLength => (long)_images.W * _lines.Repeat * (2 * _images.Type.Size() + sizeof(float)) + 3 * 64;

    /// <summary>Writes one image from its squares, row by row.</summary>
    internal void Image(int image, SquareMix* squares, byte* scratch)
    {
        switch (_images.Type)
        {
            case ElementType.Float32: Image<Float32, Float32>(image, squares, scratch); break;
            case ElementType.Float16: Image<Float16, Float16>(image, squares, scratch); break;
            case ElementType.BFloat16: Image<BFloat16, BFloat16>(image, squares, scratch); break;
            default:
                switch (_mixed.Type)
                {
                    case ElementType.Float32: Image<UInt8, Float32>(image, squares, scratch); break;
                    case ElementType.Float16: Image<UInt8, Float16>(image, squares, scratch); break;
                    case ElementType.BFloat16: Image<UInt8, BFloat16>(image, squares, scratch); break;
                    default: Image<UInt8, UInt8>(image, squares, scratch); break;
                }

                break;
        }
    }

    private void Image<TFrom, TTo>(int image, SquareMix* squares, byte* scratch)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int count = _images.W * _lines.Repeat;
        int bytes = (count * TFrom.Size + 63) & -64;
        byte* a = scratch, b = a + bytes;
        float* m = (float*)(b + bytes);
        bool isFinite = true;
        for (int y = 0; y < _images.H; y++)
        {
            (int row, int inside) = Math.DivRem(y, _height);
            SquareMix* places = squares + row * _columns;
            if (inside == 0) Weights(places, m);
            for (int line = 0; line < _lines.Count; line++)
            {
                if (_flags != null) isFinite &= IsFinite<TFrom>(image, line, y);
                Gather<TFrom>(places, line, inside, a, b);
                byte* target = _mixed.Row(image, line, y);
                long pattern = _affine.At(line);
                if (_lines.IsVector) PixelBlend.Line<TFrom, TTo>(a, b, b, m, target, count, _affine.Scales, _affine.Offsets, pattern, false);
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
        PixelScan.IsFinite<TFrom>(_images.Row(image, line, y), _lines.IsVector ? TFrom.Size : _images.StrideW, _images.W * _lines.Repeat);

    /// <summary>The weight of each element of a line.</summary>
    private void Weights(SquareMix* places, float* m)
    {
        int run = _width * _lines.Repeat;
        for (int column = 0; column < _columns; column++) new Span<float>(m + column * run, run).Fill(places[column].Weight);
    }

    /// <summary>Both lines of a blend; zeros where the weight leaves one out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<TFrom>(SquareMix* places, int line, int inside, byte* a, byte* b)
        where TFrom : struct, IElement
    {
        int bytes = _width * _lines.Repeat * TFrom.Size;
        for (int column = 0; column < _columns; column++, a += bytes, b += bytes)
        {
            SquareMix* place = places + column;
            if (place->Weight != 0) Copy<TFrom>(place->First, place->FirstSquare, line, inside, a);
            else new Span<byte>(a, bytes).Clear();
            if (place->Weight != 1) Copy<TFrom>(place->Second, place->SecondSquare, line, inside, b);
            else new Span<byte>(b, bytes).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy<TFrom>(int image, int square, int line, int inside, byte* to)
        where TFrom : struct, IElement
    {
        (int row, int column) = Math.DivRem(square, _columns);
        byte* from = _images.Row(image, line, row * _height + inside) + column * _width * _images.StrideW;
        if (_lines.IsVector || _images.StrideW == TFrom.Size)
        {
            int bytes = _width * _lines.Repeat * TFrom.Size;
            Buffer.MemoryCopy(from, to, bytes, bytes);
            return;
        }

        for (int i = 0; i < _width; i++, from += _images.StrideW, to += TFrom.Size)
        {
            if (TFrom.Size == 4) *(uint*)to = *(uint*)from;
            else if (TFrom.Size == 2) *(ushort*)to = *(ushort*)from;
            else *to = *from;
        }
    }
}
