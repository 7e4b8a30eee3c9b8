using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = (1 − m)·x + m·Σ_k w[k]·chain[k], three chains: images [N,C,H,W] and chains [3,N,C,H,W] → mixed images.</summary>
public class AugMixBenchmark : StageBenchmark
{
    private const int Chains = 3;
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _chains = null!;
    private HostTensor _weights = null!;
    private HostTensor _skip = null!;
    private HostTensor _mixed = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.IsShort
        ? [ElementType.Float32]
        : [ElementType.Float32, ElementType.Float16, ElementType.UInt8];

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    protected override long MinimumBytes => (long)N * Side * Side * C * (Chains + 2) * Type.Size();

    [Benchmark]
    public void AugMix() => GuidedMixup.AugMix.Mix(_images.View, _chains.View, _weights.View, _skip.View, _mixed.View, _options, Execution);

    protected override void Prepare()
    {
        (_images, _mixed) = (TakeImages(Type, false), TakeImages(Type, false));
        _chains = Take(Type, Chains, N, C, Side, Side);
        (_weights, _skip) = (Take(ElementType.Float32, N, Chains), Take(ElementType.Float32, N));
        GuidedMixup.AugMix.Draw(_weights.View, _skip.View, 1);
    }
}
