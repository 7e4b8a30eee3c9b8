using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Tests;

/// <summary>The CUDA backend, on the emulated driver or (the GPU kit) on a device: every tensor is copied to device memory, guard bands and all, and back.</summary>
public sealed unsafe class CudaBackend : Backend
{
    private const long WorkspaceBytes = 64 << 20;

    /// <summary>"cuda": the machine's own driver and its GPU instead of the emulated driver; without them the tests fail.</summary>
    internal const string Choice = "GUIDEDMIXUP_TEST_BACKEND";

    private static readonly Device Gpu = new(DeviceType.Cuda);

    // NUnit runs tests on several threads; each test keeps to one.
    [ThreadStatic]
    private static List<(GuardedTensor Tensor, CudaBuffer Buffer)>? _borrowed;

    [ThreadStatic]
    private static CudaStream? _stream;

    [ThreadStatic]
    private static CudaBuffer? _workspace;

    internal static bool IsOnDevice => Environment.GetEnvironmentVariable(Choice) == "cuda";

    internal static bool IsHere => IsOnDevice || Cuda.EmulatedDriver.IsHere;

    public override Execution Execution
    {
        get
        {
            _workspace ??= new CudaBuffer(WorkspaceBytes);
            return new Execution(Stream.Value, Workspace: new TensorView(_workspace.Data, ElementType.UInt8, [WorkspaceBytes], default, Gpu));
        }
    }

    private static CudaStream Stream => _stream ??= new CudaStream();

    private static List<(GuardedTensor Tensor, CudaBuffer Buffer)> Borrowed => _borrowed ??= [];

    public override TensorView View(GuardedTensor tensor)
    {
        CudaBuffer? buffer = null;
        foreach ((GuardedTensor known, CudaBuffer its) in Borrowed)
        {
            if (known == tensor) buffer = its;
        }

        if (buffer == null)
        {
            buffer = new CudaBuffer(tensor.Memory.Length);
            buffer.Write<byte>(tensor.Memory, Stream);
            Borrowed.Add((tensor, buffer));
        }

        return new TensorView((byte*)buffer.Data + tensor.DataOffset, tensor.Type, tensor.Shape, tensor.Strides, Gpu);
    }

    public override void Finish()
    {
        Stream.Synchronise();
        foreach ((GuardedTensor tensor, CudaBuffer buffer) in Borrowed)
        {
            // A test that failed before it finished left its own behind.
            if (!tensor.IsDisposed) buffer.Read(tensor.Memory, Stream);
        }

        Stream.Synchronise();
        foreach ((_, CudaBuffer buffer) in Borrowed) buffer.Dispose();
        Borrowed.Clear();
    }

    public override string ToString() => "Cuda";
}
