using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>Distances from the sums of all slabs. An item is sixteen rows from the diagonal on, and the sixteen columns that mirror them.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PairDistanceRoots : IParallelBody
{
    private readonly double* _sums;
    private readonly double* _squares;
    private readonly float* _distance;
    private readonly int _n;
    private readonly int _stride;
    private readonly int _slabs;
    private readonly DistanceMetric _metric;

    internal PairDistanceRoots(double* sums, int slabs, float* distance, int n, DistanceMetric metric, HostWorkspace workspace)
    {
        _sums = sums;
        _distance = distance;
        (_n, _stride, _slabs, _metric) = (n, Pad(n), slabs, metric);
        _squares = workspace.Take<double>(_stride);
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int slab = 0; slab < slabs; slab++) sum += Slab(slab, i)[i];
            _squares[i] = sum;
        }
    }

    /// <summary>The number of items.</summary>
    internal int Count => _stride / Lanes;

    public void Run(int item, int worker)
    {
        int first = item * Lanes, end = Math.Min(first + Lanes, _n);
        for (int i = first; i < end; i++) Row(i, first);
        for (int j = first; j < _n; j += Lanes)
        {
            float* source = _distance + (nint)first * _n + j;
            float* target = _distance + (nint)j * _n + first;
            if (j > first && j + Lanes <= _n)
            {
                Transpose.Block16(source, _n, target, _n);
                continue;
            }

            for (int y = 0; first + y < end; y++)
            {
                for (int x = j == first ? y + 1 : 0; x < Lanes && j + x < _n; x++) target[(nint)x * _n + y] = source[(nint)y * _n + x];
            }
        }
    }

    /// <summary>Row i from a multiple of sixteen columns on; what stands before the diagonal is undefined.</summary>
    [MethodImpl(Kernel)]
    private void Row(int i, int from)
    {
        Vector512<double> own = Vector512.Create(_squares[i]);
        float* row = _distance + (nint)i * _n;
        for (int j = from; j < _n; j += Lanes)
        {
            Vector512<double> low = Slab(0, i, j), high = Slab(0, i, j + Lanes / 2);
            for (int slab = 1; slab < _slabs; slab++)
            {
                low += Slab(slab, i, j);
                high += Slab(slab, i, j + Lanes / 2);
            }

            low = Root(own, Vector512.Load(_squares + j), low);
            high = Root(own, Vector512.Load(_squares + j + Lanes / 2), high);
            Vector512<float> d = Vector512.Narrow(low, high);
            if (j + Lanes <= _n) d.Store(row + j);
            else Tail.Store<Float32>((byte*)(row + j), d, _n - j);
        }

        row[i] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Root(Vector512<double> own, Vector512<double> other, Vector512<double> both)
    {
        if (_metric == DistanceMetric.L1) return both;
        Vector512<double> zero = Vector512<double>.Zero, one = Vector512<double>.One;
        if (_metric == DistanceMetric.L2) return Vector512.Sqrt(Vector512.Max(own + other - (both + both), zero));
        Vector512<double> product = own * other;
        return Vector512.ConditionalSelect(
            Vector512.Equals(product, zero), one, Vector512.Max(one - both / Vector512.Sqrt(product), zero));
    }

    private double* Slab(int slab, int i) => _sums + ((nint)slab * _n + i) * _stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Slab(int slab, int i, int j) => Vector512.Load(Slab(slab, i) + j);
}
