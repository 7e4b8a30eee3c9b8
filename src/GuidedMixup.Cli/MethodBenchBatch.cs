using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Cli;

/// <summary>A seeded batch that any method mixes, each in a call of its own mixer, with new draws at each step.</summary>
internal sealed class MethodBenchBatch : IDisposable
{
    // What SnapMix is handed: a ResNet-18's last maps of 224² images.
    private const int Features = 512;
    private const int MostNodes = 7;
    private readonly BenchMemory _memory;
    private readonly BenchShape _shape;
    private readonly MixInputs _inputs;
    private readonly MixOutputs _outputs;
    private readonly TensorView _features;
    private readonly TensorView _weights;
    private readonly long _imageBytes;
    private readonly long _sourceBytes;
    private ulong _step;

    internal MethodBenchBatch(BenchShape shape, BenchSetting setting, IReadOnlyCollection<MixMethod> methods, BenchMemory memory)
    {
        (int n, _, int h, int w) = _shape = shape;
        _memory = memory;
        bool isGradient = setting.Options.Saliency == Saliency.Gradient;
        var tensors = new BenchTensors(memory);
        _inputs = new MixInputs
        {
            Images = tensors.Images(shape, setting.Type, setting.IsChannelsLast),
            Gradient = isGradient ? tensors.Images(shape, ElementType.Float32, setting.IsChannelsLast) : default,
            Labels = tensors.Labels(n),
        };
        _outputs = new MixOutputs
        {
            Images = tensors.Images(shape, setting.Type, setting.IsChannelsLast),
            SoftLabels = tensors.New(ElementType.Float32, n, BenchTensors.Classes),
        };
        if (methods.Contains(MixMethod.SnapMix))
        {
            _features = tensors.Images(new BenchShape(n, Features, Nodes(h), Nodes(w)), ElementType.Float32, isChannelsLast: false);
            _weights = tensors.Matrix(BenchTensors.Classes, Features);
        }

        _imageBytes = shape.Length * setting.Type.Size();
        _sourceBytes = isGradient ? shape.Length * sizeof(float) : _imageBytes;
        memory.Prepare(methods.Max(method => WorkspaceSize.Mix(_inputs.Images.Device, n, h, w, Options(setting, method))), _imageBytes);
    }

    /// <summary>The mixer's options for a method: its own pairing unless one is asked for.</summary>
    internal static GuidedMixerOptions Options(BenchSetting setting, MixMethod method) => setting.Options with { Method = method };

    /// <summary>Bytes of host memory a batch needs at the most.</summary>
    internal static Int128 Bytes(BenchShape shape, BenchSetting setting) =>
        BenchBatch.Bytes(shape, setting) + ((Int128)shape.N * Features * MostNodes * MostNodes * sizeof(float));

    /// <summary>
    /// What a method has to read and write at least. Of the maps that it looks at, the pixels (or the gradient) they come from; then both images
    /// where every pixel is a mix of two, and one where it is taken from one of them; and the result.
    /// </summary>
    internal long LeastBytes(MixMethod method, GuidedMixerOptions options)
    {
        bool hasMaps = method is MixMethod.GuidedMixup or MixMethod.PuzzleMix or MixMethod.CoMixup || options.Pairing == Pairing.Greedy;
        long maps = hasMaps ? _sourceBytes : method == MixMethod.SaliencyMix ? _sourceBytes / _shape.N : 0;
        if (method == MixMethod.SnapMix) maps += _features.Length * sizeof(float);
        return maps + ((method == MixMethod.Mixup ? 3 : 2) * _imageBytes);
    }

    /// <summary>One batch, mixed.</summary>
    internal Action Work(GuidedMixerOptions options)
    {
        // The library knows the weights of one and three channels only.
        if (_shape.C is not (1 or 3)) options = options with { GrayWeights = Enumerable.Repeat(1f / _shape.C, _shape.C).ToArray() };
        var mixer = new GuidedMixer(options);
        bool isSnap = options.Method == MixMethod.SnapMix, takesGradient = MixesFromMaps(options);
        MixInputs inputs = _inputs with
        {
            Features = isSnap ? _features : default,
            ClassWeights = isSnap ? _weights : default,
            Gradient = takesGradient ? _inputs.Gradient : default,
        };
        return () => mixer.Mix(inputs with { Step = _step++ }, _outputs, _memory.Execution);
    }

    public void Dispose() => _memory.Dispose();

    private static bool MixesFromMaps(GuidedMixerOptions options) =>
        options.Pairing == Pairing.Greedy || options.Method is not (MixMethod.Mixup or MixMethod.CutMix or MixMethod.SnapMix);

    private static int Nodes(int side) => Math.Min(side, MostNodes);
}
