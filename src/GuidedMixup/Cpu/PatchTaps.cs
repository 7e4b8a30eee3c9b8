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
internal unsafe struct PatchTaps
{
    // Sixteen elements of a resized line at a time, the last sixteen flush with its end: where each one's first tap is, counted from its group's
    // lowest, and the weight of its second.
    private readonly int* _taps;
    private readonly float* _weights;

    // Each group's lowest first tap.
    private readonly int* _bases;
    private readonly int _repeat;
    private int _length;

    // True where two vectors reach all taps of every group.
    private bool _isNear;

    /// <summary>For lines of at most <paramref name="width"/> pixels, <paramref name="repeat"/> elements each.</summary>
    internal PatchTaps(int width, int repeat, HostWorkspace workspace)
    {
        int length = Pad(width * repeat);
        _taps = workspace.Take<int>(length);
        _weights = workspace.Take<float>(length);
        _bases = workspace.Take<int>(length / Lanes);
        _repeat = repeat;
        _length = 0;
        _isNear = false;
    }

    /// <summary>Elements that a line needs behind its own: the last pixel again, and what whole vectors read besides.</summary>
    internal readonly int Margin => _repeat + 2 * Lanes;

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
        _length = to * _repeat;
        _isNear = true;
        int divisor = Math.Max(to - 1, 1), whole = Math.Max(_length - Lanes, 0);
        (int step, int stepRest) = to == 1 ? (0, 0) : Math.DivRem(from - 1, divisor);
        for (int group = 0, written = 0; written < _length; group++, written += Lanes)
        {
            // The last group starts again where its end is the line's.
            int start = Math.Min(written, whole), low = int.MaxValue, high = 0;
            long at = (long)(start / _repeat) * (from - 1);
            int pixel = (int)(at / divisor), rest = (int)(at % divisor), channel = start % _repeat;
            if (to == 1) pixel = rest = 0;
            for (int i = written; i < written + Lanes; i++)
            {
                _taps[i] = pixel * _repeat + channel;
                _weights[i] = rest / (float)divisor;
                low = Math.Min(low, _taps[i]);
                high = Math.Max(high, _taps[i]);
                // A line of less than one group repeats its last element.
                if (start + i - written >= _length - 1 || ++channel < _repeat) continue;
                channel = 0;
                pixel += step;
                rest += stepRest;
                if (rest < divisor) continue;
                rest -= divisor;
                pixel++;
            }

            _bases[group] = low;
            _isNear &= high + _repeat - low < 2 * Lanes;
            for (int i = written; i < written + Lanes; i++) _taps[i] -= low;
        }
    }

    /// <summary>
    /// A line of the patch, followed by its last pixel again, to one of the box; at least sixteen elements are written, and no more than the box has
    /// where it has as many.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void Resize(float* line, float* result)
    {
        int whole = Math.Max(_length - Lanes, 0);
        for (int group = 0, written = 0; written < _length; group++, written += Lanes)
        {
            float* near = line + _bases[group], next = near + _repeat, target = result + Math.Min(written, whole);
            if (Avx512F.IsSupported && _isNear)
            {
                Vector512<int> taps = Vector512.Load(_taps + written);
                Vector512<float> low = Vector512.Load(near), high = Vector512.Load(near + Lanes);
                Vector512<float> a = Avx512F.PermuteVar16x32x2(low, taps, high);
                Vector512<float> b = Avx512F.PermuteVar16x32x2(low, taps + Vector512.Create(_repeat), high);
                Between(a, b, Vector512.Load(_weights + written)).Store(target);
                continue;
            }

            for (int i = 0; i < Lanes; i++) target[i] = Between(near[_taps[written + i]], next[_taps[written + i]], _weights[written + i]);
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
