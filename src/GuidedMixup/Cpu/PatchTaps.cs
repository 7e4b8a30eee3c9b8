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

    // Sixteen elements of a resized line at a time, in vectors that begin where the box's row has whole ones, the first and the last flush with its
    // ends: where each one's first tap is, counted from its half's base, the weight of its second, and 1 less that.
    private readonly int* _taps;
    private readonly float* _weights;
    private readonly float* _rests;

    // Where each half's taps begin, counted from the line's first element: at a whole vector, if the taps are reached from there. With AVX-512 both
    // halves have one base.
    private readonly int* _bases;

    // Two lines resized down. Their elements lie in vectors as the image's row has them; before each is room for what ends with a short row.
    private readonly float* _lines;
    private readonly int _lineLength;
    private readonly int _repeat;
    private readonly int _row;
    private int _start;
    private int _from;
    private int _left;
    private int _to;

    /// <summary>For rows of <paramref name="width"/> pixels, <paramref name="repeat"/> elements each.</summary>
    internal PatchTaps(int width, int repeat, HostWorkspace workspace)
    {
        int length = Pad(width * repeat) + Lanes;
        _taps = workspace.Take<int>(length);
        _weights = workspace.Take<float>(length);
        _rests = workspace.Take<float>(length);
        _bases = workspace.Take<int>(length / HalfLanes);
        _lineLength = length + 2 * Lanes;
        _lines = workspace.Take<float>(2L * _lineLength);
        _repeat = repeat;
        _row = width * repeat;
        (_start, _from, _left, _to) = (0, 0, 0, 0);
        IsNear = false;
    }

    /// <summary>True where <see cref="Across{TFrom,TTo}"/> can do it: a vector or two reach all taps of every half, or of both.</summary>
    internal bool IsNear { get; private set; }

    // Elements that share a base.
    private static int Reach => Avx512F.IsSupported ? Lanes : HalfLanes;

    // Elements of the box's row before its first whole vector's start, and of the patch's.
    private readonly int Phase => _left * _repeat & (Lanes - 1);

    private readonly int Lead => _start * _repeat & (Lanes - 1);

    /// <summary>The first of an output's two inputs along one axis, and the weight of the second.</summary>
    internal static (int First, float Second) Tap(int o, int from, int to)
    {
        if (to == 1) return (0, 0);
        (long first, long rest) = Math.DivRem((long)o * (from - 1), to - 1);
        return ((int)first, rest / (float)(to - 1));
    }

    /// <summary>Prepares for patches and boxes of these widths, from columns <paramref name="start"/> and <paramref name="left"/> on.</summary>
    internal void Set(int start, int from, int left, int to)
    {
        if ((start, from, left, to) == (_start, _from, _left, _to)) return;
        (_start, _from, _left, _to) = (start, from, left, to);
        int length = to * _repeat, divisor = Math.Max(to - 1, 1), whole = Math.Max(length - Lanes, 0), reach = Reach, phase = Phase, lead = Lead;
        IsNear = Avx2.IsSupported && length >= Lanes;
        (int step, int stepRest) = to == 1 ? (0, 0) : Math.DivRem(from - 1, divisor);
        for (int written = 0; written - phase < length; written += Lanes)
        {
            int first = Math.Clamp(written - phase, 0, whole);
            long at = (long)(first / _repeat) * (from - 1);
            int pixel = (int)(at / divisor), rest = (int)(at % divisor), channel = first % _repeat;
            if (to == 1) pixel = rest = 0;
            for (int i = written; i < written + Lanes; i++)
            {
                _taps[i] = lead + pixel * _repeat + channel;
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

            for (int i = written; i < written + Lanes; i += reach) SetBase(i, reach);
        }
    }

    /// <summary>
    /// The first or second line (<paramref name="at"/>) for <see cref="Across{TFrom,TTo}"/>, from the two rows of at least sixteen elements that it
    /// lies between: <paramref name="above"/> and the one below it, taken with <paramref name="weight"/>.
    /// </summary>
    [MethodImpl(Kernel)]
    internal readonly void Down<TFrom>(byte* above, byte* below, float weight, int at)
        where TFrom : struct, IElement
    {
        nint first = _start * _repeat - Lead, end = (_start + _from) * _repeat, last = _row - Lanes;
        float* line = _lines + at * _lineLength + Lanes - first;
        Vector512<float> down = Vector512.Create(weight), rest = Vector512.Create(1 - weight);
        bool isBetween = weight != 0;
        for (nint i = first; i < end; i += Lanes)
        {
            nint from = i <= last ? i : last;
            Vector512<float> y = TFrom.Load(above + from * TFrom.Size);
            if (isBetween) y = Fma(down, TFrom.Load(below + from * TFrom.Size), rest * y);
            y.Store(line + from);
        }
    }

    /// <summary>
    /// Two rows of a box at least sixteen elements wide from the two lines, or one from the first where <paramref name="second"/> is the same; times
    /// scale plus offset where those are given.
    /// </summary>
    [MethodImpl(Kernel)]
    internal readonly void Across<TFrom, TTo>(byte* result, byte* second, float* scales, float* offsets)
        where TFrom : struct, IElement
        where TTo : struct, IElement
    {
        nint end = _to * _repeat, whole = end - Lanes, position = -Phase;
        int* taps = _taps, bases = _bases;
        float* weights = _weights, rests = _rests, line = _lines + Lanes;
        nint other = second == result ? 0 : _lineLength;
        Vector512<int> next = Vector512.Create(_repeat);
        for (; position < end; position += Lanes, bases += Lanes / HalfLanes, taps += Lanes, weights += Lanes, rests += Lanes)
        {
            Vector512<int> tap = Vector512.Load(taps), nextTap = tap + next;
            Vector512<float> weight = Vector512.Load(weights), rest = Vector512.Load(rests);
            Vector512<float> isOne = Vector512.Equals(weight, Vector512<float>.Zero);
            float* low = line + bases[0], high = Avx512F.IsSupported ? low + Lanes : line + bases[1];
            nint to = position < 0 ? 0 : position <= whole ? position : whole;
            Vector512<float> y = Pick(low, high, tap, nextTap, weight, rest, isOne);
            Vector512<float> z = Pick(low + other, high + other, tap, nextTap, weight, rest, isOne);
            if (typeof(TFrom) != typeof(TTo))
            {
                Vector512<float> scale = Vector512.Load(scales + to), offset = Vector512.Load(offsets + to);
                y = Fma(y, scale, offset);
                z = Fma(z, scale, offset);
            }

            TTo.Store(result + to * TTo.Size, y);
            TTo.Store(second + to * TTo.Size, z);
        }
    }

    /// <summary>A line of the patch, already resized down and followed by its last pixel again, to one of the box: any widths.</summary>
    internal readonly void Across(float* line, float* result)
    {
        int length = _to * _repeat, whole = Math.Max(length - Lanes, 0), phase = Phase;
        line -= Lead;
        for (int i = 0; i < length; i++)
        {
            int vector = (i + phase) & -Lanes, entry = vector + i - Math.Clamp(vector - phase, 0, whole);
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

    /// <summary>Sixteen elements across.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pick(
        float* low, float* high, Vector512<int> tap, Vector512<int> next, Vector512<float> weight, Vector512<float> rest, Vector512<float> isOne)
    {
        Vector512<float> a, b, x = Vector512.Load(low), y = Vector512.Load(high);
        if (Avx512F.IsSupported)
        {
            a = Avx512F.PermuteVar16x32x2(x, tap, y);
            b = Avx512F.PermuteVar16x32x2(x, next, y);
        }
        else
        {
            a = Vector512.Create(Pick(x, tap.GetLower()), Pick(y, tap.GetUpper()));
            b = Vector512.Create(Pick(x, next.GetLower()), Pick(y, next.GetUpper()));
        }

        return Vector512.ConditionalSelect(isOne, a, Fma(weight, b, rest * a));
    }

    /// <summary>Eight of sixteen elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pick(Vector512<float> v, Vector256<int> taps) => Avx.BlendVariable(
        Avx2.PermuteVar8x32(v.GetLower(), taps), Avx2.PermuteVar8x32(v.GetUpper(), taps), (taps << 28).AsSingle());

    /// <summary>Counts the taps that share a base from it, and sees whether it reaches them.</summary>
    private void SetBase(int first, int count)
    {
        int low = int.MaxValue, high = 0;
        for (int i = first; i < first + count; i++)
        {
            low = Math.Min(low, _taps[i]);
            high = Math.Max(high, _taps[i] + (_weights[i] == 0 ? 0 : _repeat));
        }

        if (high - (low & -count) < 2 * count) low &= -count;
        IsNear &= high - low < 2 * count;
        for (int i = first; i < first + count; i++) _taps[i] -= low;
        for (int i = first; i < first + count; i += HalfLanes) _bases[i / HalfLanes] = low;
    }
}
