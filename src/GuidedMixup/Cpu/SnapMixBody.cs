using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// A band of rows of one image: its own pixels outside its box, the partner's patch resized inside. The first band takes the label weights.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SnapMixBody : IParallelBody
{
    // Pixels of a band: few enough to share small batches between threads. Larger batches are cut into so many bands a thread, up to whole images:
    // wherever one begins, memory has to be waited for.
    private const int LeastPixels = 16384;
    private const int ThreadBands = 16;

    // Rows ahead of the one at hand that are fetched.
    private const int Ahead = 6;

    private readonly ImageBatch _images;
    private readonly ImageBatch _mixed;
    private readonly SnapMixMaps _maps;
    private readonly PixelLines _lines;
    private readonly PixelAffine _affine;
    private readonly MixBox* _boxes;
    private readonly MixBox* _patches;
    private readonly int* _partners;
    private readonly float* _ratio;
    private readonly float* _partnerRatio;
    private readonly PatchTaps* _taps;
    private readonly (int First, float Second)* _rowTaps;
    private readonly byte* _scratch;
    private readonly double* _shareScratch;
    private readonly int _shareLength;
    private readonly int _rows;
    private readonly int _bands;
    private readonly bool _isStreamed;

    internal SnapMixBody(
        in ImageBatch images,
        MixBox* boxes,
        MixBox* patches,
        int* partners,
        in SnapMixMaps maps,
        in ImageBatch mixed,
        float* ratio,
        float* partnerRatio,
        int shareLength,
        GuidedMixerOptions options,
        HostWorkspace workspace,
        int threads)
    {
        (_images, _mixed, _maps, _shareLength) = (images, mixed, maps, shareLength);
        _boxes = boxes;
        _patches = patches;
        _partners = partners;
        _ratio = ratio;
        _partnerRatio = partnerRatio;
        _lines = new PixelLines(images, mixed);
        _isStreamed = PixelCopy.IsStreamed(mixed);
        long pixels = (long)images.N * images.Pixels / (ThreadBands * WorkerTeam.Count(threads, images.N));
        _rows = (int)Math.Clamp(Math.Max(LeastPixels, pixels) / images.W, 1, images.H);
        _bands = (images.H + _rows - 1) / _rows;
        if (mixed.Type != images.Type) _affine = new PixelAffine(options, images, _lines, images.W, workspace);
        int workers = WorkerTeam.Count(threads, Count);
        _taps = workspace.Take<PatchTaps>(workers);
        for (int i = 0; i < workers; i++) _taps[i] = new PatchTaps(images.W, _lines.Repeat, workspace);
        _rowTaps = workspace.Take<(int First, float Second)>((long)workers * _rows);
        _scratch = workspace.Take<byte>(workers * ScratchLength);
        _shareScratch = workspace.Take<double>((long)workers * shareLength);
    }

    internal int Count => checked(_images.N * _bands);

    // Elements of a line.
    private int Length => _images.W * _lines.Repeat;

    private int RowBytes => Length * _mixed.Type.Size();

    // A line of the patch with its last pixel again, and one of the result.
    private int LineLength => Pad(Length + _lines.Repeat);

    private long ScratchLength => Math.Max(2L * LineLength * sizeof(float), GatheredRows.ScratchLength(RowBytes));

    public void Run(int item, int worker)
    {
        (int image, int band) = Math.DivRem(item, _bands);
        int partner = _partners[image], top = band * _rows, bottom = Math.Min(top + _rows, _images.H);
        MixBox box = _boxes[image], patch = _patches[image];
        bool isMixed = image != partner && box.Area > 0 && patch.Area > 0;
        if (band == 0)
        {
            double area = box.Area / ((double)_images.H * _images.W);
            (_ratio[image], _partnerRatio[image]) =
                isMixed ? _maps.Ratio(image, partner, box, patch, area, _shareScratch + (nint)worker * _shareLength) : (1, 0);
        }

        if (!isMixed) box = default;
        else if (box.Top < bottom && box.Bottom > top) _taps[worker].Set(patch.Left, patch.Right - patch.Left, box.Left, box.Right - box.Left);
        switch (_images.Type)
        {
            case ElementType.Float32: Mix<Float32, Float32>(image, partner, box, patch, top, bottom, worker); break;
            case ElementType.Float16: Mix<Float16, Float16>(image, partner, box, patch, top, bottom, worker); break;
            case ElementType.BFloat16: Mix<BFloat16, BFloat16>(image, partner, box, patch, top, bottom, worker); break;
            default:
                switch (_mixed.Type)
                {
                    case ElementType.Float32: Mix<UInt8, Float32>(image, partner, box, patch, top, bottom, worker); break;
                    case ElementType.Float16: Mix<UInt8, Float16>(image, partner, box, patch, top, bottom, worker); break;
                    case ElementType.BFloat16: Mix<UInt8, BFloat16>(image, partner, box, patch, top, bottom, worker); break;
                    default: Mix<UInt8, UInt8>(image, partner, box, patch, top, bottom, worker); break;
                }

                break;
        }

        // Streamed stores are seen by others only after a fence.
        if (_isStreamed) Interlocked.MemoryBarrier();
    }

    private void Mix<TFrom, TTo>(int image, int partner, in MixBox box, in MixBox patch, int top, int bottom, int worker)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int first = Math.Clamp(box.Top, top, bottom), last = Math.Clamp(box.Bottom, first, bottom);
        (int First, float Second)* taps = _rowTaps + (nint)worker * _rows;
        for (int y = first; y < last; y++) taps[y - first] = PatchTaps.Tap(y - box.Top, patch.Bottom - patch.Top, box.Bottom - box.Top);
        bool isNear = _lines.IsVector && _taps[worker].IsNear;
        if (isNear) FetchFirst(image, partner, 0, box, patch, first, last, taps);
        for (int at = 0; at < _lines.Count; at++)
        {
            Copy<TFrom, TTo>(image, at, top, first);
            if (isNear) Gather<TFrom, TTo>(image, partner, at, box, patch, first, last, worker);
            else Resize<TFrom, TTo>(image, partner, at, box, patch, first, last, worker);
            if (isNear && at + 1 < _lines.Count) FetchFirst(image, partner, at + 1, box, patch, first, last, taps);
            Copy<TFrom, TTo>(image, at, last, bottom);
        }
    }

    /// <summary>
    /// Rows that the box cuts, in pairs, each put together from whole vectors: what lies around the box first, as its last vectors may reach into it.
    /// </summary>
    private void Gather<TFrom, TTo>(int image, int partner, int line, in MixBox box, in MixBox patch, int first, int last, int worker)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int left = box.Left * _lines.Repeat, right = box.Right * _lines.Repeat;
        (int First, float Second)* taps = _rowTaps + (nint)worker * _rows;
        var rows = new GatheredRows(_mixed, image, line, first, RowBytes, _scratch + worker * ScratchLength, _isStreamed);
        float* scales = _affine.Scales + _affine.At(line), offsets = _affine.Offsets + _affine.At(line);
        // Up to whole vectors and from them on: the box is written after them.
        int unit = typeof(TFrom) == typeof(TTo) ? PixelCopy.CacheLine / TTo.Size : Lanes;
        int leftEnd = Math.Min((left + unit - 1) & -unit, Length), rightFrom = right == Length ? right : right & -unit;
        for (int y = first; y < last; y += 2)
        {
            byte* result = rows.Next(), second = y + 1 < last ? rows.Next() : result;
            for (int row = y; row < Math.Min(y + 2, last); row++)
            {
                (int First, float Second)* ahead = taps + (row + Ahead - first);
                if (row + Ahead < last) Fetch(image, partner, line, row + Ahead, ahead[-1].First + 2, ahead->First + 1, box, patch);
                byte* own = _images.Row(image, line, row), target = row == y ? result : second;
                PixelCopy.Piece<TFrom, TTo>(own, target, 0, leftEnd, scales, offsets);
                PixelCopy.Piece<TFrom, TTo>(own, target, rightFrom, Length, scales, offsets);
                (int above, float weight) = taps[row - first];
                byte* a = _images.Row(partner, line, patch.Top + above);
                _taps[worker].Down<TFrom>(a, weight == 0 ? a : a + _images.StrideH, weight, row - y);
            }

            _taps[worker].Across<TFrom, TTo>(result + left * TTo.Size, second + left * TTo.Size, scales + left, offsets + left);
        }

        rows.End();
    }

    /// <summary>
    /// Asks for what a row will be made of while others are: pieces of lines with gaps between them, which the processor does not foresee.
    /// </summary>
    private void Fetch(int image, int partner, int line, int y, int from, int to, in MixBox box, in MixBox patch)
    {
        byte* own = _images.Row(image, line, y);
        for (int row = from; row <= Math.Min(to, patch.Bottom - patch.Top - 1); row++)
            PixelCopy.Fetch(_images.Row(partner, line, patch.Top + row) + patch.Left * _images.StrideW, (patch.Right - patch.Left) * _images.StrideW);
        PixelCopy.Fetch(own, box.Left * _images.StrideW);
        PixelCopy.Fetch(own + box.Right * _images.StrideW, (_images.W - box.Right) * _images.StrideW);
    }

    /// <summary>The same for a line's first rows, while something else goes on.</summary>
    private void FetchFirst(int image, int partner, int line, in MixBox box, in MixBox patch, int first, int last, (int First, float Second)* taps)
    {
        for (int y = first; y < Math.Min(first + Ahead, last); y++)
            Fetch(image, partner, line, y, y == first ? taps[0].First : taps[y - 1 - first].First + 2, taps[y - first].First + 1, box, patch);
    }

    /// <summary>The same for boxes and strides of any kind, straight into the result.</summary>
    private void Resize<TFrom, TTo>(int image, int partner, int line, in MixBox box, in MixBox patch, int first, int last, int worker)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        int left = box.Left * _lines.Repeat, right = box.Right * _lines.Repeat;
        float* values = (float*)(_scratch + worker * ScratchLength), results = values + LineLength;
        (int First, float Second)* taps = _rowTaps + (nint)worker * _rows;
        for (int y = first; y < last; y++)
        {
            byte* own = _images.Row(image, line, y), target = _mixed.Row(image, line, y);
            Down<TFrom>(partner, line, taps[y - first], patch, values);
            _taps[worker].Across(values, results);
            Copy<TFrom, TTo>(own, target, 0, left, line);
            Store<TTo>(results, target, left, right, line);
            Copy<TFrom, TTo>(own, target, right, Length, line);
        }
    }

    /// <summary>(1 − w)·a + w·b over the two lines of the patch that a row of the box lies between, and the last pixel once more.</summary>
    [MethodImpl(Kernel)]
    private void Down<TFrom>(int partner, int channel, (int First, float Second) tap, in MixBox patch, float* line)
        where TFrom : struct, IElement
    {
        (int first, float weight) = tap;
        byte* a = _images.Row(partner, channel, patch.Top + first) + patch.Left * _images.StrideW;
        byte* b = a + (weight == 0 ? 0 : _images.StrideH);
        int count = (patch.Right - patch.Left) * _lines.Repeat, i = 0;
        nint step = _lines.IsVector ? TFrom.Size : _images.StrideW;
        for (; _lines.IsVector && i + Lanes <= count; i += Lanes)
            PatchTaps.Between<TFrom>(a + i * TFrom.Size, b + i * TFrom.Size, weight).Store(line + i);
        for (; i < count; i++)
            line[i] = PatchTaps.Between(TFrom.LoadOne(a + i * step), TFrom.LoadOne(b + i * step), weight);
        for (int at = 0; at < _lines.Repeat; at++) line[count + at] = line[count - _lines.Repeat + at];
    }

    /// <summary>Whole rows as they are, or normalised: at once where they follow each other.</summary>
    private void Copy<TFrom, TTo>(int image, int line, int from, int end)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        bool isJoined = typeof(TFrom) == typeof(TTo) && _lines.IsVector && _images.IsJoined && _mixed.IsJoined;
        if (isJoined) PixelCopy.Bytes(_images.Row(image, line, from), _mixed.Row(image, line, from), (long)(end - from) * RowBytes, _isStreamed);
        for (int y = from; !isJoined && y < end; y++)
            Copy<TFrom, TTo>(_images.Row(image, line, y), _mixed.Row(image, line, y), 0, Length, line);
    }

    /// <summary>Elements <paramref name="from"/> … <paramref name="end"/> − 1 of a line as they are, or normalised.</summary>
    private void Copy<TFrom, TTo>(byte* source, byte* target, int from, int end, int line)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        if (from == end) return;
        long pattern = _affine.At(line) + from;
        if (_lines.IsVector)
        {
            PixelCopy.Line<TFrom, TTo>(
                source + from * TFrom.Size, target + from * TTo.Size, end - from, _affine.Scales, _affine.Offsets, pattern, _isStreamed);
        }
        else
        {
            PixelCopy.Strided<TFrom, TTo>(
                source + from * _images.StrideW, _images.StrideW, target + from * _mixed.StrideW, _mixed.StrideW, end - from, _affine.Scales,
                _affine.Offsets, pattern);
        }
    }

    /// <summary>Resized elements to their places, normalised where the type changes.</summary>
    private void Store<TTo>(float* values, byte* target, int from, int end, int line)
        where TTo : struct, IElement
    {
        nint step = _lines.IsVector ? TTo.Size : _mixed.StrideW;
        int count = end - from, i = 0;
        target += from * step;
        float* scales = _affine.Scales + _affine.At(line) + from, offsets = _affine.Offsets + _affine.At(line) + from;
        bool isNormalised = _affine.Scales != null;
        for (; _lines.IsVector && i + Lanes <= count; i += Lanes)
        {
            Vector512<float> v = Vector512.Load(values + i);
            TTo.Store(target + i * step, isNormalised ? Fma(v, Vector512.Load(scales + i), Vector512.Load(offsets + i)) : v);
        }

        for (; i < count; i++)
            TTo.StoreOne(target + i * step, isNormalised ? MathF.FusedMultiplyAdd(values[i], scales[i], offsets[i]) : values[i]);
    }
}
