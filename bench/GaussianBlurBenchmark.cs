using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>b = blur(s), and p = b / Σb: [N,H,W] → [N,H,W].</summary>
public class GaussianBlurBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _maps = null!;
    private HostTensor _result = null!;

    protected override long MinimumBytes => 2L * N * Side * Side * sizeof(float);

    [Benchmark]
    public void Blur() => GaussianBlur.Blur(_maps.View, _result.View, _options, Execution);

    [Benchmark]
    public void Normalise() => GaussianBlur.Normalise(_maps.View, _result.View, default, _options, Execution);

    protected override void Prepare()
    {
        _maps = Take(ElementType.Float32, N, Side, Side);
        _result = Take(ElementType.Float32, N, Side, Side);
    }
}
