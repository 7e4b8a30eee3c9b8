using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Cli;

/// <summary>A seeded batch, the stages on it one by one, and the whole in one call.</summary>
internal sealed class BenchBatch : IDisposable
{
    private readonly BenchMemory _memory;
    private readonly GuidedMixer _mixer;
    private readonly MixInputs _inputs;
    private readonly MixOutputs _outputs;
    private readonly TensorView _saliency;
    private readonly TensorView _normalised;
    private readonly TensorView _distance;
    private readonly TensorView _partners;
    private readonly TensorView _ratio;
    private readonly bool _isGradient;

    internal BenchBatch(BenchShape shape, BenchSetting setting, BenchMemory memory)
    {
        (int n, int c, int h, int w) = shape;
        GuidedMixerOptions options = setting.Options;
        _memory = memory;
        var tensors = new BenchTensors(memory);
        _isGradient = options.Saliency == Saliency.Gradient;
        // The library knows the weights of one and three channels only.
        if (c is not (1 or 3)) options = options with { GrayWeights = Enumerable.Repeat(1f / c, c).ToArray() };
        _mixer = new GuidedMixer(options);
        _saliency = tensors.New(ElementType.Float32, n, h, w);
        _normalised = tensors.New(ElementType.Float32, n, h, w);
        _distance = tensors.New(ElementType.Float32, n, n);
        _partners = tensors.New(ElementType.Int32, n);
        _ratio = tensors.New(ElementType.Float32, n);
        _inputs = new MixInputs
        {
            Images = tensors.Images(shape, setting.Type, setting.IsChannelsLast),
            Gradient = _isGradient ? tensors.Images(shape, ElementType.Float32, setting.IsChannelsLast) : default,
            Labels = tensors.Labels(n),
        };
        _outputs = new MixOutputs
        {
            Images = tensors.Images(shape, setting.Type, setting.IsChannelsLast),
            SoftLabels = tensors.New(ElementType.Float32, n, BenchTensors.Classes),
            Ratio = _ratio,
            Partners = _partners,
        };
        ImageBytes = shape.Length * setting.Type.Size();
        FloorBytes = (_isGradient ? shape.Length * sizeof(float) : ImageBytes) + (2 * ImageBytes);
        memory.Prepare(WorkspaceBytes(shape, _inputs.Images.Device, options), ImageBytes);
        Stages = [.. Names(options.Saliency).Select(name => (name, Work(name)))];
    }

    /// <summary>The stages in the order they run.</summary>
    internal IReadOnlyList<(string Name, Action Work)> Stages { get; }

    /// <summary>Bytes of the images.</summary>
    internal long ImageBytes { get; }

    /// <summary>The least a batch moves: pixels (or the gradient) read for the maps, pixels read again for the mix, and written.</summary>
    internal long FloorBytes { get; }

    /// <summary>The stages by their names.</summary>
    internal static string[] Names(Saliency saliency) =>
    [
        saliency == Saliency.Gradient ? nameof(GradientSaliency) : nameof(SpectralResidual),
        nameof(GaussianBlur), nameof(PairDistance), nameof(CycleCover), nameof(PixelMix), nameof(LabelMix),
    ];

    /// <summary>Bytes of host memory a batch needs at the most.</summary>
    internal static Int128 Bytes(BenchShape shape, BenchSetting setting)
    {
        Int128 images = (Int128)shape.Length * setting.Type.Size(), maps = (Int128)shape.N * shape.H * shape.W * sizeof(float);
        Int128 gradient = setting.Options.Saliency == Saliency.Gradient ? (Int128)shape.Length * sizeof(float) : 0;
        return (4 * images) + gradient + (3 * maps) + ((Int128)shape.N * ((shape.N * sizeof(float)) + (BenchTensors.Classes * sizeof(float))));
    }

    internal void Mix() => _mixer.Mix(_inputs, _outputs, _memory.Execution);

    public void Dispose() => _memory.Dispose();

    private Action Work(string stage)
    {
        GuidedMixerOptions options = _mixer.Options;
        return stage switch
        {
            nameof(SpectralResidual) => () => SpectralResidual.Compute(_inputs.Images, _saliency, options, _memory.Execution),
            nameof(GradientSaliency) => () => GradientSaliency.Compute(_inputs.Gradient, _saliency, _memory.Execution),
            nameof(GaussianBlur) => () => GaussianBlur.Normalise(_saliency, _normalised, default, options, _memory.Execution),
            nameof(PairDistance) => () => PairDistance.Compute(_normalised, _distance, options.Distance, _memory.Execution),
            nameof(CycleCover) when options.Pairing == Pairing.Random =>
                () => CycleCover.Random(_partners, options.Seed, 0, execution: _memory.Execution),
            nameof(CycleCover) => () => CycleCover.Greedy(_distance, _partners, options: options, execution: _memory.Execution),
            nameof(PixelMix) => () => PixelMix.Mix(
                _inputs.Images, _normalised, _partners, _outputs.Images, default, _ratio, default, options, _memory.Execution),
            _ => () => LabelMix.Soft(_inputs.Labels, _partners, _ratio, _outputs.SoftLabels, _memory.Execution),
        };
    }

    private static long WorkspaceBytes(BenchShape shape, Device device, GuidedMixerOptions options)
    {
        (int n, _, int h, int w) = shape;
        long[] bytes =
        [
            WorkspaceSize.Mix(device, n, h, w, options), WorkspaceSize.SpectralResidual(device, n, h, w, options),
            WorkspaceSize.Normalise(device, n, h, w), WorkspaceSize.PairDistance(device, n, h, w), WorkspaceSize.CycleCover(device, n),
            WorkspaceSize.PixelMix(device, n, h, w), WorkspaceSize.LabelMix(device, n),
        ];
        return bytes.Max();
    }
}
