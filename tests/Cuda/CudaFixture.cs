using System;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>What needs a driver, mostly the emulated one: skipped by name where it is not. Not parallel, for it changes what the driver does.</summary>
[NonParallelizable]
public abstract class CudaFixture
{
    /// <summary>False where the tests run on a real device too (the GPU kit), for they order nothing of the driver.</summary>
    protected virtual bool NeedsEmulation => true;

    /// <summary>At the head of a test that orders something of the driver, in a fixture that runs on a real device too.</summary>
    protected static void OnTheEmulatedDriver()
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
    }

    /// <summary>No managed byte on this thread; a call that allocates does so every time, what compiles code meanwhile does not.</summary>
    protected static void AssertAllocatesNothing(Action call)
    {
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < 4 && fewest != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(fewest, Is.Zero, "managed bytes of a call");
    }

    [OneTimeSetUp]
    public void NeedsADriver()
    {
        if (NeedsEmulation ? !EmulatedDriver.IsHere : !CudaBackend.IsHere) Assert.Ignore(EmulatedDriver.Why);
    }

    [SetUp]
    public void Begin()
    {
        if (EmulatedDriver.IsHere) EmulatedDriver.Reset();
        CudaKernels.Release();
        CudaKernels.Load();
    }

    [TearDown]
    public void End()
    {
        if (!EmulatedDriver.IsHere) return;
        EmulatedDriver.Reset();
        // What a test made of the device must not stay cached.
        CudaKernels.Release();
    }
}
