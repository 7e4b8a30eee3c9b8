using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cli;

/// <summary>Memory of GPU 0, the time between two events in a stream, and a copy within the device's memory.</summary>
internal sealed unsafe class DeviceBenchMemory : BenchMemory
{
    private static readonly Device Gpu = new(DeviceType.Cuda);
    private readonly CudaStream _stream = new();
    private readonly CudaEvent _start = new();
    private readonly CudaEvent _end = new();
    private readonly List<CudaBuffer> _buffers = [];
    private CudaBuffer? _source;
    private CudaBuffer? _target;
    private Execution _execution;

    internal override long CopyBytes => _source!.Length;

    internal override Execution Execution => _execution;

    internal override TensorView Place(HostTensor tensor)
    {
        using (tensor)
        {
            TensorView view = tensor.View;
            long bytes = view.Length * view.Type.Size();
            if (bytes > int.MaxValue) throw new InputException($"--shape: {view} is above the 2 GiB a tensor may have on a GPU here; take a smaller batch.");
            CudaBuffer buffer = Take(bytes);
            buffer.Write(new ReadOnlySpan<byte>(view.Data, (int)bytes), _stream);
            _stream.Synchronise();
            return new TensorView(buffer.Data, view.Type, view.Shape, view.Strides, Gpu);
        }
    }

    internal override void Prepare(long workspaceBytes, long copyBytes)
    {
        TensorView workspace = workspaceBytes == 0
            ? default
            : new TensorView(Take(workspaceBytes).Data, ElementType.UInt8, [workspaceBytes], default, Gpu);
        _execution = new Execution(_stream.Value, Workspace: workspace);
        (_source, _target) = (Take(copyBytes), Take(copyBytes));
    }

    internal override double Time(Action work)
    {
        _start.Record(_stream);
        work();
        _end.Record(_stream);
        _end.Synchronise();
        return _end.Since(_start).TotalMilliseconds;
    }

    internal override void Copy() => _source!.CopyTo(_target!, _stream);

    public override void Dispose()
    {
        _stream.Synchronise();
        foreach (CudaBuffer buffer in _buffers) buffer.Dispose();
        _start.Dispose();
        _end.Dispose();
        _stream.Dispose();
    }

    private CudaBuffer Take(long bytes)
    {
        var buffer = new CudaBuffer(bytes);
        _buffers.Add(buffer);
        return buffer;
    }
}
