using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>A seeded batch in device memory, each tensor in an allocation of just its size, with the outputs a trainer asks for or all.</summary>
internal sealed unsafe class DeviceBatch : IDisposable
{
    private const int Classes = 100;
    private static readonly Device Gpu = new(DeviceType.Cuda);
    private readonly List<CudaBuffer> _buffers = [];
    private readonly Random _random = new(1);

    internal DeviceBatch(GuidedMixer mixer, Shape shape, bool everyOutput)
    {
        (int n, int c, int h, int w) = (shape.N, shape.C, shape.H, shape.W);
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
        };
        Outputs = new MixOutputs { Images = Of(shape, Take(shape.ImageBytes)), SoftLabels = Floats(n, Classes), Flags = New(ElementType.Int32, n) };
        if (everyOutput)
        {
            Outputs = Outputs with
            {
                LabelsA = New(ElementType.Int64, n),
                LabelsB = New(ElementType.Int64, n),
                Ratio = Floats(n),
                Partners = New(ElementType.Int64, n),
                Mask = Floats(n, h, w),
                Saliency = Floats(n, h, w),
                Normalised = Floats(n, h, w),
                Distance = Floats(n, n),
            };
        }

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

    internal CudaGraph Capture()
    {
        Stream.BeginCapture();
        Mix();
        return Stream.EndCapture();
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
