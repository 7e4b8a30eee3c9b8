using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>The taps of the blur. Mirrors <c>struct Taps</c> of kernels/Views.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Taps
{
    private Values _values;
    private readonly int _size;

    // Up to the next 16 bytes, as the kernels declare it.
    private Padding _padding;

    internal Taps(GuidedMixerOptions options)
    {
        _values = default;
        _padding = default;
        _size = options.BlurSize;
        int reach = _size / 2;
        double sum = 0;
        for (int i = 0; i < _size; i++) sum += Tap(i - reach, options.BlurSigma);
        for (int i = 0; i < _size; i++) _values[i] = (float)(Tap(i - reach, options.BlurSigma) / sum);
    }

    private static double Tap(int i, double sigma) => Math.Exp(-0.5 * (i / sigma) * (i / sigma));

    [InlineArray(256)]
    private struct Values
    {
        private float _first;
    }

    [InlineArray(3)]
    private struct Padding
    {
        private int _first;
    }
}
