using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using GuidedMixup.Cli;

namespace GuidedMixup.Benchmarks;

/// <summary>t' = λ·t + (1 − λ)·t[π]: classes [N] → soft rows [N,K]; one thread, and no image size.</summary>
public class LabelMixBenchmark : IMovesBytes
{
    private HostTensor _labels = null!;
    private HostTensor _partners = null!;
    private HostTensor _ratio = null!;
    private HostTensor _soft = null!;
    private MemoryCopy? _copy;

    public static IEnumerable<int> ClassCounts => BenchmarkSettings.IsShort ? [200] : [100, 200, 1000];

    public static IEnumerable<int> BatchSizes => BenchmarkSettings.IsShort ? [64] : [64, 256];

    [ParamsSource(nameof(BatchSizes))]
    public int Images { get; set; }

    [ParamsSource(nameof(ClassCounts))]
    public int Classes { get; set; }

    public long MinimumBytes => (long)Images * Classes * sizeof(float);

    [GlobalSetup]
    public void Setup()
    {
        _labels = HostTensor.Allocate(ElementType.Int64, Images);
        _partners = HostTensor.Allocate(ElementType.Int64, Images);
        _ratio = HostTensor.Allocate(ElementType.Float32, Images);
        _soft = HostTensor.Allocate(ElementType.Float32, Images, Classes);
        for (int i = 0; i < Images; i++)
        {
            _labels.AsSpan<long>()[i] = i % Classes;
            _partners.AsSpan<long>()[i] = (i + 1) % Images;
            _ratio.AsSpan<float>()[i] = i / (float)Images;
        }

        _copy = new MemoryCopy(Math.Max(MinimumBytes / 2, 64), 1, bytesARun: 0);
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
