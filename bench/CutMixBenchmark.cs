using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>y = x with a box of x[π]: images [N,C,H,W] → mixed images; boxes of half the area.</summary>
public class CutMixBenchmark : StageBenchmark
{
    private readonly GuidedMixerOptions _options = new();
    private HostTensor _images = null!;
    private HostTensor _boxes = null!;
    private HostTensor _partners = null!;
    private HostTensor _mixed = null!;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.IsShort
        ? [ElementType.Float32]
        : [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8];

    public static IEnumerable<bool> Layouts => BenchmarkSettings.IsShort ? [false] : [false, true];

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    // Every pixel comes from one image.
    public override long MinimumBytes => (long)N * Side * Side * 2 * C * Type.Size();

    [Benchmark]
    public void CutMix() => GuidedMixup.CutMix.Mix(_images.View, _boxes.View, _partners.View, _mixed.View, default, default, _options, Execution);

    protected override void Prepare()
    {
        _images = TakeImages(Type, ChannelsLast);
        _boxes = Take(ElementType.Int32, N, 4);
        _partners = Take(ElementType.Int32, N);
        _mixed = TakeImages(Type, ChannelsLast);
        Span<int> boxes = _boxes.AsSpan<int>();
        int side = (int)(Side * 0.7071);
        for (int i = 0; i < N; i++)
        {
            int top = i % (Side - side), left = i * 7 % (Side - side);
            (boxes[4 * i], boxes[(4 * i) + 1], boxes[(4 * i) + 2], boxes[(4 * i) + 3]) = (top, left, top + side, left + side);
        }
    }
}
