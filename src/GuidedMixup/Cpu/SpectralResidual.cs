using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The spectral residual of one gray plane: S = |ifft2(F · exp(−box₃(ln A)))| / (hw), since R / A = exp(L − box₃ L) / A.</summary>
/// <remarks>
/// Sixteen columns, or sixteen frequencies, of the one image in the lanes of a vector. Along y two real columns share a complex transform;
/// only the frequencies 0 … h/2 are kept. Row h − k of the spectrum is row k mirrored and conjugated, but its residual is its own: the
/// replicate padding of the box breaks the symmetry, so the inverse is complex and whole.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SpectralResidual
{
    private readonly int _h;
    private readonly int _w;
    private readonly int _halfWidth;
    private readonly int _direct;
    private readonly int _mirrored;
    private readonly int _stride;
    private readonly int _directPad;
    private readonly int _bothPad;
    private readonly Fft<float> _column;
    private readonly Fft<float> _row;
    private readonly ExactSpectrum _exact;
    private readonly bool _isExact;

    internal SpectralResidual(int height, int width)
    {
        (_h, _w) = (height, width);
        _halfWidth = Pad((width + 1) / 2);
        // Rows of the inverse: u = 0 … direct − 1 as they are, u = h − k for k = 1 … mirrored.
        _direct = (height + 1) / 2;
        _mirrored = height / 2;
        // Frequencies 0 … h/2, one more for the box, and what whole vectors from frequency 1 on read behind them.
        _stride = Pad(height / 2 + 2) + Lanes;
        _directPad = Pad(_direct);
        _bothPad = _directPad + Pad(_mirrored);
        _column = Fft<float>.Of(height);
        _row = Fft<float>.Of(width);
        // With an odd factor the rounded twiddles leave 1e-7 of the largest bin in the bins that should hold next to nothing, and the
        // residual amplifies just those; powers of two cancel exactly.
        _isExact = !BitOperations.IsPow2(height) || !BitOperations.IsPow2(width);
        if (_isExact) _exact = new ExactSpectrum(height, width, _stride);
    }

    /// <summary>Floats from one row of the plane to the next, input and output.</summary>
    internal int PlaneStride => 2 * _halfWidth;

    /// <summary>Floats of scratch memory.</summary>
    internal long ScratchLength => SpectrumLength + Math.Max(
        InverseLength + BlockLength + Math.Max(_column.ScratchLength, _row.ScratchLength),
        _isExact ? _exact.ScratchLength : 0);

    // Spectrum (two parts) and log amplitude; later the plane of the inverse (two parts).
    private long SpectrumLength => Math.Max(3L * _w * _stride, 2L * _h * PlaneStride);

    private long InverseLength => 2L * _w * _bothPad;

    // A column block, and four transposition tiles.
    private long BlockLength => 2L * _h * Lanes + 4L * Lanes * Lanes;

    /// <summary>Replaces a gray plane by its spectral residual.</summary>
    /// <param name="plane">[h, <see cref="PlaneStride"/>]; the columns behind the width are ignored and left undefined.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, 64-byte aligned.</param>
    internal void Transform(float* plane, float* scratch)
    {
        float* re = scratch, im = re + (long)_w * _stride, log = im + (long)_w * _stride;
        float* inverse = scratch + SpectrumLength, block = inverse + InverseLength, fft = block + BlockLength;
        for (int y = 0; y < _h; y++) new Span<float>(plane + (nint)y * PlaneStride + _w, PlaneStride - _w).Clear();
        if (_isExact) _exact.Transform(plane, PlaneStride, re, im, (double*)inverse);
        else
        {
            ForwardColumns(plane, re, im, block, fft);
            for (int u = 0; u < _h / 2 + 1; u += Lanes) _row.Transform(re + u, im + u, _stride, re + u, im + u, _stride, fft);
        }

        LogAmplitude(re, im, log);
        SumColumns(log);
        Residual(re, im, log, inverse);
        // The spectrum is used up; its memory takes the plane of the inverse.
        InverseRows(inverse, re, block, fft);
        InverseColumns(re, plane, block, fft);
    }

    /// <summary>Along y: the spectrum of column x at frequency u goes to re, im[x·stride + u].</summary>
    [MethodImpl(Kernel)]
    private void ForwardColumns(float* plane, float* re, float* im, float* block, float* fft)
    {
        float* blockIm = block + (nint)_h * Lanes;
        float* tile = block + BlockLength - 4 * Lanes * Lanes;
        Vector512<float> half = Vector512.Create(0.5f);
        for (int x = 0; x < _halfWidth; x += Lanes)
        {
            _column.Transform(plane + x, plane + x + _halfWidth, PlaneStride, block, blockIm, Lanes, fft);
            for (int u = 0; u < _stride; u += Lanes)
            {
                // Z = A + iB with A, B the transforms of real columns: A = (Z[u] + conj Z[h−u]) / 2, B = (Z[u] − conj Z[h−u]) / 2i.
                for (int i = 0; i < Lanes; i++)
                {
                    float* to = tile + i * Lanes;
                    if (u + i > _h / 2)
                    {
                        Vector512<float> zero = Vector512<float>.Zero;
                        zero.Store(to);
                        zero.Store(to + 256);
                        zero.Store(to + 512);
                        zero.Store(to + 768);
                        continue;
                    }

                    int mate = u + i == 0 ? 0 : _h - u - i;
                    Vector512<float> zr = Vector512.Load(block + (u + i) * Lanes), zi = Vector512.Load(blockIm + (u + i) * Lanes);
                    Vector512<float> cr = Vector512.Load(block + mate * Lanes), ci = Vector512.Load(blockIm + mate * Lanes);
                    ((zr + cr) * half).Store(to);
                    ((zi - ci) * half).Store(to + 256);
                    ((zi + ci) * half).Store(to + 512);
                    ((cr - zr) * half).Store(to + 768);
                }

                Scatter(tile, tile + 256, x, u, re, im);
                Scatter(tile + 512, tile + 768, x + _halfWidth, u, re, im);
            }
        }
    }

    /// <summary>Transposes a tile [frequency][column] into the spectrum [column][frequency].</summary>
    private void Scatter(float* tileRe, float* tileIm, int x, int u, float* re, float* im)
    {
        nint at = (nint)x * _stride + u;
        if (x + Lanes <= _w)
        {
            Transpose.Block16(tileRe, Lanes, re + at, _stride);
            Transpose.Block16(tileIm, Lanes, im + at, _stride);
            return;
        }

        for (int i = 0; x + i < _w; i++, at += _stride)
        {
            for (int j = 0; j < Lanes; j++)
            {
                re[at + j] = tileRe[j * Lanes + i];
                im[at + j] = tileIm[j * Lanes + i];
            }
        }
    }

    /// <summary>L = ln A = ½·ln(|F|² + 1e-10), and the one frequency past h/2 that the box reads: L[h−u, v] = L[u, w−v].</summary>
    [MethodImpl(Kernel)]
    private void LogAmplitude(float* re, float* im, float* log)
    {
        Vector512<float> epsilon = Vector512.Create(1e-10f), half = Vector512.Create(0.5f);
        nint length = (nint)_w * _stride;
        for (nint i = 0; i < length; i += Lanes)
        {
            Vector512<float> r = Vector512.Load(re + i), m = Vector512.Load(im + i);
            (Log(Fma(r, r, Fma(m, m, epsilon))) * half).Store(log + i);
        }

        int past = _h / 2 + 1;
        for (int v = 0; v < _w; v++) log[(nint)v * _stride + past] = log[(nint)Opposite(v) * _stride + _h - past];
    }

    /// <summary>
    /// Replaces L by its sums over three neighbouring frequencies. Frequency 0 repeats itself; so does row h − 1, that is frequency 1 read as a
    /// mirrored row, and its sum is put in front of the others.
    /// </summary>
    [MethodImpl(Kernel)]
    private void SumColumns(float* log)
    {
        for (int v = 0; v < _w; v++, log += _stride)
        {
            float mirrored = log[1] + log[1] + log[2];
            // In the padding of the row before.
            log[-1] = log[0];
            Vector512<float> left = Vector512.Load(log - 1);
            for (int u = 0; u < _stride - Lanes; u += Lanes)
            {
                Vector512<float> sum = left + Vector512.Load(log + u) + Vector512.Load(log + u + 1);
                left = Vector512.Load(log + u + Lanes - 1);
                sum.Store(log + u);
            }

            log[-1] = mirrored;
        }
    }

    /// <summary>Y = F·exp(−box₃ L) for all h frequencies of every v: direct lanes, then mirrored ones.</summary>
    [MethodImpl(Kernel)]
    private void Residual(float* re, float* im, float* sums, float* inverse)
    {
        nint part = (nint)_w * _bothPad;
        Vector512<float> isFirst = Tail.Mask(1);
        for (int v = 0; v < _w; v++)
        {
            int above = Math.Max(v - 1, 0), below = Math.Min(v + 1, _w - 1);
            float* to = inverse + (nint)v * _bothPad;
            nint at = (nint)v * _stride;
            float* a = sums + (nint)above * _stride, b = sums + at, c = sums + (nint)below * _stride;
            for (int u = 0; u < _direct; u += Lanes)
            {
                Vector512<float> gain = Gain(Vector512.Load(a + u) + Vector512.Load(b + u) + Vector512.Load(c + u));
                (Vector512.Load(re + at + u) * gain).Store(to + u);
                (Vector512.Load(im + at + u) * gain).Store(to + part + u);
            }

            // Row h − k is row k read backwards in v and conjugated.
            at = (nint)Opposite(v) * _stride;
            a = sums + (nint)Opposite(above) * _stride;
            b = sums + at;
            c = sums + (nint)Opposite(below) * _stride;
            Vector512<float> first = Vector512.Create(a[-1] + b[-1] + c[-1]);
            for (int k = 1; k <= _mirrored; k += Lanes)
            {
                Vector512<float> sum = Vector512.Load(a + k) + Vector512.Load(b + k) + Vector512.Load(c + k);
                if (k == 1) sum = Vector512.ConditionalSelect(isFirst, first, sum);
                Vector512<float> gain = Gain(sum);
                (Vector512.Load(re + at + k) * gain).Store(to + _directPad + k - 1);
                (-(Vector512.Load(im + at + k) * gain)).Store(to + part + _directPad + k - 1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gain(Vector512<float> sum) => Exp(sum * Vector512.Create(-1f / 9));

    /// <summary>Along v, then transposed: row u of the plane gets its h·w complex values.</summary>
    [MethodImpl(Kernel)]
    private void InverseRows(float* inverse, float* plane, float* block, float* fft)
    {
        float* tile = block;
        nint part = (nint)_w * _bothPad, planePart = (nint)_h * PlaneStride;
        for (int lane = 0; lane < _bothPad; lane += Lanes)
        {
            float* re = inverse + lane, im = re + part;
            _row.Transform(im, re, _bothPad, im, re, _bothPad, fft);
            // Rows u of the plane that these lanes are: going up, or (mirrored) down from the end.
            bool isDirect = lane < _directPad;
            int firstRow = isDirect ? lane : _h - 1 - (lane - _directPad), towards = isDirect ? 1 : -1;
            int lanes = Math.Min(Lanes, isDirect ? _direct - lane : _mirrored - (lane - _directPad));
            float* target = plane + (nint)firstRow * PlaneStride;
            nint targetStride = (nint)towards * PlaneStride;
            for (int x = 0; x < _w; x += Lanes)
            {
                if (lanes == Lanes && x + Lanes <= _w)
                {
                    Transpose.Block16(re + (nint)x * _bothPad, _bothPad, target + x, targetStride);
                    Transpose.Block16(im + (nint)x * _bothPad, _bothPad, target + planePart + x, targetStride);
                    continue;
                }

                // A tile that is not full goes by way of a whole one; what stands behind its rows is never used.
                int rows = Math.Min(Lanes, _w - x);
                for (int p = 0; p < 2; p++)
                {
                    float* source = (p == 0 ? re : im) + (nint)x * _bothPad;
                    for (int i = 0; i < rows; i++) Vector512.Load(source + (nint)i * _bothPad).Store(tile + i * Lanes);
                    Transpose.Block16(tile, Lanes, tile + 256, Lanes);
                    for (int i = 0; i < lanes; i++)
                        Vector512.Load(tile + 256 + i * Lanes).Store(target + p * planePart + i * targetStride + x);
                }
            }
        }
    }

    /// <summary>Along u, and the magnitude.</summary>
    [MethodImpl(Kernel)]
    private void InverseColumns(float* inverse, float* plane, float* block, float* fft)
    {
        float* blockIm = block + (nint)_h * Lanes;
        nint part = (nint)_h * PlaneStride;
        Vector512<float> scale = Vector512.Create((float)(1.0 / ((double)_h * _w)));
        for (int x = 0; x < _w; x += Lanes)
        {
            float* re = inverse + x, im = re + part;
            _column.Transform(im, re, PlaneStride, blockIm, block, Lanes, fft);
            for (int y = 0; y < _h; y++)
            {
                Vector512<float> r = Vector512.Load(block + (nint)y * Lanes), m = Vector512.Load(blockIm + (nint)y * Lanes);
                (Vector512.Sqrt(Fma(r, r, m * m)) * scale).Store(plane + (nint)y * PlaneStride + x);
            }
        }
    }

    private int Opposite(int v) => v == 0 ? 0 : _w - v;
}
