using System;
using System.Collections.Generic;

namespace GuidedMixup.Cli;

/// <summary>A batch of square RGB bytes and everything the mixer makes of it.</summary>
internal sealed class MixedBatch : IDisposable
{
    private readonly HostTensor _images;
    private readonly HostTensor _mixed;
    private readonly HostTensor _saliency;
    private readonly HostTensor _normalised;
    private readonly HostTensor _distance;
    private readonly HostTensor _partners;
    private readonly HostTensor _mask;
    private readonly HostTensor _ratio;
    private readonly HostTensor _boxes;
    private readonly HostTensor _weights;
    private readonly HostTensor _flags;
    private readonly ClassifierStandIn _classifier;

    internal MixedBatch(IReadOnlyList<(string Name, Picture Picture)> pictures, int size)
    {
        int n = pictures.Count;
        Int128 pixels = (Int128)n * size * size;
        MemoryBudget.Demand((pixels * ((2 * 3) + (3 * sizeof(float)))) + (2 * (Int128)n * n * sizeof(float)), $"{n} images of {size}×{size}");
        Size = size;
        Names = new string[n];
        _images = HostTensor.AllocateChannelsLast(ElementType.UInt8, n, 3, size, size);
        _mixed = HostTensor.AllocateChannelsLast(ElementType.UInt8, n, 3, size, size);
        _saliency = HostTensor.Allocate(ElementType.Float32, n, size, size);
        _normalised = HostTensor.Allocate(ElementType.Float32, n, size, size);
        _distance = HostTensor.Allocate(ElementType.Float32, n, n);
        _partners = HostTensor.Allocate(ElementType.Int32, n);
        _mask = HostTensor.Allocate(ElementType.Float32, n, size, size);
        _ratio = HostTensor.Allocate(ElementType.Float32, n);
        _boxes = HostTensor.Allocate(ElementType.Int32, n, 4);
        _weights = HostTensor.Allocate(ElementType.Float32, n, n);
        _flags = HostTensor.Allocate(ElementType.Int32, n);
        _classifier = new ClassifierStandIn(n, size);
        for (int i = 0; i < n; i++)
        {
            Names[i] = pictures[i].Name;
            pictures[i].Picture.Pixels.CopyTo(Slice<byte>(_images, i));
        }
    }

    internal int Count => Names.Length;

    /// <summary>The side of every image.</summary>
    internal int Size { get; }

    internal string[] Names { get; }

    internal MixMethod Method { get; private set; }

    /// <summary>True where the mixer made saliency maps.</summary>
    internal bool HasMaps { get; private set; }

    /// <summary>True where images are mixed by boxes.</summary>
    internal bool HasBoxes => Method is MixMethod.CutMix or MixMethod.SaliencyMix or MixMethod.SnapMix;

    private bool IsBlocks => Method is MixMethod.PuzzleMix or MixMethod.CoMixup;

    /// <summary>True where an image is mixed from all of its part; then its partner is the one it shows most of.</summary>
    private bool IsPart => Method == MixMethod.CoMixup;

    /// <summary>Where the batch was mixed: cpu or cuda.</summary>
    internal string Backend { get; private set; } = "cpu";

    /// <summary>Mixes; the stages first one by one for their times, then the whole, whose result stays.</summary>
    internal StageTimes Run(GuidedMixerOptions options, Execution execution)
    {
        var times = new StageTimes();
        Method = options.Method;
        bool isCuda = execution.Device.Type == DeviceType.Cuda;
        Backend = isCuda ? "cuda" : "cpu";
        bool isGuided = Method == MixMethod.GuidedMixup;
        HasMaps = isGuided || IsBlocks || Method == MixMethod.SaliencyMix || options.Pairing == Pairing.Greedy;
        // A single stage runs where its buffers lie, and these lie in host memory.
        bool hasStages = isGuided && !isCuda;
        if (hasStages) RunStages(options, execution, times);
        // The first round pays for compiling the stages; where that is not lost in the work itself, a second one is timed.
        if (times.SumOfStages < 1000)
        {
            times.Clear();
            if (hasStages) RunStages(options, execution, times);
            times.IsWarm = true;
        }

        bool hasMask = isGuided || Method == MixMethod.PuzzleMix;
        var outputs = new MixOutputs
        {
            Images = _mixed.View,
            Saliency = HasMaps ? _saliency.View : default,
            Normalised = HasMaps ? _normalised.View : default,
            Distance = HasMaps ? _distance.View : default,
            Partners = IsPart ? default : _partners.View,
            Mask = hasMask ? _mask.View : default,
            Ratio = IsPart ? default : _ratio.View,
            Weights = IsPart ? _weights.View : default,
            Boxes = HasBoxes ? _boxes.View : default,
            Flags = _flags.View,
        };
        var mixer = new GuidedMixer(options);
        var inputs = new MixInputs { Images = _images.View };
        if (Method == MixMethod.SnapMix) inputs = Classified(options, execution with { Device = default });
        for (int round = 0; round < (times.IsWarm ? 2 : 1); round++) times.Measure(StageTimes.Whole, () => mixer.Mix(inputs, outputs, execution));
        if (IsPart) FillPartners();
        if (!hasMask) FillMask();
        return times;
    }

