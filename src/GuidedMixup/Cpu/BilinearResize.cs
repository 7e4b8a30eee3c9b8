using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>Bilinear resampling along one axis, half-pixel centres: out[o] = Σ_k weight[k,o]·in[first[o] + k].</summary>
/// <remarks>
/// Plain: src = max((o + ½)·in/out − ½, 0), two taps. Antialiased: support max(in/out, 1), centre (o + ½)·in/out, weights
/// max(0, 1 − |i + ½ − centre| / support), normalised.
/// </remarks>
internal sealed unsafe class BilinearResize
{
    /// <summary>Floats behind a row that must be readable.</summary>
    internal const int Overread = 2 * Lanes;

    private static readonly ConcurrentDictionary<(int From, int To, bool Antialias), BilinearResize> Plans = new();

    private readonly int[] _first;
    private readonly float[] _weights;

    private BilinearResize(int from, int to, bool antialias)
    {
        From = from;
        To = to;
        double scale = (double)from / to, support = Math.Max(scale, 1);
        Taps = antialias ? Math.Min(from, (int)Math.Ceiling(2 * support) + 1) : 2;
        _first = new int[to];
        _weights = new float[(long)to * Taps];
        for (int o = 0; o < to; o++)
        {
            double centre = (o + 0.5) * scale;
            if (!antialias)
            {
                double source = Math.Max(centre - 0.5, 0);
                // The last pair serves both its pixels, so that the second tap is always inside.
                _first[o] = Math.Min((int)source, from - 2);
                _weights[to + o] = (float)Math.Min(source - _first[o], 1);
                _weights[o] = 1 - _weights[to + o];
                continue;
            }

            int first = Math.Clamp((int)Math.Ceiling(centre - support - 0.5), 0, from - Taps);
            double sum = 0;
            for (int k = 0; k < Taps; k++) sum += Weight(first + k, centre, support);
            for (int k = 0; k < Taps; k++) _weights[(long)k * to + o] = (float)(Weight(first + k, centre, support) / sum);
            _first[o] = first;
        }
    }

    internal int From { get; }

    internal int To { get; }

    internal int Taps { get; }

    internal static BilinearResize Of(int from, int to, bool antialias) =>
        Plans.TryGetValue((from, to, antialias), out BilinearResize? plan)
            ? plan
            : Plans.GetOrAdd((from, to, antialias), static key => new BilinearResize(key.From, key.To, key.Antialias));

    /// <summary>The first input of an output.</summary>
    internal int First(int o) => _first[o];

    /// <summary>
    /// One row: <see cref="From"/> floats in, <see cref="To"/> floats out. Up to <see cref="Overread"/> floats behind the row are read, and
    /// do not matter.
    /// </summary>
    [MethodImpl(Kernel)]
    internal void Row(float* source, float* target)
    {
        fixed (int* first = _first)
        fixed (float* weights = _weights)
        {
            int o = 0;
            for (; Taps == 2 && Avx512F.IsSupported && o + Lanes <= To; o += Lanes)
            {
                // Sixteen outputs whose inputs lie within two vectors; true up to a factor of two.
                int start = first[o];
                if (first[o + Lanes - 1] + 1 - start >= 2 * Lanes) break;
                Vector512<int> at = Vector512.Load(first + o) - Vector512.Create(start);
                Vector512<float> low = Vector512.Load(source + start), high = Vector512.Load(source + start + Lanes);
                Vector512<float> a = Avx512F.PermuteVar16x32x2(low, at, high);
                Vector512<float> b = Avx512F.PermuteVar16x32x2(low, at + Vector512<int>.One, high);
                Fma(b, Vector512.Load(weights + To + o), a * Vector512.Load(weights + o)).Store(target + o);
            }

            for (; o < To; o++)
            {
                float* at = source + first[o];
                float sum = at[0] * weights[o];
                for (int k = 1; k < Taps; k++) sum = MathF.FusedMultiplyAdd(at[k], weights[(nint)k * To + o], sum);
                target[o] = sum;
            }
        }
    }

    /// <summary>Row <paramref name="o"/> of the output from whole input rows.</summary>
    /// <param name="o">The output row.</param>
    /// <param name="rows">The input rows first(o) … first(o) + taps − 1.</param>
    /// <param name="length">Floats to write; rows are read in whole vectors.</param>
    /// <param name="target">The output row.</param>
    [MethodImpl(Kernel)]
    internal void Column(int o, float** rows, int length, float* target)
    {
        fixed (float* weights = &_weights[o])
        {
            int x = 0;
            for (; x + Lanes <= length; x += Lanes) Column(rows, weights, x).Store(target + x);
            if (x < length) Tail.Store<Float32>((byte*)(target + x), Column(rows, weights, x), length - x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Column(float** rows, float* weights, int x)
    {
        Vector512<float> sum = Vector512.Load(rows[0] + x) * Vector512.Create(weights[0]);
        for (int k = 1; k < Taps; k++) sum = Fma(Vector512.Load(rows[k] + x), Vector512.Create(weights[(nint)k * To]), sum);
        return sum;
    }

    private static double Weight(int i, double centre, double support) => Math.Max(0, 1 - Math.Abs(i + 0.5 - centre) / support);
}
