using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>A tile of one image's pixels: y = f₀·x + f₁·chain₁ + …, added in this order.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct AugMixBody : IParallelBody
{
    // Pixels of a tile; with normalisation one value of each is kept for every pixel of it.
    private const int TilePixels = 4096;

    private readonly ImageBatch _images;
    private readonly ImageBatch _chains;
    private readonly ImageBatch _mixed;
    private readonly PixelLines _lines;
    private readonly nint _chainStep;
    private readonly int _count;
    private readonly float* _factors;
    private readonly int _tiles;
    private readonly bool _isStreamed;

    // A value an element of a line's tile; null where images and result have one type.
    private float* _scales;
    private float* _offsets;

    internal AugMixBody(in ImageBatch images, in ImageBatch chains, nint chainStep, int count, float* factors, in ImageBatch mixed, bool isStreamed)
    {
        (_images, _chains, _mixed, _chainStep, _count) = (images, chains, mixed, chainStep, count);
        _factors = factors;
        _isStreamed = isStreamed;
        _lines = new PixelLines(images, mixed, chains);
        _tiles = (images.Pixels + TilePixels - 1) / TilePixels;
    }

    internal readonly int Items => checked(_images.N * _tiles);

    /// <summary>Makes a mix of UInt8 images come out normalised: every value times scale plus offset.</summary>
    internal void SetNormalisation(GuidedMixerOptions options, HostWorkspace workspace)
    {
        int length = TilePixels * _lines.Repeat;
        _scales = workspace.Take<float>((long)length * _lines.Count);
        _offsets = workspace.Take<float>((long)length * _lines.Count);
        for (int line = 0; line < _lines.Count; line++)
        {
            for (int i = 0; i < length; i++)
            {
                (_scales[(long)line * length + i], _offsets[(long)line * length + i]) =
                    PixelMix.Normalisation(options, _images.Type, _lines.Repeat == 1 ? line : i % _lines.Repeat);
            }
        }
    }

    public readonly void Run(int item, int worker)
    {
        (int image, int tile) = Math.DivRem(item, _tiles);
        int pixel = tile * TilePixels, end = Math.Min(pixel + TilePixels, _images.Pixels);
        switch (_images.Type, _mixed.Type)
        {
            case (ElementType.Float32, _):
                Mix<Float32, Float32>(image, pixel, end);
                break;
            case (ElementType.Float16, _):
                Mix<Float16, Float16>(image, pixel, end);
                break;
            case (ElementType.BFloat16, _):
                Mix<BFloat16, BFloat16>(image, pixel, end);
                break;
            case (_, ElementType.Float32):
                Mix<UInt8, Float32>(image, pixel, end);
                break;
            case (_, ElementType.Float16):
                Mix<UInt8, Float16>(image, pixel, end);
                break;
            case (_, ElementType.BFloat16):
                Mix<UInt8, BFloat16>(image, pixel, end);
                break;
            default:
                Mix<UInt8, UInt8>(image, pixel, end);
                break;
        }

        // Streamed stores are seen by others only after a fence.
        if (_isStreamed) Interlocked.MemoryBarrier();
    }

    private readonly void Mix<TFrom, TTo>(int image, int pixel, int end)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        float* factors = _factors + (nint)image * (_count + 1);
        for (int at = pixel, length; at < end; at += length)
        {
            (int y, int x, length) = _lines.Segment(at, end);
            for (int line = 0; line < _lines.Count; line++)
            {
                byte* own = _images.Row(image, line, y) + x * _images.StrideW;
                byte* chain = _chains.Row(image, line, y) + x * _chains.StrideW;
                byte* target = _mixed.Row(image, line, y) + x * _mixed.StrideW;
                long pattern = (long)line * TilePixels * _lines.Repeat + (at - pixel) * _lines.Repeat;
                int count = length * _lines.Repeat, done = 0;
                if (_lines.IsVector) done = Line<TFrom, TTo>(own, chain, target, count, factors, pattern);
                nint step = _lines.IsVector ? TFrom.Size : _images.StrideW, toStep = _lines.IsVector ? TTo.Size : _mixed.StrideW;
                nint chainStep = _lines.IsVector ? TFrom.Size : _chains.StrideW;
                for (int i = done; i < count; i++)
                {
                    float v = factors[0] * TFrom.LoadOne(own + i * step);
                    for (int k = 0; k < _count; k++)
                        v = MathF.FusedMultiplyAdd(factors[k + 1], TFrom.LoadOne(chain + k * _chainStep + i * chainStep), v);
                    if (_scales != null) v = MathF.FusedMultiplyAdd(v, _scales[pattern + i], _offsets[pattern + i]);
                    TTo.StoreOne(target + i * toStep, v);
                }
            }
        }
    }

    /// <summary>Whole vectors of neighbouring elements; returns how many elements that were.</summary>
    [MethodImpl(Kernel)]
    private readonly int Line<TFrom, TTo>(byte* own, byte* chains, byte* target, int count, float* factors, long pattern)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        bool isStreamed = _isStreamed && (nuint)target % (nuint)(Lanes * TTo.Size) == 0;
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector512<float> v = Vector512.Create(factors[0]) * TFrom.Load(own + i * TFrom.Size);
            byte* chain = chains + i * TFrom.Size;
            for (int k = 1; k <= _count; k++, chain += _chainStep) v = Fma(Vector512.Create(factors[k]), TFrom.Load(chain), v);
            if (_scales != null) v = Fma(v, Vector512.Load(_scales + pattern + i), Vector512.Load(_offsets + pattern + i));
            if (isStreamed) TTo.StoreStreamed(target + i * TTo.Size, v);
            else TTo.Store(target + i * TTo.Size, v);
        }

        return i;
    }
}
