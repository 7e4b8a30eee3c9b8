using System;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = x with a box of x[π]: images [N,C,H,W] → mixed images; boxes of half the area.</summary>
public class CutMixBenchmark : ImageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _boxes = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;

    // Every pixel comes from one image.
    public override long MinimumBytes => ImageBytes + MixedBytes;

    [Benchmark]
    public void CutMix() => GuidedMixup.CutMix.Mix(_images.View, _boxes.View, _partners.View, _mixed.View, default, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages();
        _boxes = Take(ElementType.Int32, Shape.N, 4);
        _partners = Take(ElementType.Int32, Shape.N);
        _mixed = TakeMixed();
        Span<int> boxes = _boxes.AsSpan<int>();
        int side = (int)(Math.Min(Shape.H, Shape.W) * 0.7071);
        for (int i = 0; i < Shape.N; i++)
        {
            int top = i % (Shape.H - side), left = i * 7 % (Shape.W - side);
            (boxes[4 * i], boxes[(4 * i) + 1], boxes[(4 * i) + 2], boxes[(4 * i) + 3]) = (top, left, top + side, left + side);
        }
    }
}
