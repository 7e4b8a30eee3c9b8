using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>What needs the emulated driver: skipped by name where it is not. Not parallel, for it changes what the driver does.</summary>
[NonParallelizable]
public abstract class CudaFixture
{
    [OneTimeSetUp]
    public void NeedsTheEmulatedDriver()
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
    }

    [SetUp]
    public void Begin()
    {
        EmulatedDriver.Reset();
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
