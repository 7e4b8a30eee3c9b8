using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>λ ~ Beta(α, α) and boxes for a batch: N draws on one thread, beside the uniform permutation that any method needs.</summary>
public class MixDrawsBenchmark
{
    private const int N = 64;
    private HostTensor _ratios = null!;
    private HostTensor _boxes = null!;
    private HostTensor _partners = null!;
    private GuidedMixerOptions _options = null!;

    public static IEnumerable<double> Alphas => BenchmarkSettings.IsShort ? [1] : [0.2, 1, 5];

    [ParamsSource(nameof(Alphas))]
    public double Alpha { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _ratios = HostTensor.Allocate(ElementType.Float32, N);
        _boxes = HostTensor.Allocate(ElementType.Int32, N, 4);
        _partners = HostTensor.Allocate(ElementType.Int32, N);
        _options = new GuidedMixerOptions { Method = MixMethod.CutMix, Alpha = Alpha };
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (HostTensor tensor in (HostTensor[])[_ratios, _boxes, _partners]) tensor.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Permutation() => CycleCover.Random(_partners.View, 1, 2);

    [Benchmark]
    public void MixDraws() => GuidedMixup.MixDraws.Draw(_ratios.View, _boxes.View, 224, 224, _options);
}
