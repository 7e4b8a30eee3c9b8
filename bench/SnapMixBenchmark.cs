using System;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>
/// A resized patch of the partner and label weights from class maps: images [N,C,H,W], features [N,512,7,7] → mixed images. Boxes cover half
/// the image, which is what Beta(5, 5) gives on average; each patch is of another size than its box.
/// </summary>
public class SnapMixBenchmark : ImageBenchmark
{
    private const int Features = 512, Nodes = 7, Classes = 200;
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _boxes = null!;
    private HostTensor _patches = null!;
    private HostTensor _partners = null!;
    private HostTensor _features = null!;
    private HostTensor _weights = null!;
    private HostTensor _labels = null!;
    private HostTensor _mixed = null!;
    private HostTensor _ratio = null!;
    private HostTensor _partnerRatio = null!;

    // Each pixel is read from one of two images, and written.
    public override long MinimumBytes => ImageBytes + MixedBytes + ((long)Shape.N * Features * Nodes * Nodes * sizeof(float));

    [Benchmark]
    public void SnapMix() => GuidedMixup.SnapMix.Mix(
        _images.View, _boxes.View, _patches.View, _partners.View, _features.View, _weights.View, _labels.View, _mixed.View, _ratio.View,
        _partnerRatio.View, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages();
        _mixed = TakeMixed();
        _features = Take(ElementType.Float32, Shape.N, Features, Nodes, Nodes);
        _weights = Take(ElementType.Float32, Classes, Features);
        (_partners, _labels) = (Take(ElementType.Int32, Shape.N), Take(ElementType.Int32, Shape.N));
        (_ratio, _partnerRatio) = (Take(ElementType.Float32, Shape.N), Take(ElementType.Float32, Shape.N));
        (_boxes, _patches) = (Take(ElementType.Int32, Shape.N, 4), Take(ElementType.Int32, Shape.N, 4));
        var random = new Random(1);
        for (int i = 0; i < Shape.N; i++)
        {
            Box(random, _boxes.AsSpan<int>().Slice(4 * i, 4), Shape.H * 7 / 10, Shape.W * 7 / 10);
            Box(random, _patches.AsSpan<int>().Slice(4 * i, 4), Shape.H * 8 / 10, Shape.W * 6 / 10);
        }
    }

    private void Box(Random random, Span<int> box, int height, int width)
    {
        (box[0], box[1]) = (random.Next(Shape.H - height + 1), random.Next(Shape.W - width + 1));
        (box[2], box[3]) = (box[0] + height, box[1] + width);
    }
}
