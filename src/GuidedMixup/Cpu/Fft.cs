using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>
/// Complex Fourier transforms of one length, one a lane of a vector (sixteen in float32, eight in double): F[k] = Σ x[j]·exp(−2πi·jk/n), unnormalised. Real and imaginary
/// parts lie apart; the inverse is the same transform with the two exchanged on the way in and out.
/// </summary>
/// <remarks>
/// Stockham autosort with radices 8, 4, 2 and small primes; a length with a prime factor above 13 goes through Bluestein's chirp
/// convolution. Twiddles are computed in double precision.
/// </remarks>
internal sealed unsafe class Fft<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LargestPrime = 13;
    private static readonly ConcurrentDictionary<int, Fft<T>> Plans = new();

    private readonly int _length;
    private readonly int[] _radices;
    private readonly T[] _twiddles;
    private readonly BluesteinFft<T>? _bluestein;

    private Fft(int length)
    {
        _length = length;
        List<int> radices = Factor(length);
        _radices = [.. radices];
        if (radices.Count > 0 && radices[0] > LargestPrime)
        {
            _twiddles = [];
            _bluestein = new BluesteinFft<T>(length);
            return;
        }

        var twiddles = new List<T>();
        int current = length;
        foreach (int radix in radices)
        {
            for (int p = 0; p < current / radix; p++)
            {
                for (int k = 1; k < radix; k++)
                {
                    // The product stays below the length squared: exact in 64 bits, reduced before the angle is formed.
                    (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)p * k % current) / current);
                    twiddles.Add(T.CreateTruncating(cos));
                    twiddles.Add(T.CreateTruncating(sin));
                }
            }

            current /= radix;
        }

        _twiddles = GC.AllocateArray<T>(twiddles.Count, pinned: true);
        twiddles.CopyTo(_twiddles);
    }

    /// <summary>Numbers of scratch memory a transform needs.</summary>
    internal long ScratchLength => _bluestein?.ScratchLength ?? 4L * _length * Vector512<T>.Count;

    internal static Fft<T> Of(int length) => Plans.GetOrAdd(length, static n => new Fft<T>(n));

    /// <summary>Transforms a vector of sequences; input and output may be the same memory.</summary>
    /// <param name="re">Real parts; element j of the sequences lies at re + j·stride.</param>
    /// <param name="im">Imaginary parts.</param>
    /// <param name="stride">Numbers from one element to the next.</param>
    /// <param name="toRe">Real parts of the result.</param>
    /// <param name="toIm">Imaginary parts of the result.</param>
    /// <param name="toStride">Numbers from one element of the result to the next.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> numbers, 64-byte aligned.</param>
    internal void Transform(T* re, T* im, nint stride, T* toRe, T* toIm, nint toStride, T* scratch)
    {
        if (_bluestein != null)
        {
            _bluestein.Transform(re, im, stride, toRe, toIm, toStride, scratch);
            return;
        }

        // From the input through two scratch blocks in turn; the last pass writes the output.
        nint block = (nint)_length * Vector512<T>.Count;
        fixed (T* table = _twiddles)
        {
            T* twiddle = table;
            int current = _length, step = 1;
            for (int pass = 0; pass < _radices.Length; pass++)
            {
                int radix = _radices[pass];
                bool isLast = pass == _radices.Length - 1;
                T* nextRe = isLast ? toRe : scratch + (pass % 2 * 2 * block);
                T* nextIm = isLast ? toIm : nextRe + block;
                nint nextStride = isLast ? toStride : Vector512<T>.Count;
                var ends = new FftPass<T>(re, im, stride, nextRe, nextIm, nextStride, current / radix, step, twiddle);
                switch (radix)
                {
                    case 8: ends.Radix8(); break;
                    case 4: ends.Radix4(); break;
                    case 2: ends.Radix2(); break;
                    default: ends.RadixOdd(radix); break;
                }

                twiddle += 2 * (radix - 1) * (current / radix);
                current /= radix;
                step *= radix;
                re = nextRe;
                im = nextIm;
                stride = nextStride;
            }
        }
    }

    /// <summary>Radices in the order of their passes; the length alone if a prime factor is too large for one.</summary>
    private static List<int> Factor(int length)
    {
        var radices = new List<int>();
        int rest = length;
        for (int prime = 3; prime <= LargestPrime; prime += 2)
        {
            for (; rest % prime == 0; rest /= prime) radices.Add(prime);
        }

        if ((rest & (rest - 1)) != 0) return [length];
        int bits = BitOperations.Log2((uint)rest);
        // Eights as long as no single two is left over.
        for (; bits >= 5 || bits == 3; bits -= 3) radices.Add(8);
        for (; bits >= 2; bits -= 2) radices.Add(4);
        if (bits == 1) radices.Add(2);
        return radices;
    }
}
