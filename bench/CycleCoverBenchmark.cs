using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using GuidedMixup.Cli;

namespace GuidedMixup.Benchmarks;

/// <summary>The pairing, [N,N] → [N]; one thread, and no image size.</summary>
public class CycleCoverBenchmark : IMovesBytes
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _distance = null!;
    private HostTensor _partners = null!;
    private MemoryCopy? _copy;

    public static IEnumerable<int> BatchSizes => BenchmarkSettings.IsShort ? [64] : [16, 64, 128, 256, 1024];

    [ParamsSource(nameof(BatchSizes))]
    public int Images { get; set; }

    public long MinimumBytes => (long)Images * Images * sizeof(float);

    [GlobalSetup]
    public void Setup()
    {
        _distance = HostTensor.Allocate(ElementType.Float32, Images, Images);
        _partners = HostTensor.Allocate(ElementType.Int32, Images);
        var random = new Random(1);
        Span<float> distance = _distance.AsSpan<float>();
        for (int i = 0; i < Images; i++)
        {
            for (int j = 0; j < i; j++) distance[i * Images + j] = distance[j * Images + i] = random.NextSingle();
        }

        _copy = new MemoryCopy(MinimumBytes / 2, 1, bytesARun: 0);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _distance.Dispose();
        _partners.Dispose();
        _copy?.Dispose();
    }

    /// <summary>memcpy that touches as many bytes as the distance matrix has.</summary>
    [Benchmark(Baseline = true)]
    public void Memcpy() => _copy!.Run();

    [Benchmark]
    public void Greedy() => CycleCover.Greedy(_distance.View, _partners.View, options: _options);

    [Benchmark]
    public void Random() => CycleCover.Random(_partners.View, 1, 2);
}
