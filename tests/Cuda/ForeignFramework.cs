using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Somebody else's accelerator, as ILGPU makes one: a context of its own, a stream and memory there, handed out as bare addresses.</summary>
internal sealed unsafe class ForeignFramework : IDisposable
{
    private readonly List<nint> _memory = [];

    internal ForeignFramework()
    {
        Assert.That(EmulatedDriver.CtxCreate(out nint context, 0, 0), Is.Zero);
        Context = context;
        nint stream;
        Check.Success(Driver.StreamCreate(&stream, 0), "cuStreamCreate");
        Stream = stream;
        // Made current by its creation.
        EmulatedDriver.CtxPopCurrent(out _);
    }

    internal nint Context { get; }

    internal nint Stream { get; }

    internal nint Allocate(long bytes)
    {
        using var scope = new ContextScope(Context);
        Assert.That(EmulatedDriver.MemAlloc(out nint pointer, (nuint)bytes), Is.Zero);
        _memory.Add(pointer);
        return pointer;
    }

    internal void Synchronise()
    {
        using var scope = new ContextScope(Context);
        Check.Success(Driver.StreamSynchronize(Stream), "cuStreamSynchronize");
    }

    public void Dispose()
    {
        // As its owner would have to: the kernels go before the context does.
        CudaKernels.Release();
        using (new ContextScope(Context))
        {
            foreach (nint pointer in _memory) Assert.That(EmulatedDriver.MemFree(pointer), Is.Zero);
            Check.Success(Driver.StreamDestroy(Stream), "cuStreamDestroy");
        }

        Assert.That(EmulatedDriver.CtxDestroy(Context), Is.Zero);
    }
}
