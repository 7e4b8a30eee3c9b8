using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>A band of rows of one image: its own pixels outside its box, the partner's patch resized inside. The first band takes the label weights.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct SnapMixBody : IParallelBody
{
    // Pixels of a band: enough to pay for its columns' taps, few enough to share small batches between threads.
    private const int BandPixels = 16384;

    private readonly ImageBatch _images;
    private readonly ImageBatch _mixed;
    private readonly SnapMixMaps _maps;
    private readonly PixelLines _lines;
    private readonly int* _partners;
    private readonly MixBox* _boxes;
    private readonly MixBox* _partnerBoxes;
    private readonly float* _ratio;
    private readonly float* _partnerRatio;
    private readonly PatchTaps* _taps;
    private readonly float* _scratch;
    private readonly double* _shareScratch;
    private readonly int _shareLength;
    private readonly int _band;
    private readonly int _bands;
    private readonly bool _isStreamed;

    // A value an element of a line; null where images and result have one type.
    private float* _scales;
    private float* _offsets;

    internal SnapMixBody(
        in ImageBatch images,
        int* partners,
        MixBox* boxes,
        MixBox* partnerBoxes,
        in SnapMixMaps maps,
        in ImageBatch mixed,
        float* ratio,
        float* partnerRatio,
        bool isStreamed,
        HostWorkspace workspace,
        int threads,
        int shareLength)
    {
        (_images, _mixed, _maps, _isStreamed, _shareLength) = (images, mixed, maps, isStreamed, shareLength);
        _partners = partners;
        _boxes = boxes;
        _partnerBoxes = partnerBoxes;
        _ratio = ratio;
        _partnerRatio = partnerRatio;
        _lines = new PixelLines(images, mixed);
        _band = Math.Max(1, BandPixels / images.W);
        _bands = (images.H + _band - 1) / _band;
        int workers = WorkerTeam.Count(threads, Items);
        _taps = workspace.Take<PatchTaps>(workers);
        for (int i = 0; i < workers; i++) _taps[i] = new PatchTaps(images.W, _lines.Repeat, workspace);
        _scratch = workspace.Take<float>(workers * ScratchLength);
        _shareScratch = workspace.Take<double>((long)workers * shareLength);
    }

    internal readonly int Items => checked(_images.N * _bands);

    private readonly int Length => _images.W * _lines.Repeat;

    // A line of the patch, and the same line resized.
    private readonly long ScratchLength => 2L * Pad(Length) + _taps->Margin + Lanes;

    /// <summary>Makes a mix of UInt8 images come out normalised: every value times scale plus offset.</summary>
    internal void SetNormalisation(GuidedMixerOptions options, HostWorkspace workspace)
    {
        _scales = workspace.Take<float>((long)Length * _lines.Count);
        _offsets = workspace.Take<float>((long)Length * _lines.Count);
        for (int line = 0; line < _lines.Count; line++)
        {
            for (int i = 0; i < Length; i++)
            {
                (_scales[(long)line * Length + i], _offsets[(long)line * Length + i]) =
                    PixelMix.Normalisation(options, _images.Type, _lines.Repeat == 1 ? line : i % _lines.Repeat);
            }
        }
    }

    public readonly void Run(int item, int worker)
    {
        (int image, int band) = Math.DivRem(item, _bands);
        int partner = _partners[image], top = band * _band, bottom = Math.Min(top + _band, _images.H);
        MixBox box = _boxes[image], patch = _partnerBoxes[image];
        bool isMixed = image != partner && box.Area > 0 && patch.Area > 0;
        if (band == 0)
        {
            double area = box.Area / ((double)_images.H * _images.W);
            (_ratio[image], _partnerRatio[image]) =
                isMixed ? _maps.Ratio(image, partner, box, patch, area, _shareScratch + (nint)worker * _shareLength) : (1, 0);
        }

        if (!isMixed) box = patch = default;
        else if (box.Top < bottom && box.Bottom > top) _taps[worker].Set(patch.Right - patch.Left, box.Right - box.Left);
        switch (_images.Type, _mixed.Type)
        {
            case (ElementType.Float32, _):
                Mix<Float32, Float32>(image, partner, box, patch, top, bottom, worker);
                break;
            case (ElementType.Float16, _):
                Mix<Float16, Float16>(image, partner, box, patch, top, bottom, worker);
                break;
            case (ElementType.BFloat16, _):
                Mix<BFloat16, BFloat16>(image, partner, box, patch, top, bottom, worker);
                break;
            case (_, ElementType.Float32):
                Mix<UInt8, Float32>(image, partner, box, patch, top, bottom, worker);
                break;
            case (_, ElementType.Float16):
                Mix<UInt8, Float16>(image, partner, box, patch, top, bottom, worker);
                break;
            case (_, ElementType.BFloat16):
                Mix<UInt8, BFloat16>(image, partner, box, patch, top, bottom, worker);
                break;
            default:
                Mix<UInt8, UInt8>(image, partner, box, patch, top, bottom, worker);
                break;
        }

        // Streamed stores are seen by others only after a fence.
        if (_isStreamed) Interlocked.MemoryBarrier();
    }

    private readonly void Mix<TFrom, TTo>(int image, int partner, in MixBox box, in MixBox patch, int top, int bottom, int worker)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        float* line = _scratch + worker * ScratchLength, resized = line + Pad(Length) + _taps->Margin;
        nint step = _lines.IsVector ? TFrom.Size : _images.StrideW, toStep = _lines.IsVector ? TTo.Size : _mixed.StrideW;
        int repeat = _lines.Repeat, left = box.Left * repeat, right = box.Right * repeat;
        for (int at = 0; at < _lines.Count; at++)
        {
            for (int y = top; y < bottom; y++)
            {
                byte* own = _images.Row(image, at, y), target = _mixed.Row(image, at, y);
                if (y < box.Top || y >= box.Bottom)
                {
                    Copy<TFrom, TTo>(own, step, target, toStep, 0, Length, at);
                    continue;
                }

                (int first, float second) = PatchTaps.Tap(y - box.Top, patch.Bottom - patch.Top, box.Bottom - box.Top);
                byte* above = _images.Row(partner, at, patch.Top + first) + patch.Left * _images.StrideW;
                Blend<TFrom>(above, above + (second == 0 ? 0 : _images.StrideH), step, (patch.Right - patch.Left) * repeat, second, line);
                _taps[worker].Resize(line, box.Right - box.Left, resized);
                Copy<TFrom, TTo>(own, step, target, toStep, 0, left, at);
                Store<TTo>(resized, target, toStep, left, right, at);
                Copy<TFrom, TTo>(own, step, target, toStep, right, Length, at);
            }
        }
    }

    /// <summary>(1 − w)·a + w·b over a line of the patch, and its last pixel once more.</summary>
    private readonly void Blend<TFrom>(byte* a, byte* b, nint step, int count, float weight, float* line)
        where TFrom : struct, IElement
    {
        int i = 0;
        for (; step == TFrom.Size && i + Lanes <= count; i += Lanes)
        {
            Vector512<float> v = TFrom.Load(a + i * TFrom.Size);
            if (weight != 0) v = PatchTaps.Between(v, TFrom.Load(b + i * TFrom.Size), Vector512.Create(weight));
            v.Store(line + i);
        }

        for (; i < count; i++) line[i] = PatchTaps.Between(TFrom.LoadOne(a + i * step), TFrom.LoadOne(b + i * step), weight);
        for (int channel = 0; channel < _lines.Repeat; channel++) line[count + channel] = line[count - _lines.Repeat + channel];
    }

    /// <summary>Elements <paramref name="from"/> … <paramref name="end"/> − 1 of a line as they are, or normalised.</summary>
    private readonly void Copy<TFrom, TTo>(byte* source, nint step, byte* target, nint toStep, int from, int end, int line)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            if (_lines.IsVector) LineCopy.Run(source + from * step, target + from * toStep, (end - from) * step, _isStreamed);
            // Moved as they are: a NaN keeps its payload.
            else
                for (int i = from; i < end; i++) Buffer.MemoryCopy(source + i * step, target + i * toStep, TFrom.Size, TFrom.Size);
            return;
        }

        float* scales = _scales + (nint)line * Length, offsets = _offsets + (nint)line * Length;
        int at = from;
        for (; _lines.IsVector && at + Lanes <= end; at += Lanes)
            TTo.Store(target + at * TTo.Size, Fma(TFrom.Load(source + at * TFrom.Size), Vector512.Load(scales + at), Vector512.Load(offsets + at)));
        for (; at < end; at++)
            TTo.StoreOne(target + at * toStep, MathF.FusedMultiplyAdd(TFrom.LoadOne(source + at * step), scales[at], offsets[at]));
    }

    /// <summary>Resized elements to their places, normalised where the type changes.</summary>
    private readonly void Store<TTo>(float* values, byte* target, nint toStep, int from, int end, int line)
        where TTo : struct, IElement
    {
        int count = end - from, i = 0;
        if (_scales != null)
        {
            float* scales = _scales + (nint)line * Length + from, offsets = _offsets + (nint)line * Length + from;
            for (; i + Lanes <= count; i += Lanes)
                Fma(Vector512.Load(values + i), Vector512.Load(scales + i), Vector512.Load(offsets + i)).Store(values + i);
            for (; i < count; i++) values[i] = MathF.FusedMultiplyAdd(values[i], scales[i], offsets[i]);
            i = 0;
        }

        target += from * toStep;
        if (_lines.IsVector && typeof(TTo) == typeof(Float32))
        {
            LineCopy.Run((byte*)values, target, (long)count * sizeof(float), _isStreamed);
            return;
        }

        for (; _lines.IsVector && i + Lanes <= count; i += Lanes) TTo.Store(target + i * TTo.Size, Vector512.Load(values + i));
        for (; i < count; i++) TTo.StoreOne(target + i * toStep, values[i]);
    }
}
