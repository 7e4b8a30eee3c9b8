using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// One Stockham pass of radix r over the lanes of a vector: for each p below <c>count</c> and q below <c>step</c>, element q + step·(r·p + k) of the
/// output is the r-point transform over j of elements q + step·(p + count·j), times exp(−2πi·pk/(r·count)).
/// </summary>
internal readonly unsafe struct FftPass<T>(
    T* re, T* im, nint stride, T* toRe, T* toIm, nint toStride, int count, int step, T* twiddles)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal void Radix2()
    {
        nint jump = count * step * stride, toJump = step * toStride;
        for (int p = 0; p < count; p++)
        {
            T* w = twiddles + 2 * p;
            for (int q = 0; q < step; q++)
            {
                nint from = (q + (nint)step * p) * stride, to = (q + (nint)step * 2 * p) * toStride;
                Vector512<T> ar = Vector512.Load(re + from), ai = Vector512.Load(im + from);
                Vector512<T> br = Vector512.Load(re + from + jump), bi = Vector512.Load(im + from + jump);
                (ar + br).Store(toRe + to);
                (ai + bi).Store(toIm + to);
                Store(ar - br, ai - bi, w, to + toJump, p);
            }
        }
    }

    [MethodImpl(Kernel)]
    internal void Radix4()
    {
        nint jump = (nint)count * step * stride, toJump = step * toStride;
        for (int p = 0; p < count; p++)
        {
            T* w = twiddles + 6 * p;
            for (int q = 0; q < step; q++)
            {
                T* r = re + (q + (nint)step * p) * stride;
                T* i = im + (q + (nint)step * p) * stride;
                nint to = (q + (nint)step * 4 * p) * toStride;
                Vector512<T> ar = Vector512.Load(r), ai = Vector512.Load(i);
                Vector512<T> br = Vector512.Load(r + jump), bi = Vector512.Load(i + jump);
                Vector512<T> cr = Vector512.Load(r + 2 * jump), ci = Vector512.Load(i + 2 * jump);
                Vector512<T> dr = Vector512.Load(r + 3 * jump), di = Vector512.Load(i + 3 * jump);
                Vector512<T> pr = ar + cr, pi = ai + ci, mr = ar - cr, mi = ai - ci;
                Vector512<T> sr = br + dr, si = bi + di, tr = br - dr, ti = bi - di;
                (pr + sr).Store(toRe + to);
                (pi + si).Store(toIm + to);
                Store(mr + ti, mi - tr, w, to + toJump, p);
                Store(pr - sr, pi - si, w + 2, to + 2 * toJump, p);
                Store(mr - ti, mi + tr, w + 4, to + 3 * toJump, p);
            }
        }
    }

    [MethodImpl(Kernel)]
    internal void Radix8()
    {
        nint jump = (nint)count * step * stride, toJump = step * toStride;
        Vector512<T> half = Vector512.Create(T.CreateTruncating(Math.Sqrt(0.5)));
        for (int p = 0; p < count; p++)
        {
            T* w = twiddles + 14 * p;
            for (int q = 0; q < step; q++)
            {
                T* r = re + (q + (nint)step * p) * stride;
                T* i = im + (q + (nint)step * p) * stride;
                nint to = (q + (nint)step * 8 * p) * toStride;

                // Sums and differences of opposite elements, then two four-point transforms.
                Vector512<T> r0 = Vector512.Load(r), i0 = Vector512.Load(i);
                Vector512<T> r4 = Vector512.Load(r + 4 * jump), i4 = Vector512.Load(i + 4 * jump);
                Vector512<T> s0r = r0 + r4, s0i = i0 + i4, d0r = r0 - r4, d0i = i0 - i4;
                Vector512<T> r2 = Vector512.Load(r + 2 * jump), i2 = Vector512.Load(i + 2 * jump);
                Vector512<T> r6 = Vector512.Load(r + 6 * jump), i6 = Vector512.Load(i + 6 * jump);
                Vector512<T> s2r = r2 + r6, s2i = i2 + i6, d2r = r2 - r6, d2i = i2 - i6;
                Vector512<T> r1 = Vector512.Load(r + jump), i1 = Vector512.Load(i + jump);
                Vector512<T> r5 = Vector512.Load(r + 5 * jump), i5 = Vector512.Load(i + 5 * jump);
                Vector512<T> s1r = r1 + r5, s1i = i1 + i5, d1r = r1 - r5, d1i = i1 - i5;
                Vector512<T> r3 = Vector512.Load(r + 3 * jump), i3 = Vector512.Load(i + 3 * jump);
                Vector512<T> r7 = Vector512.Load(r + 7 * jump), i7 = Vector512.Load(i + 7 * jump);
                Vector512<T> s3r = r3 + r7, s3i = i3 + i7, d3r = r3 - r7, d3i = i3 - i7;

                // Even outputs.
                Vector512<T> ar = s0r + s2r, ai = s0i + s2i, br = s0r - s2r, bi = s0i - s2i;
                Vector512<T> cr = s1r + s3r, ci = s1i + s3i, er = s1r - s3r, ei = s1i - s3i;
                (ar + cr).Store(toRe + to);
                (ai + ci).Store(toIm + to);
                Store(ar - cr, ai - ci, w + 6, to + 4 * toJump, p);
                Store(br + ei, bi - er, w + 2, to + 2 * toJump, p);
                Store(br - ei, bi + er, w + 10, to + 6 * toJump, p);

                // Odd outputs: d1 and d3 turned by −45° and −135°, d2 by −90°.
                Vector512<T> fr = (d1r + d1i) * half, fi = (d1i - d1r) * half;
                Vector512<T> gr = (d3i - d3r) * half, gi = (d3r + d3i) * half;
                Vector512<T> ur = d0r + d2i, ui = d0i - d2r, vr = d0r - d2i, vi = d0i + d2r;
                Vector512<T> xr = fr + gr, xi = fi - gi, yr = fr - gr, yi = fi + gi;
                Store(ur + xr, ui + xi, w, to + toJump, p);
                Store(ur - xr, ui - xi, w + 8, to + 5 * toJump, p);
                Store(vr + yi, vi - yr, w + 4, to + 3 * toJump, p);
                Store(vr - yi, vi + yr, w + 12, to + 7 * toJump, p);
            }
        }
    }

    /// <summary>An odd prime radix, by sums and differences of elements j and r − j.</summary>
    [MethodImpl(Kernel)]
    internal void RadixOdd(int radix)
    {
        nint jump = (nint)count * step * stride, toJump = step * toStride;
        int half = radix / 2;
        Vector512<T>* parts = stackalloc Vector512<T>[4 * half];
        T* cos = stackalloc T[radix];
        T* sin = stackalloc T[radix];
        for (int k = 0; k < radix; k++)
        {
            (double s, double c) = Math.SinCos(2 * Math.PI * k / radix);
            (sin[k], cos[k]) = (T.CreateTruncating(s), T.CreateTruncating(c));
        }

        for (int p = 0; p < count; p++)
        {
            T* w = twiddles + 2 * (radix - 1) * p;
            for (int q = 0; q < step; q++)
            {
                nint from = (q + (nint)step * p) * stride, to = (q + (nint)step * radix * p) * toStride;
                Vector512<T> r0 = Vector512.Load(re + from), i0 = Vector512.Load(im + from), sumR = r0, sumI = i0;
                for (int j = 1; j <= half; j++)
                {
                    Vector512<T> ar = Vector512.Load(re + from + j * jump), ai = Vector512.Load(im + from + j * jump);
                    nint mate = from + (radix - j) * jump;
                    Vector512<T> br = Vector512.Load(re + mate), bi = Vector512.Load(im + mate);
                    Vector512<T>* part = parts + 4 * (j - 1);
                    (part[0], part[1], part[2], part[3]) = (ar + br, ai + bi, ar - br, ai - bi);
                    sumR += part[0];
                    sumI += part[1];
                }

                for (int k = 1; k <= half; k++)
                {
                    Vector512<T> er = r0, ei = i0, or = Vector512<T>.Zero, oi = Vector512<T>.Zero;
                    for (int j = 1; j <= half; j++)
                    {
                        Vector512<T>* part = parts + 4 * (j - 1);
                        Vector512<T> c = Vector512.Create(cos[j * k % radix]), s = Vector512.Create(sin[j * k % radix]);
                        er = Fma(part[0], c, er);
                        ei = Fma(part[1], c, ei);
                        or = Fma(part[3], s, or);
                        oi = Fma(part[2], s, oi);
                    }

                    Store(er + or, ei - oi, w + 2 * (k - 1), to + k * toJump, p);
                    Store(er - or, ei + oi, w + 2 * (radix - k - 1), to + (radix - k) * toJump, p);
                }

                sumR.Store(toRe + to);
                sumI.Store(toIm + to);
            }
        }
    }

    /// <summary>Stores a value times its twiddle; the twiddles of p = 0 are all 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Vector512<T> r, Vector512<T> i, T* w, nint to, int p)
    {
        if (p != 0)
        {
            Vector512<T> wr = Vector512.Create(w[0]), wi = Vector512.Create(w[1]);
            (r, i) = (Fma(r, wr, -(i * wi)), Fma(r, wi, i * wr));
        }

        r.Store(toRe + to);
        i.Store(toIm + to);
    }
}
