using System;
using System.Numerics;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// A transform of any length n as a convolution with a chirp: F[k] = c[k]·Σ (x[j]·c[j])·conj(c[k−j]), c[k] = exp(−πi·k²/n), done by
/// transforms of a power of two m ≥ 2n − 1.
/// </summary>
/// <remarks>Source: Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970.</remarks>
internal sealed unsafe class BluesteinFft<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _length;
    private readonly int _padded;
    private readonly Fft<T> _inner;

    // Pairs (cos, sin) of the chirp, and the transform of its conjugate divided by m.
    private readonly T[] _chirp;
    private readonly T[] _spectrum;

    internal BluesteinFft(int length)
    {
        _length = length;
        _padded = checked((int)BitOperations.RoundUpToPowerOf2((uint)(2L * length - 1)));
        _inner = Fft<T>.Of(_padded);
        _chirp = new T[2 * length];
        double[] re = new double[_padded], im = new double[_padded];
        for (int k = 0; k < length; k++)
        {
            // k² mod 2n keeps the angle small and exact.
            (double sin, double cos) = Math.SinCos(Math.PI * ((long)k * k % (2L * length)) / length);
            (_chirp[2 * k], _chirp[2 * k + 1]) = (T.CreateTruncating(cos), T.CreateTruncating(-sin));
            (re[k], im[k]) = (cos, sin);
            if (k > 0) (re[_padded - k], im[_padded - k]) = (cos, sin);
        }

        Transform(re, im);
        _spectrum = new T[2 * _padded];
        for (int k = 0; k < _padded; k++)
            (_spectrum[2 * k], _spectrum[2 * k + 1]) = (T.CreateTruncating(re[k] / _padded), T.CreateTruncating(im[k] / _padded));
    }

    internal long ScratchLength => 2L * _padded * Vector512<T>.Count + _inner.ScratchLength;

    internal void Transform(T* re, T* im, nint stride, T* toRe, T* toIm, nint toStride, T* scratch)
    {
        T* ar = scratch, ai = ar + (nint)_padded * Vector512<T>.Count, inner = ai + (nint)_padded * Vector512<T>.Count;
        for (int k = 0; k < _padded; k++)
        {
            Vector512<T> r = Vector512<T>.Zero, i = Vector512<T>.Zero;
            if (k < _length) (r, i) = Multiply(Vector512.Load(re + k * stride), Vector512.Load(im + k * stride), _chirp, k);
            r.Store(ar + k * Vector512<T>.Count);
            i.Store(ai + k * Vector512<T>.Count);
        }

        _inner.Transform(ar, ai, Vector512<T>.Count, ar, ai, Vector512<T>.Count, inner);
        for (int k = 0; k < _padded; k++)
        {
            (Vector512<T> r, Vector512<T> i) = Multiply(Vector512.Load(ar + k * Vector512<T>.Count), Vector512.Load(ai + k * Vector512<T>.Count), _spectrum, k);
            r.Store(ar + k * Vector512<T>.Count);
            i.Store(ai + k * Vector512<T>.Count);
        }

        // Exchanged parts: the inverse.
        _inner.Transform(ai, ar, Vector512<T>.Count, ai, ar, Vector512<T>.Count, inner);
        for (int k = 0; k < _length; k++)
        {
            (Vector512<T> r, Vector512<T> i) = Multiply(Vector512.Load(ar + k * Vector512<T>.Count), Vector512.Load(ai + k * Vector512<T>.Count), _chirp, k);
            r.Store(toRe + k * toStride);
            i.Store(toIm + k * toStride);
        }
    }

    private static (Vector512<T> Re, Vector512<T> Im) Multiply(Vector512<T> r, Vector512<T> i, T[] table, int k)
    {
        Vector512<T> wr = Vector512.Create(table[2 * k]), wi = Vector512.Create(table[2 * k + 1]);
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
