using System;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>
/// A framework with a context of its own (cuCtxCreate, as ILGPU makes one) beside one in the primary context (as torch): both are met by bare
/// addresses, each in its own context and stream, and never in one call.
/// </summary>
[TestFixture]
public sealed unsafe class ForeignContextTests : CudaFixture
{
    private static readonly long[] Shape = [4, 3, 32, 32];

    [Test]
    public void Device_of_an_address_is_the_drivers_answer()
    {
        EmulatedDriver.Configure("device_count", 2);
        using var device = new CudaBuffer(4096, 1);
        using var locked = new CudaHostBuffer(4096);
        Assert.That(TensorView.OnDevice(device.Data, ElementType.Float32, [2, 8]).Device, Is.EqualTo(new Device(DeviceType.Cuda, 1)));
        Assert.That(TensorView.OnDevice((byte*)device.Data + 256, ElementType.Float32, [2, 8]).Device.Index, Is.EqualTo(1), "inside it, too");
        TensorView host = TensorView.OnDevice(locked.Data, ElementType.UInt8, [4, 4], [8, 1]);
        Assert.That((host.Device.Type, host.Strides[0]), Is.EqualTo((DeviceType.CudaHost, 8L)));
    }

    [Test]
    public void Address_the_driver_does_not_know_is_refused_and_so_is_a_bad_view()
    {
        using HostTensor pageable = HostTensor.Allocate(ElementType.Float32, 16);
        ArgumentException error = Assert.Throws<ArgumentException>(() => TensorView.OnDevice(pageable.View.Data, ElementType.Float32, [16]))!;
        Assert.That(error.Message, Does.StartWith("data: 0x").And.Contain("no address the CUDA driver knows"));
        Assert.That(Assert.Throws<ArgumentException>(() => TensorView.OnDevice(null, ElementType.Float32, [16]))!.ParamName, Is.EqualTo("data"));
        Assert.That(Assert.Throws<ArgumentException>(() => TensorView.OnDevice((void*)64, ElementType.Float32, [0]))!.ParamName, Is.EqualTo("shape"));
    }

    [Test]
    public void Both_frameworks_mix_each_where_its_memory_lies()
    {
        using var batch = new SeededBatch(4, 3, 32, 32);
        MixRecord expected = DeviceMix.Run(new GuidedMixer(), batch);
        using var foreign = new ForeignFramework();
        EmulatedDriver.CtxGetCurrent(out nint before);
        Assert.That(Mix(foreign, batch, foreign.Stream), Is.EqualTo(expected.Ratio), "the same bits as in the primary context.");
        EmulatedDriver.CtxGetCurrent(out nint after);
        Assert.That(after, Is.EqualTo(before), "the caller's context is left as it was.");
        Assert.That(DeviceMix.Run(new GuidedMixer(), batch).Ratio, Is.EqualTo(expected.Ratio), "and the primary one still serves.");
    }

    [Test]
    public void Caller_with_its_own_context_current_finds_it_current_again()
    {
        using var batch = new SeededBatch(4, 3, 32, 32);
        using var foreign = new ForeignFramework();
        using var scope = new ContextScope(foreign.Context);
        Mix(foreign, batch, foreign.Stream);
        EmulatedDriver.CtxGetCurrent(out nint current);
        Assert.That(current, Is.EqualTo(foreign.Context));
    }

    [TestCase("images")]
    [TestCase("labels")]
    [TestCase("outputs.Images")]
    [TestCase("outputs.Ratio")]
    [TestCase("execution.Workspace")]
    public void One_buffer_of_torchs_among_the_others_is_refused(string stray)
    {
        using var batch = new SeededBatch(4, 3, 32, 32);
        using var foreign = new ForeignFramework();
        EmulatedDriver.ResetCounters();
        ArgumentException error = Assert.Throws<ArgumentException>(() => Mix(foreign, batch, foreign.Stream, stray))!;
        Assert.That(error.Message, Does.Contain("lives in another CUDA context than").And.Contain(stray));
        Assert.That(EmulatedDriver.Counters.Launches, Is.Zero, "nothing was written.");
    }

    [Test]
    public void Stream_of_another_context_is_the_drivers_to_refuse()
    {
        using var batch = new SeededBatch(4, 3, 32, 32);
        using var foreign = new ForeignFramework();
        using var torchs = new CudaStream();
        Mix(foreign, batch, foreign.Stream);
        CudaException error = Assert.Throws<CudaException>(() => Mix(foreign, batch, torchs.Value))!;
        Assert.That(error.StatusName, Is.EqualTo("CUDA_ERROR_INVALID_HANDLE").Or.EqualTo("CUDA_ERROR_INVALID_CONTEXT"));
    }

    /// <summary>A batch in the framework's memory, one tensor of it (or none) in the primary context's; returns λ.</summary>
    private static float[] Mix(ForeignFramework foreign, SeededBatch batch, nint stream, string stray = "")
    {
        var mixer = new GuidedMixer();
        var strays = new CudaBuffer[1];
        TensorView Place(string name, ElementType type, params long[] shape)
        {
            long bytes = shape.Aggregate((long)type.Size(), (a, b) => a * b);
            if (name != stray) return TensorView.OnDevice((void*)foreign.Allocate(bytes), type, shape);
            strays[0] = new CudaBuffer(bytes);
            return TensorView.OnDevice(strays[0].Data, type, shape);
        }

        try
        {
            TensorView images = Place("images", ElementType.Float32, Shape), labels = Place("labels", ElementType.Int64, 4);
            // The emulated device's memory can be written here.
            batch.Images.AsSpan<float>().CopyTo(new Span<float>(images.Data, 4 * 3 * 1024));
            batch.Labels.AsSpan<long>().CopyTo(new Span<long>(labels.Data, 4));
            TensorView ratio = Place("outputs.Ratio", ElementType.Float32, 4);
            var outputs = new MixOutputs { Images = Place("outputs.Images", ElementType.Float32, Shape), Ratio = ratio };
            TensorView workspace = Place("execution.Workspace", ElementType.UInt8, WorkspaceSize.Mix(images.Device, 4, 32, 32, mixer.Options));
            mixer.Mix(images, labels, outputs, 0, new Execution(stream, Workspace: workspace));
            foreign.Synchronise();
            return new ReadOnlySpan<float>(ratio.Data, 4).ToArray();
        }
        finally
        {
            strays[0]?.Dispose();
        }
    }
}
