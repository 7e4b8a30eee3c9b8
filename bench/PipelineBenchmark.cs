using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>One whole batch: images and labels in; mixed images, labels, λ and partners out.</summary>
public class PipelineBenchmark : StageBenchmark
{
    private readonly GuidedMixer _residual = new();
    private readonly GuidedMixer _gradient = new(new GuidedMixerOptions { Saliency = Saliency.Gradient });
    private MixInputs _inputs;
    private MixInputs _gradientInputs;
    private MixOutputs _outputs;

    public static IEnumerable<ElementType> Types => BenchmarkSettings.IsShort ? [ElementType.Float32] : [ElementType.Float32, ElementType.UInt8];

    public static IEnumerable<bool> Layouts => BenchmarkSettings.IsShort ? [false] : [false, true];

    [ParamsSource(nameof(Types))]
    public ElementType Type { get; set; }

    [ParamsSource(nameof(Layouts))]
    public bool ChannelsLast { get; set; }

    // Two reads and one write of the batch: the floor of the specification.
    protected override long MinimumBytes => 3L * N * C * Side * Side * Type.Size();

    [Benchmark]
    public void GuidedSR() => _residual.Mix(_inputs, _outputs, Execution);

    [Benchmark]
    public void GuidedAP() => _gradient.Mix(_gradientInputs, _outputs, Execution);

    protected override void Prepare()
    {
        HostTensor images = TakeImages(Type, ChannelsLast), labels = Take(ElementType.Int32, N);
        HostTensor gradients = TakeImages(ElementType.Float32, ChannelsLast);
        _inputs = new MixInputs { Images = images.View, Labels = labels.View };
        _gradientInputs = new MixInputs { Images = images.View, Labels = labels.View, Gradient = gradients.View };
        _outputs = new MixOutputs
        {
            Images = TakeImages(Type, ChannelsLast).View,
            SoftLabels = Take(ElementType.Float32, N, 100).View,
            Ratio = Take(ElementType.Float32, N).View,
            Partners = Take(ElementType.Int32, N).View,
        };
    }
}
