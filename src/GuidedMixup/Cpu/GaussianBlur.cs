using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The separable blur of one map with reflect padding, alone and followed by sum-to-1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct GaussianBlur
{
    private readonly int _h;
    private readonly int _w;
    private readonly int _reach;
    private readonly int _front;
    private readonly int _stride;
    private readonly float* _taps;

    internal GaussianBlur(int height, int width, GuidedMixerOptions options, HostWorkspace workspace)
    {
        (_h, _w) = (height, width);
        int size = options.BlurSize;
        _reach = size / 2;
        _front = Pad(_reach);
        // The last vector of a row reads up to twice the reach past its end.
        _stride = _front + Pad(width) + _front;
        _taps = workspace.Take<float>(size);
        double sum = 0;
        for (int i = 0; i < size; i++) sum += Tap(i - _reach, options.BlurSigma);
        for (int i = 0; i < size; i++) _taps[i] = (float)(Tap(i - _reach, options.BlurSigma) / sum);
    }

    /// <summary>Floats of scratch memory: the rows blurred along y, each between its margins.</summary>
    internal long ScratchLength => (long)_h * _stride;

    /// <summary>Blurs a map; source and target may be the same.</summary>
    internal void Apply(float* source, nint stride, float* target, nint toStride, float* scratch)
    {
        Vertical(source, stride, scratch);
        Horizontal(scratch, target, toStride);
    }

    /// <summary>
    /// Blurs a map and divides it by its sum. False where it sums to 0, holds NaN or ±Inf, or held a negative value, or its sum
    /// overflows: it is then the uniform map.
    /// </summary>
    [MethodImpl(Kernel)]
    internal bool Normalise(float* source, nint stride, float* target, float* scratch)
    {
        bool isNegative = Vertical(source, stride, scratch);
        float sum = (float)Horizontal(scratch, target, _w);
        bool isValid = !isNegative && sum > 0 && float.IsFinite(sum);
        nint length = (nint)_h * _w, i = 0;
        Vector512<float> divisor = Vector512.Create(sum);
        Vector512<float> uniform = Vector512.Create(1f / ((float)_h * _w));
        for (; i + Lanes <= length; i += Lanes)
            (isValid ? Vector512.Load(target + i) / divisor : uniform).Store(target + i);
        for (; i < length; i++) target[i] = isValid ? target[i] / sum : uniform[0];
        return isValid;
    }

    private static double Tap(int i, double sigma) => Math.Exp(-0.5 * (i / sigma) * (i / sigma));

    /// <summary>Blurs along y into the scratch rows, and repeats their ends in the margins; true where a value was negative.</summary>
    private bool Vertical(float* source, nint stride, float* rows)
    {
        Vector512<float> negative = Vector512<float>.Zero;
        rows += _front;
        int x = 0;
        for (; _reach == 3 && x + Lanes <= _w; x += Lanes) negative |= Strip(source + x, stride, rows + x);
        for (; x < _w; x += Lanes) negative |= Strip(source + x, stride, rows + x, Math.Min(Lanes, _w - x));
        for (int y = 0; y < _h; y++, rows += _stride)
        {
            float* last = rows + _w - 1;
            for (nint i = 1; i <= _reach; i++)
            {
                rows[-i] = rows[i];
                last[i] = last[-i];
            }
        }

        return negative.AsInt32() != Vector512<int>.Zero;
    }

    /// <summary>Sixteen columns with seven taps: each row is loaded once and stays in a register while the taps pass over it.</summary>
    [MethodImpl(Kernel)]
    private Vector512<float> Strip(float* source, nint stride, float* rows)
    {
        Vector512<float> t0 = Vector512.Create(_taps[0]), t1 = Vector512.Create(_taps[1]);
        Vector512<float> t2 = Vector512.Create(_taps[2]), t3 = Vector512.Create(_taps[3]);
        Vector512<float> a = Vector512.Load(source + 3 * stride), b = Vector512.Load(source + 2 * stride);
        Vector512<float> c = Vector512.Load(source + stride), d = Vector512.Load(source), e = c, f = b;
        Vector512<float> negative = Vector512<float>.Zero;
        for (int y = 0; y < _h; y++, rows += _stride)
        {
            Vector512<float> g = Vector512.Load(source + Reflect(y + 3) * stride);
            negative |= Vector512.LessThan(d, Vector512<float>.Zero);
            Vector512<float> sum = (a + g) * t0;
            sum = Fma(b + f, t1, sum);
            sum = Fma(c + e, t2, sum);
            Fma(d, t3, sum).Store(rows);
            (a, b, c, d, e, f) = (b, c, d, e, f, g);
        }

        return negative;
    }

    /// <summary>Up to sixteen columns with any number of taps.</summary>
    [MethodImpl(Kernel)]
    private Vector512<float> Strip(float* source, nint stride, float* rows, int count)
    {
        Vector512<float> negative = Vector512<float>.Zero;
        for (int y = 0; y < _h; y++, rows += _stride)
        {
            Vector512<float> centre = Tail.Load<Float32>((byte*)(source + y * stride), count), sum = Vector512<float>.Zero;
            negative |= Vector512.LessThan(centre, Vector512<float>.Zero);
            for (int k = 0; k < _reach; k++)
            {
                Vector512<float> pair = Tail.Load<Float32>((byte*)(source + Reflect(y + k - _reach) * stride), count)
                    + Tail.Load<Float32>((byte*)(source + Reflect(y - k + _reach) * stride), count);
                sum = Fma(pair, Vector512.Create(_taps[k]), sum);
            }

            Fma(centre, Vector512.Create(_taps[_reach]), sum).Store(rows);
        }

        return negative;
    }

    /// <summary>Blurs the scratch rows along x; returns the sum of the result, row by row in a fixed order.</summary>
    [MethodImpl(Kernel)]
    private double Horizontal(float* rows, float* target, nint toStride)
    {
        int w = _w, reach = _reach;
        Vector512<float> t0 = Vector512.Create(_taps[0]), t1 = Vector512.Create(_taps[Math.Min(1, reach)]);
        Vector512<float> t2 = Vector512.Create(_taps[Math.Min(2, reach)]), t3 = Vector512.Create(_taps[Math.Min(3, reach)]);
        double total = 0;
        rows += _front - reach;
        for (int y = 0; y < _h; y++, rows += _stride, target += toStride)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int x = 0; x < w; x += Lanes)
            {
                float* at = rows + x;
                Vector512<float> v;
                if (reach == 3)
                {
                    v = (Vector512.Load(at) + Vector512.Load(at + 6)) * t0;
                    v = Fma(Vector512.Load(at + 1) + Vector512.Load(at + 5), t1, v);
                    v = Fma(Vector512.Load(at + 2) + Vector512.Load(at + 4), t2, v);
                    v = Fma(Vector512.Load(at + 3), t3, v);
                }
                else
                {
                    v = Vector512<float>.Zero;
                    for (int k = 0; k < reach; k++)
                        v = Fma(Vector512.Load(at + k) + Vector512.Load(at + 2 * reach - k), Vector512.Create(_taps[k]), v);
                    v = Fma(Vector512.Load(at + reach), Vector512.Create(_taps[reach]), v);
                }

                if (x + Lanes <= w)
                {
                    v.Store(target + x);
                    sum += v;
                    continue;
                }

                Tail.Store<Float32>((byte*)(target + x), v, w - x);
                sum += Vector512.ConditionalSelect(Tail.Mask(w - x), v, Vector512<float>.Zero);
            }

            total += Sum(sum);
        }

        return total;
    }

    private int Reflect(int y)
    {
        if (y < 0) y = -y;
        return y < _h ? y : 2 * (_h - 1) - y;
    }
}
