using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>A seeded batch in device memory, each tensor in an allocation of just its size, with the outputs a trainer asks for or all.</summary>
internal sealed unsafe class DeviceBatch : IDisposable
{
    /// <summary>What SnapMix is handed: a ResNet-18's last maps of 224² images.</summary>
    internal const int Features = 512, FeatureSide = 7;
    private const int Classes = 100;
    private static readonly Device Gpu = new(DeviceType.Cuda);
    private readonly List<CudaBuffer> _buffers = [];
    private readonly Random _random = new(1);

    internal DeviceBatch(GuidedMixer mixer, Shape shape, bool everyOutput)
    {
        (int n, int c, int h, int w) = (shape.N, shape.C, shape.H, shape.W);
        bool isSnap = mixer.Options.Method == MixMethod.SnapMix;
        Mixer = mixer;
        Images = NewImages(shape);
        var labels = new long[n];
        for (int i = 0; i < n; i++) labels[i] = _random.Next(Classes);
        Inputs = new MixInputs
        {
            Images = Images,
            Labels = New(ElementType.Int64, MemoryMarshal.AsBytes<long>(labels), n),
            Gradient = mixer.Options.Saliency == Saliency.Gradient ? NewImages(shape with { Type = ElementType.Float32 }) : default,
            Saliency = mixer.Options.Saliency == Saliency.Supplied ? Maps(n, h, w) : default,
            Features = isSnap ? NewImages(new Shape(n, Features, FeatureSide, FeatureSide)) : default,
            ClassWeights = isSnap ? Weights() : default,
        };
        Outputs = new MixOutputs { Images = Of(shape, Take(shape.ImageBytes)), SoftLabels = Floats(n, Classes), Flags = New(ElementType.Int32, n) };
        if (everyOutput) Outputs = EveryOutput(n, h, w);

        Execution = Run(mixer.Prepare(Gpu, n, c, h, w));
        Stream.Synchronise();
    }

    internal GuidedMixer Mixer { get; }

    internal CudaStream Stream { get; } = new();

    internal TensorView Images { get; }

    internal MixInputs Inputs { get; init; }

    internal MixOutputs Outputs { get; }

    internal Execution Execution { get; }

    internal void Mix() => Mixer.Mix(Inputs, Outputs, Execution);

    /// <summary>The batch as a graph. What the host would draw lies in device memory, for there a trainer refreshes it, with the step.</summary>
    internal CudaGraph Capture()
    {
        MixInputs inputs = Mixer.Options.Method == MixMethod.GuidedMixup ? Inputs : Drawn();
        return Capture(() => Mixer.Mix(inputs, Outputs, Execution));
    }

    /// <summary>Any work in this batch's stream as a graph.</summary>
    internal CudaGraph Capture(Action work)
    {
        Stream.BeginCapture();
        try
        {
            work();
        }
        catch
        {
            Stream.EndCapture().Dispose();
            throw;
        }

        return Stream.EndCapture();
    }

    private MixInputs Drawn()
    {
        GuidedMixerOptions options = Mixer.Options;
        int n = (int)Images.Shape[0], h = (int)Images.Shape[2], w = (int)Images.Shape[3];
        using HostTensor ratios = HostTensor.Allocate(ElementType.Float32, n), boxes = HostTensor.Allocate(ElementType.Int32, n, 4);
        using HostTensor patches = HostTensor.Allocate(ElementType.Int32, n, 4);
        MixDraws.Draw(ratios.View, boxes.View, h, w, options);
        MixDraws.DrawPartnerBoxes(patches.View, h, w, options);
        bool isSnap = options.Method == MixMethod.SnapMix, isCut = isSnap || options.Method == MixMethod.CutMix;
        return Inputs with
        {
            StepBuffer = New(ElementType.Int64, new byte[sizeof(long)], 1),
            Ratios = isCut || options.Method == MixMethod.CoMixup ? default : New(ElementType.Float32, MemoryMarshal.AsBytes(ratios.AsSpan<float>()), n),
            Boxes = isCut ? New(ElementType.Int32, MemoryMarshal.AsBytes(boxes.AsSpan<int>()), n, 4) : default,
            PartnerBoxes = isSnap ? New(ElementType.Int32, MemoryMarshal.AsBytes(patches.AsSpan<int>()), n, 4) : default,
        };
    }

