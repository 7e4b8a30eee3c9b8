using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>b = blur(s), and p = b / Σb: [N,H,W] → [N,H,W].</summary>
public class GaussianBlurBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _maps = null!;
    private HostTensor _result = null!;

    public override long MinimumBytes => 2 * Shape.MapLength * sizeof(float);

    [Benchmark]
    public void Blur() => GaussianBlur.Blur(_maps.View, _result.View, _options, Execution);

    [Benchmark]
    public void Normalise() => GaussianBlur.Normalise(_maps.View, _result.View, default, _options, Execution);

    protected override void Prepare()
    {
        _maps = TakeMaps();
        _result = TakeMaps();
    }
}
