using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>SaliencyMix from given maps on: maps [N,H,W] → boxes, images [N,C,H,W] → mixed images.</summary>
public class SaliencyCutBenchmark : ImageBenchmark
{
    private readonly GuidedMixerOptions _options = new() { DrawMode = DrawMode.Image };
    private HostTensor _images = null!;
    private HostTensor _maps = null!;
    private HostTensor _ratios = null!;
    private HostTensor _partners = null!;
    private HostTensor _boxes = null!;
    private HostTensor _mixed = null!;

    // The maps once; every pixel comes from one image.
    public override long MinimumBytes => ImageBytes + MixedBytes + (Shape.MapLength * sizeof(float));

    [Benchmark]
    public void SaliencyCut()
    {
        SaliencyMix.Boxes(_maps.View, _ratios.View, _partners.View, _boxes.View, default, _options, Execution);
        CutMix.Mix(_images.View, _boxes.View, _partners.View, _mixed.View, default, default, _options, Execution);
    }

    protected override void Prepare()
    {
        (_images, _mixed) = (TakeImages(), TakeMixed());
        _maps = TakeMaps();
        _ratios = Take(ElementType.Float32, Shape.N);
        _partners = Take(ElementType.Int32, Shape.N);
        _boxes = Take(ElementType.Int32, Shape.N, 4);
    }
}
