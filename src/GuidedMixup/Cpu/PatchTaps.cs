using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// Resizes lines of a patch, bilinear with aligned corners: element o of <c>to</c> lies at o·(from − 1)/(to − 1), in exact integers; a single
/// element takes the first. A tap of weight 0 takes nothing, be it of NaN.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PatchTaps
{
    private const int Wide = -1;

    // Of every element of a resized line: where its first tap is, counted from its group's base, and the weight of its second.
    private readonly int* _taps;
    private readonly float* _weights;

    // Of every sixteen elements: the lowest first tap, or Wide where two vectors do not reach them all; then the taps count from 0.
    private readonly int* _bases;
    private readonly int _repeat;

    /// <summary>For lines of at most <paramref name="width"/> pixels, <paramref name="repeat"/> elements each.</summary>
    internal PatchTaps(int width, int repeat, HostWorkspace workspace)
    {
        int length = Pad(width * repeat);
        _taps = workspace.Take<int>(length);
        _weights = workspace.Take<float>(length);
        _bases = workspace.Take<int>(length / Lanes);
        _repeat = repeat;
    }

    /// <summary>Elements that a line needs behind its own: the last pixel again, and what whole vectors read besides.</summary>
    internal int Margin => _repeat + 2 * Lanes;

    /// <summary>The first of an output's two inputs along one axis, and the weight of the second.</summary>
    internal static (int First, float Second) Tap(int o, int from, int to)
    {
        if (to == 1) return (0, 0);
        (long first, long rest) = Math.DivRem((long)o * (from - 1), to - 1);
        return ((int)first, rest / (float)(to - 1));
    }

    /// <summary>Prepares for patches of these widths.</summary>
    internal void Set(int from, int to)
    {
        int length = to * _repeat, first = 0, rest = 0, divisor = Math.Max(to - 1, 1);
        (int step, int stepRest) = to == 1 ? (0, 0) : Math.DivRem(from - 1, divisor);
        for (int at = 0; at < length; at += _repeat)
        {
            float second = rest / (float)divisor;
            for (int channel = 0; channel < _repeat; channel++)
            {
                _taps[at + channel] = first * _repeat + channel;
                _weights[at + channel] = second;
            }

            first += step;
            rest += stepRest;
            if (rest >= divisor)
            {
                rest -= divisor;
                first++;
            }
        }

        for (int at = length; at < Pad(length); at++) (_taps[at], _weights[at]) = (_taps[length - 1], 0);
        for (int group = 0; group < Pad(length); group += Lanes)
        {
            int low = int.MaxValue, high = 0;
            for (int i = group; i < group + Lanes; i++)
            {
                low = Math.Min(low, _taps[i]);
                high = Math.Max(high, _taps[i]);
            }

            bool isNear = high - low < 2 * Lanes;
            _bases[group / Lanes] = isNear ? low : Wide;
            for (int i = group; i < group + Lanes && isNear; i++) _taps[i] -= low;
        }
    }

    /// <summary>
    /// A line of <c>from</c> pixels, followed by its last pixel again, to one of <paramref name="to"/> pixels; whole vectors are written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Resize(float* line, int to, float* result)
    {
        int length = to * _repeat;
        for (int at = 0; at < length; at += Lanes)
        {
            int start = _bases[at / Lanes];
            float* near = line + Math.Max(start, 0), next = near + _repeat;
            if (Avx512F.IsSupported && start != Wide)
            {
                Vector512<int> taps = Vector512.Load(_taps + at);
                Vector512<float> a = Avx512F.PermuteVar16x32x2(Vector512.Load(near), taps, Vector512.Load(near + Lanes));
                Vector512<float> b = Avx512F.PermuteVar16x32x2(Vector512.Load(next), taps, Vector512.Load(next + Lanes));
                Between(a, b, Vector512.Load(_weights + at)).Store(result + at);
                continue;
            }

            for (int i = at; i < at + Lanes; i++) result[i] = Between(near[_taps[i]], next[_taps[i]], _weights[i]);
        }
    }

    /// <summary>(1 − w)·a + w·b; a where w is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Between(Vector512<float> a, Vector512<float> b, Vector512<float> w) =>
        Vector512.ConditionalSelect(Vector512.Equals(w, Vector512<float>.Zero), a, Fma(w, b, (Vector512<float>.One - w) * a));

    /// <summary>(1 − w)·a + w·b; a where w is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Between(float a, float b, float w) => w == 0 ? a : MathF.FusedMultiplyAdd(w, b, (1 - w) * a);
}
