using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// Resizes lines of a patch, bilinear with aligned corners: element o of <c>to</c> lies at o·(from − 1)/(to − 1), in exact integers; a single
/// element takes the first. A tap of weight 0 takes nothing, be it of NaN. First down, then across.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct PatchTaps
{
    private const int HalfLanes = Lanes / 2;

    // Sixteen elements of a resized line at a time, the last sixteen flush with its end: where each one's first tap is, counted from its half's
    // base, the weight of its second, and 1 less that.
    private readonly int* _taps;
    private readonly float* _weights;
    private readonly float* _rests;

    // Where each half's taps begin, counted from the patch's first element: in the patch, or before it where the image's row ends too soon. With
    // AVX-512 both halves have one base.
    private readonly int* _bases;
    private readonly int _repeat;
    private readonly int _row;
    private int _start;
    private int _from;
    private int _to;

    /// <summary>For rows of <paramref name="width"/> pixels, <paramref name="repeat"/> elements each.</summary>
    internal PatchTaps(int width, int repeat, HostWorkspace workspace)
    {
        int length = Pad(width * repeat);
        _taps = workspace.Take<int>(length);
        _weights = workspace.Take<float>(length);
        _rests = workspace.Take<float>(length);
        _bases = workspace.Take<int>(length / HalfLanes);
        _repeat = repeat;
        _row = width * repeat;
        (_start, _from, _to) = (0, 0, 0);
        IsNear = false;
    }

    /// <summary>True where <see cref="Resize{TFrom,TTo}"/> can do it: a vector or two reach all taps of every half, or of both.</summary>
    internal bool IsNear { get; private set; }

    // Elements that share a base.
    private static int Reach => Avx512F.IsSupported ? Lanes : HalfLanes;

    /// <summary>The first of an output's two inputs along one axis, and the weight of the second.</summary>
    internal static (int First, float Second) Tap(int o, int from, int to)
    {
        if (to == 1) return (0, 0);
        (long first, long rest) = Math.DivRem((long)o * (from - 1), to - 1);
        return ((int)first, rest / (float)(to - 1));
    }

    /// <summary>Prepares for patches and boxes of these widths, patches that start in column <paramref name="start"/>.</summary>
    internal void Set(int start, int from, int to)
    {
        if ((start, from, to) == (_start, _from, _to)) return;
        (_start, _from, _to) = (start, from, to);
        int length = to * _repeat, divisor = Math.Max(to - 1, 1), whole = Math.Max(length - Lanes, 0), reach = Reach;
        // A base so high would read past the end of the image's row.
        int highest = _row - start * _repeat - 2 * reach;
        IsNear = Avx2.IsSupported && length >= Lanes && _row >= 2 * reach;
        (int step, int stepRest) = to == 1 ? (0, 0) : Math.DivRem(from - 1, divisor);
        for (int written = 0; written < length; written += Lanes)
        {
            // The last sixteen start again where their end is the line's.
            int first = Math.Min(written, whole);
            long at = (long)(first / _repeat) * (from - 1);
            int pixel = (int)(at / divisor), rest = (int)(at % divisor), channel = first % _repeat;
            if (to == 1) pixel = rest = 0;
            for (int i = written; i < written + Lanes; i++)
            {
                _taps[i] = pixel * _repeat + channel;
                _weights[i] = rest / (float)divisor;
                _rests[i] = 1 - _weights[i];
                // A line of less than sixteen repeats its last element.
                if (first + i - written >= length - 1 || ++channel < _repeat) continue;
                channel = 0;
                pixel += step;
                rest += stepRest;
                if (rest < divisor) continue;
                rest -= divisor;
                pixel++;
            }

            for (int i = written; i < written + Lanes; i += reach) SetBase(i, reach, highest);
        }
    }

    /// <summary>
    /// A line of the box, at least sixteen elements, from the two lines of the patch that it lies between: <paramref name="above"/> and the one
    /// below it, taken with <paramref name="weight"/>; then times scale plus offset where those are given.
    /// </summary>
    [MethodImpl(Kernel)]
    internal readonly void Resize<TFrom, TTo>(byte* above, byte* below, float weight, byte* result, float* scales, float* offsets)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        nint length = _to * _repeat, whole = length - Lanes;
        int* taps = _taps, bases = _bases;
        float* weights = _weights, rests = _rests;
        Vector512<int> next = Vector512.Create(_repeat);
        Vector512<float> down = Vector512.Create(weight), rest = Vector512.Create(1 - weight);
        bool isBetween = weight != 0;
        for (nint written = 0; written < length; written += Lanes, bases += Lanes / HalfLanes)
        {
            Vector512<int> tap = Vector512.Load(taps + written);
            Vector512<float> a, b;
            nint at = (nint)bases[0] * TFrom.Size;
            Vector512<float> low = TFrom.Load(above + at), high;
            if (isBetween) low = Fma(down, TFrom.Load(below + at), rest * low);
            at = Avx512F.IsSupported ? at + Lanes * TFrom.Size : (nint)bases[1] * TFrom.Size;
            high = TFrom.Load(above + at);
            if (isBetween) high = Fma(down, TFrom.Load(below + at), rest * high);
            if (Avx512F.IsSupported)
            {
                a = Avx512F.PermuteVar16x32x2(low, tap, high);
                b = Avx512F.PermuteVar16x32x2(low, tap + next, high);
            }
            else
            {
                a = Vector512.Create(Pick(low, tap.GetLower()), Pick(high, tap.GetUpper()));
                tap += next;
                b = Vector512.Create(Pick(low, tap.GetLower()), Pick(high, tap.GetUpper()));
            }

            Vector512<float> across = Vector512.Load(weights + written);
            Vector512<float> y = Fma(across, b, Vector512.Load(rests + written) * a);
            // Bytes are finite: 0 times one is 0.
            if (typeof(TFrom) != typeof(UInt8)) y = Vector512.ConditionalSelect(Vector512.Equals(across, Vector512<float>.Zero), a, y);
            nint to = written <= whole ? written : whole;
            if (typeof(TFrom) != typeof(TTo)) y = Fma(y, Vector512.Load(scales + to), Vector512.Load(offsets + to));
            TTo.Store(result + to * TTo.Size, y);
        }
    }

    /// <summary>A line of the patch, already resized down and followed by its last pixel again, to one of the box: any widths.</summary>
    internal readonly void Across(float* line, float* result)
    {
        int length = _to * _repeat, whole = Math.Max(length - Lanes, 0);
        for (int i = 0; i < length; i++)
        {
            // The last sixteen of the tables are flush with the line's end.
            int entry = i < (length & -Lanes) ? i : i - whole + (length & -Lanes);
            float* tap = line + _bases[entry / HalfLanes] + _taps[entry];
            result[i] = Between(tap[0], tap[_repeat], _weights[entry]);
        }
    }

    /// <summary>(1 − w)·a + w·b; a where w is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Between(float a, float b, float w) => w == 0 ? a : MathF.FusedMultiplyAdd(w, b, (1 - w) * a);

    /// <summary>Sixteen elements between two lines of the patch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Between<TFrom>(byte* above, byte* below, float weight)
        where TFrom : struct, IElement
    {
        Vector512<float> a = TFrom.Load(above);
        return weight == 0 ? a : Fma(Vector512.Create(weight), TFrom.Load(below), Vector512.Create(1 - weight) * a);
    }

    /// <summary>Eight of sixteen elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pick(Vector512<float> v, Vector256<int> taps) => Avx.BlendVariable(
        Avx2.PermuteVar8x32(v.GetLower(), taps), Avx2.PermuteVar8x32(v.GetUpper(), taps), (taps << 28).AsSingle());

    /// <summary>Counts the taps that share a base from it, and sees whether it reaches them.</summary>
    private void SetBase(int first, int count, int highest)
    {
        int low = int.MaxValue, high = 0;
        for (int i = first; i < first + count; i++)
        {
            low = Math.Min(low, _taps[i]);
            high = Math.Max(high, _taps[i] + (_weights[i] == 0 ? 0 : _repeat));
        }

        low = Math.Min(low, highest);
        IsNear &= high - low < 2 * count;
        for (int i = first; i < first + count; i++) _taps[i] -= low;
        for (int i = first; i < first + count; i += HalfLanes) _bases[i / HalfLanes] = low;
    }
}
