using System.Collections.Generic;

namespace GuidedMixup.Tests;

/// <summary>Where the library's stages run. Every stage test is written against this, so that one body runs on every backend.</summary>
public abstract class Backend
{
    /// <summary>The backends of this build that this machine can run.</summary>
    public static IEnumerable<Backend> All
    {
        get
        {
            yield return new CpuBackend();
            if (CudaBackend.IsHere) yield return new CudaBackend();
        }
    }

    public abstract Execution Execution { get; }

    /// <summary>The tensor as this backend takes it: its own memory on the host, a copy with the same strides on a device.</summary>
    public abstract TensorView View(GuardedTensor tensor);

    /// <summary>Waits for the calls so far and brings every tensor's memory, guard bands and all, back to the host.</summary>
    public abstract void Finish();
}
