using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>The spectrum of a gray plane by transforms in double precision, for sizes that are no powers of two.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct ExactSpectrum
{
    private readonly int _h;
    private readonly int _w;
    private readonly int _stride;
    private readonly int _frequencies;
    private readonly Fft<double> _column;
    private readonly Fft<double> _row;

    internal ExactSpectrum(int height, int width, int stride)
    {
        (_h, _w, _stride) = (height, width, stride);
        _frequencies = (height / 2 + 1 + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;
        _column = Fft<double>.Of(height);
        _row = Fft<double>.Of(width);
    }

    /// <summary>Floats (not doubles) of scratch memory.</summary>
    internal long ScratchLength =>
        2 * (2L * _w * _frequencies + 2L * _h * Vector512<double>.Count + Math.Max(_column.ScratchLength, _row.ScratchLength));

    /// <summary>Frequency u of row-frequency v goes to re, im[v·stride + u], u = 0 … h/2, zeros behind.</summary>
    [MethodImpl(VectorMath.Kernel)]
    internal void Transform(float* plane, int planeStride, float* re, float* im, double* scratch)
    {
        int lanes = Vector512<double>.Count;
        double* wideRe = scratch, wideIm = wideRe + (nint)_w * _frequencies;
        double* block = wideIm + (nint)_w * _frequencies, blockIm = block + (nint)_h * lanes, fft = blockIm + (nint)_h * lanes;
        for (int x = 0; x < _w; x += lanes)
        {
            // The plane's rows are whole vectors long, so a partial one may be read in full.
            int count = Math.Min(lanes, _w - x);
            for (int y = 0; y < _h; y++)
            {
                Vector256<float> row = Vector256.Load(plane + (nint)y * planeStride + x);
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(row);
                Vector512.Create(low, high).Store(block + (nint)y * lanes);
                Vector512<double>.Zero.Store(blockIm + (nint)y * lanes);
            }

            _column.Transform(block, blockIm, lanes, block, blockIm, lanes, fft);
            for (int i = 0; i < count; i++)
            {
                nint at = (nint)(x + i) * _frequencies;
                for (int u = 0; u < _frequencies; u++)
                {
                    wideRe[at + u] = u <= _h / 2 ? block[(nint)u * lanes + i] : 0;
                    wideIm[at + u] = u <= _h / 2 ? blockIm[(nint)u * lanes + i] : 0;
                }
            }
        }

        for (int u = 0; u < _frequencies; u += lanes)
            _row.Transform(wideRe + u, wideIm + u, _frequencies, wideRe + u, wideIm + u, _frequencies, fft);
        for (int v = 0; v < _w; v++)
        {
            for (int u = 0; u < _stride; u++)
            {
                re[(nint)v * _stride + u] = u < _frequencies ? (float)wideRe[(nint)v * _frequencies + u] : 0;
                im[(nint)v * _stride + u] = u < _frequencies ? (float)wideIm[(nint)v * _frequencies + u] : 0;
            }
        }
    }
}
