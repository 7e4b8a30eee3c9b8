using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Copies of host tensors in device memory of just their size, so that the emulation sees a stray access.</summary>
internal sealed unsafe class DeviceCopies : IDisposable
{
    private readonly List<(TensorView Host, CudaBuffer Buffer)> _copies = [];
    private readonly List<CudaBuffer> _workspaces = [];

    internal static Device Gpu => new(DeviceType.Cuda);

    internal CudaStream Stream { get; } = new();

    /// <summary>The tensor on the device; <c>default</c> for <c>default</c>.</summary>
    internal TensorView Of(TensorView host)
    {
        if (host.IsEmpty) return default;
        var buffer = new CudaBuffer(host.Length * host.Type.Size());
        buffer.Write<byte>(Bytes(host), Stream);
        _copies.Add((host, buffer));
        return new TensorView(buffer.Data, host.Type, host.Shape, host.Strides, Gpu);
    }

    /// <summary>An execution in this stream with a workspace of just these bytes.</summary>
    internal Execution Execution(long workspaceBytes)
    {
        if (workspaceBytes == 0) return new Execution(Stream.Value);
        var buffer = new CudaBuffer(workspaceBytes);
        _workspaces.Add(buffer);
        return new Execution(Stream.Value, Workspace: new TensorView(buffer.Data, ElementType.UInt8, [workspaceBytes], default, Gpu));
    }

    internal MixInputs Of(in MixInputs inputs) => new()
    {
        Images = Of(inputs.Images),
        Labels = Of(inputs.Labels),
        Gradient = Of(inputs.Gradient),
        Saliency = Of(inputs.Saliency),
        Partners = Of(inputs.Partners),
        Subset = Of(inputs.Subset),
        Ratios = Of(inputs.Ratios),
        Boxes = Of(inputs.Boxes),
        PartnerBoxes = Of(inputs.PartnerBoxes),
        Features = Of(inputs.Features),
        ClassWeights = Of(inputs.ClassWeights),
        Step = inputs.Step,
        StepBuffer = Of(inputs.StepBuffer),
    };

    internal MixOutputs Of(in MixOutputs outputs) => new()
    {
        Images = Of(outputs.Images),
        SoftLabels = Of(outputs.SoftLabels),
        LabelsA = Of(outputs.LabelsA),
        LabelsB = Of(outputs.LabelsB),
        Ratio = Of(outputs.Ratio),
        PartnerRatio = Of(outputs.PartnerRatio),
        Boxes = Of(outputs.Boxes),
        PartnerBoxes = Of(outputs.PartnerBoxes),
        Partners = Of(outputs.Partners),
        Mask = Of(outputs.Mask),
        Saliency = Of(outputs.Saliency),
        Normalised = Of(outputs.Normalised),
        Distance = Of(outputs.Distance),
        Flags = Of(outputs.Flags),
    };

    /// <summary>Copies the tensor's host memory to the device again.</summary>
    internal void Refresh(TensorView host)
    {
        foreach ((TensorView known, CudaBuffer buffer) in _copies)
        {
            if (known.Data == host.Data) buffer.Write<byte>(Bytes(host), Stream);
        }
    }

    /// <summary>Waits for the stream and brings every copy back to the host.</summary>
    internal void Finish()
    {
        foreach ((TensorView host, CudaBuffer buffer) in _copies) buffer.Read(Bytes(host), Stream);
        Stream.Synchronise();
    }

    public void Dispose()
    {
        foreach ((_, CudaBuffer buffer) in _copies) buffer.Dispose();
        foreach (CudaBuffer buffer in _workspaces) buffer.Dispose();
        Stream.Dispose();
    }

    private static Span<byte> Bytes(in TensorView host) => new(host.Data, checked((int)host.Length * host.Type.Size()));
}