    /// <summary>All outputs that the method has.</summary>
    private MixOutputs EveryOutput(int n, int h, int w)
    {
        MixMethod method = Mixer.Options.Method;
        bool isSnap = method == MixMethod.SnapMix, isPuzzle = method == MixMethod.PuzzleMix, isPart = method == MixMethod.CoMixup;
        bool hasMaps = method is MixMethod.GuidedMixup or MixMethod.SaliencyMix || isPuzzle || isPart || Mixer.Options.Pairing == Pairing.Greedy;
        MixOutputs outputs = Outputs with
        {
            Saliency = hasMaps ? Floats(n, h, w) : default,
            Normalised = hasMaps ? Floats(n, h, w) : default,
            Distance = hasMaps ? Floats(n, n) : default,
            Mask = isPuzzle || method == MixMethod.GuidedMixup ? Floats(n, h, w) : default,
            Boxes = isSnap || method is MixMethod.CutMix or MixMethod.SaliencyMix ? New(ElementType.Int32, n, 4) : default,
            PartnerBoxes = isSnap ? New(ElementType.Int32, n, 4) : default,
            Weights = isPart ? Floats(n, n) : default,
        };
        if (isPart) return outputs;
        return outputs with
        {
            LabelsA = New(ElementType.Int64, n),
            LabelsB = New(ElementType.Int64, n),
            Ratio = Floats(n),
            PartnerRatio = method != MixMethod.GuidedMixup ? Floats(n) : default,
            Partners = New(ElementType.Int64, n),
        };
    }

    /// <summary>An execution in this batch's stream with a workspace of just these bytes.</summary>
    internal Execution Run(long workspaceBytes)
    {
        TensorView workspace = workspaceBytes == 0 ? default : new TensorView(Take(workspaceBytes).Data, ElementType.UInt8, [workspaceBytes], default, Gpu);
        return new Execution(Stream.Value, Workspace: workspace);
    }

    /// <summary>A tensor that nothing has written.</summary>
    internal TensorView New(ElementType type, params ReadOnlySpan<long> shape)
    {
        long length = 1;
        foreach (long size in shape) length *= size;
        return new TensorView(Take(length * type.Size()).Data, type, shape, default, Gpu);
    }

    internal TensorView Floats(params ReadOnlySpan<long> shape) => New(ElementType.Float32, shape);

    /// <summary>A tensor with these contents.</summary>
    internal TensorView New(ElementType type, ReadOnlySpan<byte> contents, params ReadOnlySpan<long> shape)
    {
        CudaBuffer buffer = Take(contents.Length);
        buffer.Write(contents, Stream);
        Stream.Synchronise();
        return new TensorView(buffer.Data, type, shape, default, Gpu);
    }

    /// <summary>Maps [N,H,W] drawn from 0 to 1.</summary>
    internal TensorView Maps(int n, int h, int w)
    {
        var values = new float[n * h * w];
        foreach (ref float value in values.AsSpan()) value = _random.NextSingle();
        return New(ElementType.Float32, MemoryMarshal.AsBytes<float>(values), n, h, w);
    }

    private TensorView Weights()
    {
        var values = new float[Classes * Features];
        foreach (ref float value in values.AsSpan()) value = Draw();
        return New(ElementType.Float32, MemoryMarshal.AsBytes<float>(values), Classes, Features);
    }

    internal TensorView NewImages(Shape shape)
    {
        CudaBuffer buffer = Take(shape.ImageBytes);
        byte[] bytes = new byte[shape.ImageBytes];
        switch (shape.Type)
        {
            case ElementType.Float32:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(bytes.AsSpan())) value = Draw();
                break;
            case ElementType.Float16:
                foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(bytes.AsSpan())) value = (Half)Draw();
                break;
            case ElementType.BFloat16:
                foreach (ref ushort value in MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan())) value = (ushort)(BitConverter.SingleToUInt32Bits(Draw()) >> 16);
                break;
            default:
                _random.NextBytes(bytes);
                break;
        }

        buffer.Write<byte>(bytes, Stream);
        Stream.Synchronise();
        return Of(shape, buffer);
    }

    public void Dispose()
    {
        Stream.Synchronise();
        foreach (CudaBuffer buffer in _buffers) buffer.Dispose();
        Stream.Dispose();
    }

    private static TensorView Of(Shape shape, CudaBuffer buffer) => shape.IsChannelsLast
        ? TensorView.ChannelsLast(buffer.Data, shape.Type, shape.N, shape.C, shape.H, shape.W, Gpu)
        : new TensorView(buffer.Data, shape.Type, [shape.N, shape.C, shape.H, shape.W], default, Gpu);

    private float Draw() => (4 * _random.NextSingle()) - 2;

    private CudaBuffer Take(long bytes)
    {
        var buffer = new CudaBuffer(bytes);
        _buffers.Add(buffer);
        return buffer;
    }
}
