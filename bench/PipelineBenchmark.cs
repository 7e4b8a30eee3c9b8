using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>One whole batch: images and labels in; mixed images, labels, λ and partners out.</summary>
public class PipelineBenchmark : ImageBenchmark
{
    private const int Classes = 100;
    private readonly GuidedMixer _residual = new();
    private readonly GuidedMixer _gradient = new(new GuidedMixerOptions { Saliency = Saliency.Gradient });
    private MixInputs _inputs;
    private MixInputs _gradientInputs;
    private MixOutputs _outputs;

    // Two reads and one write of the batch: the floor of the specification.
    public override long MinimumBytes => 3 * ImageBytes;

    [Benchmark]
    public void GuidedSR() => _residual.Mix(_inputs, _outputs, Execution);

    [Benchmark]
    public void GuidedAP() => _gradient.Mix(_gradientInputs, _outputs, Execution);

    protected override void Prepare()
    {
        HostTensor images = TakeImages(), labels = Take(ElementType.Int32, Shape.N);
        foreach (ref int label in labels.AsSpan<int>()) label %= Classes;
        HostTensor gradients = TakeImages(ElementType.Float32, ChannelsLast);
        _inputs = new MixInputs { Images = images.View, Labels = labels.View };
        _gradientInputs = new MixInputs { Images = images.View, Labels = labels.View, Gradient = gradients.View };
        _outputs = new MixOutputs
        {
            Images = TakeImages().View,
            SoftLabels = Take(ElementType.Float32, Shape.N, Classes).View,
            Ratio = Take(ElementType.Float32, Shape.N).View,
            Partners = Take(ElementType.Int32, Shape.N).View,
        };
    }
}