    internal Picture Image(int i) => new(Size, Size, 3, Slice<byte>(_images, i).ToArray());

    internal Picture Mixed(int i) => new(Size, Size, 3, Slice<byte>(_mixed, i).ToArray());

    internal ReadOnlySpan<float> Map(int i) => Slice<float>(_normalised, i);

    internal ReadOnlySpan<float> Mask(int i) => Slice<float>(_mask, i);

    internal int Partner(int i) => Slice<int>(_partners, i)[0];

    internal float Ratio(int i) => Slice<float>(_ratio, i)[0];

    /// <summary>Top, left, bottom, right.</summary>
    internal ReadOnlySpan<int> Box(int i) => Slice<int>(_boxes, i);

    internal ImageFlags Flags(int i) => (ImageFlags)Slice<int>(_flags, i)[0];

    public void Dispose()
    {
        foreach (HostTensor tensor in new[] { _images, _mixed, _saliency, _normalised, _distance, _partners, _mask, _ratio, _boxes, _weights, _flags })
            tensor.Dispose();
        _classifier.Dispose();
    }

    /// <summary>The batch with what a classifier would say of it.</summary>
    private MixInputs Classified(GuidedMixerOptions options, Execution execution)
    {
        SpectralResidual.Compute(_images.View, _saliency.View, options, execution);
        GaussianBlur.Normalise(_saliency.View, _normalised.View, default, options, execution);
        for (int i = 0; i < Count; i++) _classifier.See(i, Map(i), Size);
        return _classifier.Inputs(_images.View);
    }

    /// <summary>How much of an image is its own, and whose it shows most of beside; itself where it shows no other.</summary>
    private void FillPartners()
    {
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<float> weights = Slice<float>(_weights, i);
            int partner = i;
            for (int j = 0; j < Count; j++)
                if (j != i && weights[j] > (partner == i ? 0 : weights[partner])) partner = j;
            Slice<int>(_partners, i)[0] = partner;
            Slice<float>(_ratio, i)[0] = weights[i];
        }
    }

    /// <summary>The mask that the other methods only imply: λ everywhere, or 0 in the box and 1 outside.</summary>
    private void FillMask()
    {
        for (int i = 0; i < Count; i++)
        {
            Span<float> mask = Slice<float>(_mask, i);
            mask.Fill(HasBoxes ? 1 : Ratio(i));
            if (!HasBoxes) continue;
            ReadOnlySpan<int> box = Box(i);
            for (int y = box[0]; y < box[2]; y++) mask.Slice((y * Size) + box[1], box[3] - box[1]).Clear();
        }
    }

    private void RunStages(GuidedMixerOptions options, Execution execution, StageTimes times)
    {
        times.Measure("saliency", () => SpectralResidual.Compute(_images.View, _saliency.View, options, execution));
        times.Measure("blur + normalise", () => GaussianBlur.Normalise(_saliency.View, _normalised.View, _flags.View, options, execution));
        times.Measure("distance", () => PairDistance.Compute(_normalised.View, _distance.View, options.Distance, execution));
        times.Measure("pairing", () =>
        {
            if (options.Pairing == Pairing.Random) CycleCover.Random(_partners.View, options.Seed, 0);
            else CycleCover.Greedy(_distance.View, _partners.View);
        });
        times.Measure("mix", () => PixelMix.Mix(
            _images.View, _normalised.View, _partners.View, _mixed.View, _mask.View, _ratio.View, _flags.View, options, execution));
    }

    /// <summary>Image <paramref name="i"/> of a tensor, without an offset past the 31 bits of a span.</summary>
    private static unsafe Span<T> Slice<T>(HostTensor tensor, int i)
        where T : unmanaged
    {
        long length = tensor.View.Length / tensor.View.Shape[0];
        return new Span<T>((T*)tensor.View.Data + (i * length), (int)length);
    }
}
