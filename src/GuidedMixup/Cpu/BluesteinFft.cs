using System;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// A transform of any length n as a convolution with a chirp: F[k] = c[k]·Σ (x[j]·c[j])·conj(c[k−j]), c[k] = exp(−πi·k²/n), done by
/// transforms of a power of two m ≥ 2n − 1.
/// </summary>
/// <remarks>Source: Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970.</remarks>
internal sealed unsafe class BluesteinFft
{
    private readonly int _length;
    private readonly int _padded;
    private readonly Fft _inner;

    // Pairs (cos, sin) of the chirp, and the transform of its conjugate divided by m.
    private readonly float[] _chirp;
    private readonly float[] _spectrum;

    internal BluesteinFft(int length)
    {
        _length = length;
        _padded = checked((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2L * length - 1)));
        _inner = Fft.Of(_padded);
        _chirp = new float[2 * length];
        double[] re = new double[_padded], im = new double[_padded];
        for (int k = 0; k < length; k++)
        {
            // k² mod 2n keeps the angle small and exact.
            (double sin, double cos) = Math.SinCos(Math.PI * ((long)k * k % (2L * length)) / length);
            (_chirp[2 * k], _chirp[2 * k + 1]) = ((float)cos, (float)-sin);
            (re[k], im[k]) = (cos, sin);
            if (k > 0) (re[_padded - k], im[_padded - k]) = (cos, sin);
        }

        Transform(re, im);
        _spectrum = new float[2 * _padded];
        for (int k = 0; k < _padded; k++)
            (_spectrum[2 * k], _spectrum[2 * k + 1]) = ((float)(re[k] / _padded), (float)(im[k] / _padded));
    }

    internal long ScratchLength => 2L * _padded * Lanes + _inner.ScratchLength;

    internal void Transform(float* re, float* im, nint stride, float* toRe, float* toIm, nint toStride, float* scratch)
    {
        float* ar = scratch, ai = ar + (nint)_padded * Lanes, inner = ai + (nint)_padded * Lanes;
        for (int k = 0; k < _padded; k++)
        {
            Vector512<float> r = Vector512<float>.Zero, i = Vector512<float>.Zero;
            if (k < _length) (r, i) = Multiply(Vector512.Load(re + k * stride), Vector512.Load(im + k * stride), _chirp, k);
            r.Store(ar + k * Lanes);
            i.Store(ai + k * Lanes);
        }

        _inner.Transform(ar, ai, Lanes, ar, ai, Lanes, inner);
        for (int k = 0; k < _padded; k++)
        {
            (Vector512<float> r, Vector512<float> i) = Multiply(Vector512.Load(ar + k * Lanes), Vector512.Load(ai + k * Lanes), _spectrum, k);
            r.Store(ar + k * Lanes);
            i.Store(ai + k * Lanes);
        }

        // Exchanged parts: the inverse.
        _inner.Transform(ai, ar, Lanes, ai, ar, Lanes, inner);
        for (int k = 0; k < _length; k++)
        {
            (Vector512<float> r, Vector512<float> i) = Multiply(Vector512.Load(ar + k * Lanes), Vector512.Load(ai + k * Lanes), _chirp, k);
            r.Store(toRe + k * toStride);
            i.Store(toIm + k * toStride);
        }
    }

    private static (Vector512<float> Re, Vector512<float> Im) Multiply(Vector512<float> r, Vector512<float> i, float[] table, int k)
    {
        Vector512<float> wr = Vector512.Create(table[2 * k]), wi = Vector512.Create(table[2 * k + 1]);
        return (Fma(r, wr, -(i * wi)), Fma(r, wi, i * wr));
    }

    /// <summary>In place, double precision, a power of two: only for the plan.</summary>
    private static void Transform(double[] re, double[] im)
    {
        int n = re.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (re[i], re[j], im[i], im[j]) = (re[j], re[i], im[j], im[i]);
        }

        for (int size = 2; size <= n; size *= 2)
        {
            for (int k = 0; k < size / 2; k++)
            {
                (double wi, double wr) = Math.SinCos(-2 * Math.PI * k / size);
                for (int a = k; a < n; a += size)
                {
                    int b = a + size / 2;
                    double tr = re[b] * wr - im[b] * wi, ti = re[b] * wi + im[b] * wr;
                    (re[b], im[b], re[a], im[a]) = (re[a] - tr, im[a] - ti, re[a] + tr, im[a] + ti);
                }
            }
        }
    }
}
