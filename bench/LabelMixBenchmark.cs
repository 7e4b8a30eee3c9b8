using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>t' = λ·t + (1 − λ)·t[π]: classes [N] → soft rows [N,K]; one thread, and no image size.</summary>
public class LabelMixBenchmark
{
    private const int N = 64;
    private HostTensor _labels = null!;
    private HostTensor _partners = null!;
    private HostTensor _ratio = null!;
    private HostTensor _soft = null!;
    private ParallelCopy? _copy;

    public static IEnumerable<int> ClassCounts => BenchmarkSettings.IsShort ? [200] : [100, 200, 1000];

    [ParamsSource(nameof(ClassCounts))]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _labels = HostTensor.Allocate(ElementType.Int64, N);
        _partners = HostTensor.Allocate(ElementType.Int64, N);
        _ratio = HostTensor.Allocate(ElementType.Float32, N);
        _soft = HostTensor.Allocate(ElementType.Float32, N, Classes);
        for (int i = 0; i < N; i++)
        {
            _labels.AsSpan<long>()[i] = i;
            _partners.AsSpan<long>()[i] = (i + 1) % N;
            _ratio.AsSpan<float>()[i] = i / (float)N;
        }

        _copy = new ParallelCopy(Math.Max((long)N * Classes * sizeof(float) / 2, 64), 1);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (HostTensor tensor in (HostTensor[])[_labels, _partners, _ratio, _soft]) tensor.Dispose();
        _copy?.Dispose();
    }

    /// <summary>memcpy that touches as many bytes as the soft labels have.</summary>
    [Benchmark(Baseline = true)]
    public void Memcpy() => _copy!.Run();

    [Benchmark]
    public void LabelMix() => GuidedMixup.LabelMix.Soft(_labels.View, _partners.View, _ratio.View, _soft.View);
}
