using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>A band of rows of one image: its own pixels outside its box, the partner's patch resized inside. The first band takes the label weights.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SnapMixBody : IParallelBody
{
    // Pixels of a band: enough to pay for its columns' taps, few enough to share small batches between threads.
    private const int BandPixels = 16384;

    // Lines that go through each step together: what one step stores has left the processor's store buffer when the next loads it from another
    // alignment, which would otherwise wait for it, line by line. Few enough to stay in the first cache.
    private const int MostLines = 8;
    private const int GroupElements = 2048;
    private const int CacheLine = 64;

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
    private readonly float* _scratch;
    private readonly double* _shareScratch;
    private readonly int _shareLength;
    private readonly int _group;
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
        _rows = Math.Max(1, BandPixels / images.W);
        _bands = (images.H + _rows - 1) / _rows;
        if (mixed.Type != images.Type) _affine = new PixelAffine(options, images, _lines, images.W, workspace);
        int workers = WorkerTeam.Count(threads, Count);
        _taps = workspace.Take<PatchTaps>(workers);
        for (int i = 0; i < workers; i++) _taps[i] = new PatchTaps(images.W, _lines.Repeat, workspace);
        _rowTaps = workspace.Take<(int First, float Second)>((long)workers * _rows);
        _group = Math.Clamp(GroupElements / Length, 1, MostLines);
        _scratch = workspace.Take<float>(workers * ScratchLength);
        _shareScratch = workspace.Take<double>((long)workers * shareLength);
    }

    internal int Count => checked(_images.N * _bands);

    // Elements of a line.
    private int Length => _images.W * _lines.Repeat;

    // A line of the patch, and a line of the result.
    private int LineLength => Pad(Length + _taps->Margin);

    private long ScratchLength => 2L * LineLength * _group;

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
        else if (box.Top < bottom && box.Bottom > top) _taps[worker].Set(patch.Right - patch.Left, box.Right - box.Left);
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
        // A whole line is put together near the processor and written at once, where its elements need no other treatment.
        int left = box.Left * _lines.Repeat, right = box.Right * _lines.Repeat;
        bool isWhole = typeof(TFrom) == typeof(Float32) && _lines.IsVector && right - left >= Lanes;
        float* lines = _scratch + worker * ScratchLength, results = lines + (nint)LineLength * _group;
        int first = Math.Clamp(box.Top, top, bottom), last = Math.Clamp(box.Bottom, first, bottom);
        (int First, float Second)* taps = _rowTaps + (nint)worker * _rows;
        for (int y = first; y < last; y++) taps[y - first] = PatchTaps.Tap(y - box.Top, patch.Bottom - patch.Top, box.Bottom - box.Top);
        for (int at = 0; at < _lines.Count; at++)
        {
            for (int y = top; y < first; y++) Copy<TFrom, TTo>(_images.Row(image, at, y), _mixed.Row(image, at, y), 0, Length, at);
            for (int y = first, end; y < last; y = end)
            {
                end = Math.Min(y + _group, last);
                for (int row = end; row < Math.Min(end + _group, last); row++) Prefetch(image, partner, at, row, taps[row - first].First, box, patch);
                for (int row = y; row < end; row++) Blend<TFrom>(partner, at, taps[row - first], patch, lines + (row - y) * LineLength);
                for (int row = y; row < end; row++)
                {
                    float* result = results + (row - y) * LineLength;
                    if (isWhole) Surround((float*)_images.Row(image, at, row), result, left, right);
                    _taps[worker].Resize(lines + (row - y) * LineLength, isWhole ? result + left : result);
                }

                for (int row = y; row < end; row++)
                {
                    byte* own = _images.Row(image, at, row), target = _mixed.Row(image, at, row);
                    float* result = results + (row - y) * LineLength;
                    if (isWhole)
                    {
                        PixelCopy.Line<Float32, Float32>((byte*)result, target, Length, null, null, 0, _isStreamed);
                        continue;
                    }

                    Copy<TFrom, TTo>(own, target, 0, left, at);
                    Store<TTo>(result, target, left, right, at);
                    Copy<TFrom, TTo>(own, target, right, Length, at);
                }
            }

            for (int y = last; y < bottom; y++) Copy<TFrom, TTo>(_images.Row(image, at, y), _mixed.Row(image, at, y), 0, Length, at);
        }
    }

    /// <summary>
    /// Asks for what a row will be made of while another is: pieces of lines with gaps between them, which the processor does not foresee.
    /// </summary>
    private void Prefetch(int image, int partner, int channel, int y, int first, in MixBox box, in MixBox patch)
    {
        if (!Sse.IsSupported || !_lines.IsVector) return;
        byte* row = _images.Row(partner, channel, Math.Min(patch.Top + first + 1, patch.Bottom - 1));
        for (nint at = patch.Left * _images.StrideW; at < patch.Right * _images.StrideW; at += CacheLine) Sse.Prefetch0(row + at);
        row = _images.Row(image, channel, y);
        for (nint at = 0; at < box.Left * _images.StrideW; at += CacheLine) Sse.Prefetch0(row + at);
        for (nint at = box.Right * _images.StrideW; at < _images.W * _images.StrideW; at += CacheLine) Sse.Prefetch0(row + at);
    }

    /// <summary>The elements of a line left of <paramref name="left"/> and from <paramref name="right"/> on; what lies between may change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Surround(float* own, float* result, int left, int right)
    {
        int last = Length - Lanes;
        for (int i = 0; i < left; i += Lanes) Vector512.Load(own + Math.Min(i, last)).Store(result + Math.Min(i, last));
        for (int i = last; i + Lanes > right; i -= Lanes) Vector512.Load(own + Math.Max(i, 0)).Store(result + Math.Max(i, 0));
    }

    /// <summary>(1 − w)·a + w·b over the two lines of the patch that a row of the box lies between, and the last pixel once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Blend<TFrom>(int partner, int channel, (int First, float Second) tap, in MixBox patch, float* line)
        where TFrom : struct, IElement
    {
        (int first, float weight) = tap;
        byte* a = _images.Row(partner, channel, patch.Top + first) + patch.Left * _images.StrideW;
        byte* b = a + (weight == 0 ? 0 : _images.StrideH);
        int count = (patch.Right - patch.Left) * _lines.Repeat, i = 0;
        nint step = _lines.IsVector ? TFrom.Size : _images.StrideW;
        if (_lines.IsVector)
        {
            Vector512<float> w = Vector512.Create(weight);
            // The last vector ends with the line, and may do again what another did.
            for (int last = count - Lanes; last >= 0 && i < count; i += Lanes)
            {
                int at = Math.Min(i, last);
                Vector512<float> v = TFrom.Load(a + at * TFrom.Size);
                if (weight != 0) v = Fma(w, TFrom.Load(b + at * TFrom.Size), (Vector512<float>.One - w) * v);
                v.Store(line + at);
            }
        }

        for (; i < count; i++)
            line[i] = PatchTaps.Between(TFrom.LoadOne(a + i * step), TFrom.LoadOne(b + i * step), weight);
        for (int at = 0; at < _lines.Repeat; at++) line[count + at] = line[count - _lines.Repeat + at];
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
