using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = (1 − m)·x + m·Σ_k w[k]·chain[k], three chains: images [Shape.N,C,H,W] and chains [3,Shape.N,C,H,W] → mixed images.</summary>
public class AugMixBenchmark : ImageBenchmark
{
    private const int Chains = 3;
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _chains = null!;
    private HostTensor _weights = null!;
    private HostTensor _skip = null!;
    private HostTensor _mixed = null!;

    public override long MinimumBytes => ((Chains + 1) * ImageBytes) + MixedBytes;

    [Benchmark]
    public void AugMix() => GuidedMixup.AugMix.Mix(_images.View, _chains.View, _weights.View, _skip.View, _mixed.View, _options, Execution);

    protected override void Prepare()
    {
        (_images, _mixed) = (TakeImages(), TakeMixed());
        _chains = Take(Type, Chains, Shape.N, Shape.C, Shape.H, Shape.W);
        (_weights, _skip) = (Take(ElementType.Float32, Shape.N, Chains), Take(ElementType.Float32, Shape.N));
        GuidedMixup.AugMix.Draw(_weights.View, _skip.View, 1);
    }
}
