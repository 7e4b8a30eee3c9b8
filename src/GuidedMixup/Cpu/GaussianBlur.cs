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
    private readonly int _stride;
    private readonly float* _taps;

    internal GaussianBlur(int height, int width, GuidedMixerOptions options, HostWorkspace workspace)
    {
        (_h, _w) = (height, width);
        int size = options.BlurSize;
        _reach = size / 2;
        _stride = Pad(width);
        _taps = workspace.Take<float>(size);
        double sum = 0;
        for (int i = 0; i < size; i++) sum += Tap(i - _reach, options.BlurSigma);
        for (int i = 0; i < size; i++) _taps[i] = (float)(Tap(i - _reach, options.BlurSigma) / sum);
    }

    /// <summary>Floats of scratch memory: the rows blurred along x, and one row with its margins.</summary>
    internal long ScratchLength => (long)_h * _stride + Pad(_reach) + _stride + Pad(_reach) + Lanes;

    /// <summary>Blurs a map; source and target may be the same.</summary>
    internal void Apply(float* source, nint stride, float* target, nint toStride, float* scratch)
    {
        Horizontal(source, stride, scratch);
        Vertical(scratch, target, toStride);
    }

    /// <summary>
    /// Blurs a map and divides it by its sum. False where it sums to 0, holds NaN or ±Inf, or held a negative value, or its sum
    /// overflows: it is then the uniform map.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Normalise(float* source, nint stride, float* target, float* scratch)
    {
        bool isNegative = Horizontal(source, stride, scratch);
        float sum = (float)Vertical(scratch, target, _w);
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

    /// <summary>Blurs along x into whole rows of vectors; true where a value was negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Horizontal(float* source, nint stride, float* rows)
    {
        int w = _w, reach = _reach, size = 2 * reach + 1;
        float* middle = rows + (nint)_h * _stride + Pad(reach);
        float* margin = middle - reach;
        Vector512<float> negative = Vector512<float>.Zero;
        Vector512<float> t0 = Vector512.Create(_taps[0]), t1 = Vector512.Create(_taps[Math.Min(1, reach)]);
        Vector512<float> t2 = Vector512.Create(_taps[Math.Min(2, reach)]), t3 = Vector512.Create(_taps[Math.Min(3, reach)]);
        for (int y = 0; y < _h; y++, source += stride, rows += _stride)
        {
            Buffer.MemoryCopy(source, middle, w * sizeof(float), w * sizeof(float));
            for (int i = 1; i <= reach; i++)
            {
                middle[-i] = middle[i];
                middle[w - 1 + i] = middle[w - 1 - i];
            }

            for (int x = w; x < _stride; x++) middle[reach + x] = 0;
            if (size == 7)
            {
                for (int x = 0; x < w; x += Lanes)
                {
                    float* at = margin + x;
                    Vector512<float> centre = Vector512.Load(at + 3);
                    negative |= Vector512.LessThan(centre, Vector512<float>.Zero);
                    Vector512<float> sum = Vector512.Load(at) * t0;
                    sum = Fma(Vector512.Load(at + 1), t1, sum);
                    sum = Fma(Vector512.Load(at + 2), t2, sum);
                    sum = Fma(centre, t3, sum);
                    sum = Fma(Vector512.Load(at + 4), t2, sum);
                    sum = Fma(Vector512.Load(at + 5), t1, sum);
                    Fma(Vector512.Load(at + 6), t0, sum).Store(rows + x);
                }

                continue;
            }

            for (int x = 0; x < w; x += Lanes)
            {
                Vector512<float> sum = Vector512<float>.Zero;
                for (int k = 0; k < size; k++) sum = Fma(Vector512.Load(margin + x + k), Vector512.Create(_taps[k]), sum);
                negative |= Vector512.LessThan(Vector512.Load(middle + x), Vector512<float>.Zero);
                sum.Store(rows + x);
            }
        }

        // Margins only repeat pixels of the row, so what they flag was flagged before.
        return negative.AsInt32() != Vector512<int>.Zero;
    }

    /// <summary>Blurs along y; returns the sum of the result, row by row in a fixed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Vertical(float* rows, float* target, nint toStride)
    {
        int reach = _reach, size = 2 * reach + 1;
        float** lines = stackalloc float*[size];
        double total = 0;
        for (int y = 0; y < _h; y++, target += toStride)
        {
            for (int k = 0; k < size; k++) lines[k] = rows + (nint)Reflect(y + k - reach) * _stride;
            Vector512<float> sum = Vector512<float>.Zero;
            int x = 0;
            for (; x + Lanes <= _w; x += Lanes)
            {
                Vector512<float> v = Column(lines, x, size);
                v.Store(target + x);
                sum += v;
            }

            if (x < _w)
            {
                Vector512<float> v = Column(lines, x, size);
                Tail.Store<Float32>((byte*)(target + x), v, _w - x);
                sum += Vector512.ConditionalSelect(Tail.Mask(_w - x), v, Vector512<float>.Zero);
            }

            total += Sum(sum);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Column(float** lines, int x, int size)
    {
        if (size == 7)
        {
            Vector512<float> v = Vector512.Load(lines[0] + x) * Vector512.Create(_taps[0]);
            v = Fma(Vector512.Load(lines[1] + x), Vector512.Create(_taps[1]), v);
            v = Fma(Vector512.Load(lines[2] + x), Vector512.Create(_taps[2]), v);
            v = Fma(Vector512.Load(lines[3] + x), Vector512.Create(_taps[3]), v);
            v = Fma(Vector512.Load(lines[4] + x), Vector512.Create(_taps[4]), v);
            v = Fma(Vector512.Load(lines[5] + x), Vector512.Create(_taps[5]), v);
            return Fma(Vector512.Load(lines[6] + x), Vector512.Create(_taps[6]), v);
        }

        Vector512<float> sum = Vector512<float>.Zero;
        for (int k = 0; k < size; k++) sum = Fma(Vector512.Load(lines[k] + x), Vector512.Create(_taps[k]), sum);
        return sum;
    }

    private int Reflect(int y)
    {
        if (y < 0) y = -y;
        return y < _h ? y : 2 * (_h - 1) - y;
    }
}
