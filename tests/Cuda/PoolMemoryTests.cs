using GuidedMixup.Interop.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Memory of pools (cudaMallocAsync, torch's expandable segments) belongs to no context: it is taken in the device's primary one.</summary>
[TestFixture]
public sealed unsafe class PoolMemoryTests : CudaFixture
{
    [Test]
    public void Buffers_without_a_context_run_in_the_primary_one()
    {
        using var maps = Batch.Normalised(4, 5, 12, 9);
        using HostTensor expected = HostTensor.Allocate(ElementType.Float32, 5, 5), found = HostTensor.Allocate(ElementType.Float32, 5, 5);
        PairDistance.Compute(maps.View, expected.View);
        long workspace = WorkspaceSize.PairDistance(DeviceCopies.Gpu, 5, 12, 9);
        using var stream = new CudaStream();
        // What this test asks of the driver itself needs a current context; the library brings its own.
        using var scope = new ContextScope(PrimaryContexts.Of(0));
        nint pool = Allocate(8192 + workspace, stream), distance = pool + 4096, scratch = pool + 4608;
        Assert.That(CudaPointer.TryGetContext((void*)pool, out nint context) && context == 0, Is.True, "a pool pointer has no context");
        fixed (byte* bytes = maps.ToBytes())
            Assert.That(EmulatedDriver.MemcpyHtoDAsync(pool, bytes, 5 * 12 * 9 * 4, stream.Value), Is.Zero);
        PairDistance.Compute(
            new TensorView((void*)pool, ElementType.Float32, [5, 12, 9], default, DeviceCopies.Gpu),
            new TensorView((void*)distance, ElementType.Float32, [5, 5], default, DeviceCopies.Gpu),
            DistanceMetric.L2,
            new Execution(stream.Value, Workspace: new TensorView((void*)scratch, ElementType.UInt8, [workspace], default, DeviceCopies.Gpu)));
        Assert.That(EmulatedDriver.MemcpyDtoHAsync(found.View.Data, distance, 100, stream.Value), Is.Zero);
        stream.Synchronise();
        Assert.That(EmulatedDriver.MemFreeAsync(pool, stream.Value), Is.Zero);
        float[] ours = found.AsSpan<float>().ToArray(), theirs = expected.AsSpan<float>().ToArray();
        for (int i = 0; i < 25; i++) Assert.That(ours[i], Is.EqualTo(theirs[i]).Within(1e-6 + (3e-6 * theirs[i])));
    }

    private static nint Allocate(long bytes, CudaStream stream)
    {
        Assert.That(EmulatedDriver.MemAllocAsync(out nint pointer, (nuint)bytes, stream.Value), Is.Zero);
        return pointer;
    }
}
