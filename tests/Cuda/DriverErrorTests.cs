using System;
using System.Linq;
using GuidedMixup.Cuda;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>What goes wrong on machines: each names its cause, and leaves the calling thread's context as it was.</summary>
[TestFixture]
public sealed unsafe class DriverErrorTests : CudaFixture
{
    [Test]
    public void No_driver_says_so() =>
        Assert.That(CudaDriver.Probe("/nonexistent/libcuda.so.1"), Does.Contain("no CUDA driver").And.Contain("/nonexistent/libcuda.so.1"));

    [Test]
    public void Old_driver_says_so()
    {
        EmulatedDriver.Configure("driver_version", 11040);
        Assert.That(CudaDriver.Probe(EmulatedDriver.File), Does.Contain("CUDA 11.4").And.Contain("11.8").And.Contain("520"));
    }

    [Test]
    public void No_GPU_says_so()
    {
        EmulatedDriver.Configure("device_count", 0);
        Assert.That(CudaDriver.Probe(EmulatedDriver.File), Does.Contain("no GPU"));
    }

    [Test]
    public void Out_of_memory_names_call_status_and_size()
    {
        EmulatedDriver.Configure("memory_bytes", 1 << 20);
        CudaException error = Assert.Throws<CudaException>(() => _ = new CudaBuffer(1L << 40))!;
        Assert.That(error.Message, Does.Contain("cuMemAlloc").And.Contain("CUDA_ERROR_OUT_OF_MEMORY").And.Contain("1099511627776 bytes"));
        Assert.That((error.Status, error.StatusName), Is.EqualTo((2, "CUDA_ERROR_OUT_OF_MEMORY")));
    }

    [Test]
    public void Refused_launch_names_the_kernel_and_pops_the_context()
    {
        using var batch = new SeededBatch(3, 3, 32, 32);
        EmulatedDriver.FailCall("cuLaunchKernel", 3, 719);
        CudaException error = Assert.Throws<CudaException>(() => DeviceMix.Run(new GuidedMixer(), batch))!;
        Assert.That(error.Message, Does.Contain("cuLaunchKernel (pair_distance_partial)").And.Contain("CUDA_ERROR_LAUNCH_FAILED"));
        Assert.That(EmulatedDriver.CtxGetCurrent(out nint current), Is.Zero);
        Assert.That(current, Is.EqualTo((nint)0), "no context is left current on this thread.");
    }

    [Test]
    public void Synchronous_runs_wait_after_each_launch_and_name_the_kernel()
    {
        using var batch = new SeededBatch(3, 3, 32, 32);
        CudaCall.IsSynchronous = true;
        try
        {
            EmulatedDriver.FailCall("cuStreamSynchronize", 2, 700);
            CudaException error = Assert.Throws<CudaException>(() => DeviceMix.Run(new GuidedMixer(), batch))!;
            Assert.That(error.Message, Does.Contain("after blur_normalise_working").And.Contain("CUDA_ERROR_ILLEGAL_ADDRESS"));
            EmulatedDriver.ResetCounters();
            DeviceMix.Run(new GuidedMixer(), batch);
            Assert.That(EmulatedDriver.Counters.Synchronisations, Is.EqualTo(6 + 1), "one a launch, and the test's own.");
        }
        finally
        {
            CudaCall.IsSynchronous = false;
        }
    }

    [Test]
    public void Fault_of_a_kernel_surfaces_with_its_status_and_stays()
    {
        using var device = new DeviceCopies();
        using HostTensor small = HostTensor.Allocate(ElementType.Float32, 1, 1, 8, 8), maps = HostTensor.Allocate(ElementType.Float32, 64, 64, 64);
        // A view far larger than its memory: what a caller's mistake looks like.
        var lie = new TensorView(device.Of(small.View).Data, ElementType.Float32, [64, 1, 64, 64], default, DeviceCopies.Gpu);
        TensorView target = device.Of(maps.View);
        void Run()
        {
            GradientSaliency.Compute(lie, target, device.Execution(0));
            device.Stream.Synchronise();
        }

        Assert.That(Assert.Throws<CudaException>(Run)!.StatusName, Is.EqualTo("CUDA_ERROR_ILLEGAL_ADDRESS"));
        Assert.That(Assert.Throws<CudaException>(Run)!.StatusName, Is.EqualTo("CUDA_ERROR_ILLEGAL_ADDRESS"), "the context is lost.");
        EmulatedDriver.Reset();
    }

    [Test]
    public void Memory_the_driver_does_not_know_is_refused()
    {
        using var device = new DeviceCopies();
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 2, 8, 8);
        var view = new TensorView(maps.View.Data, ElementType.Float32, [2, 8, 8], default, DeviceCopies.Gpu);
        ArgumentException error = Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(view, device.Of(maps.View), null, device.Execution(1 << 16)))!;
        Assert.That(error.Message, Does.StartWith("maps:").And.Contain("no address the CUDA driver knows"));
    }

    [Test]
    public void Another_device_than_the_memorys_is_refused()
    {
        EmulatedDriver.Configure("device_count", 2);
        using var device = new DeviceCopies();
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 2, 8, 8);
        TensorView a = device.Of(maps.View), b = device.Of(maps.View);
        TensorView On(TensorView view, int ordinal) => new(view.Data, view.Type, view.Shape, view.Strides, new Device(DeviceType.Cuda, ordinal));
        Execution execution = device.Execution(1 << 16);
        execution = execution with { Workspace = On(execution.Workspace, 1) };
        ArgumentException error = Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(On(a, 1), On(b, 1), null, execution))!;
        Assert.That(error.Message, Does.StartWith("maps:").And.Contain("said to be on cuda:1, lies on cuda:0"));
        error = Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(a, On(b, 1), null, device.Execution(1 << 16)))!;
        Assert.That(error.Message, Does.StartWith("blurred:").And.Contain("one call takes one device"));
        error = Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(On(a, 7), On(b, 7)))!;
        Assert.That(error.Message, Does.Contain("cuda:7").And.Contain("2 GPUs"));
    }

    [Test]
    public void Buffers_of_two_contexts_are_refused_and_those_of_another_context_work()
    {
        using var device = new DeviceCopies();
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 1, 8, 8);
        maps.AsSpan<float>().Fill(1);
        TensorView primary = device.Of(maps.View);
        Assert.That(EmulatedDriver.CtxCreate(out nint other, 0, 0), Is.Zero);
        EmulatedDriver.MemAlloc(out nint from, 256);
        EmulatedDriver.MemAlloc(out nint to, 256);
        EmulatedDriver.MemAlloc(out nint space, 1 << 16);
        EmulatedDriver.CtxPopCurrent(out _);
        TensorView Map(nint pointer) => new((void*)pointer, ElementType.Float32, [1, 8, 8], default, DeviceCopies.Gpu);
        var workspace = new TensorView((void*)space, ElementType.UInt8, [1 << 16], default, DeviceCopies.Gpu);
        ArgumentException error = Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(primary, Map(to), null, new(0, 0, workspace)))!;
        Assert.That(error.Message, Does.StartWith("blurred:").And.Contain("another CUDA context than maps"));
        // The emulation's device memory can be read here.
        new Span<float>((void*)from, 64).Fill(2);
        GaussianBlur.Blur(Map(from), Map(to), null, new Execution(0, 0, workspace));
        Assert.That(new Span<float>((void*)to, 64).ToArray(), Is.All.EqualTo(2f).Within(1e-6));
        CudaKernels.Release();
        Assert.That(EmulatedDriver.CtxDestroy(other), Is.Zero);
    }

    [Test]
    public void Workspace_missing_small_or_of_another_kind_is_refused_with_the_size_needed()
    {
        using var batch = new SeededBatch(2, 3, 33, 47);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        MixOutputs views = device.Of(outputs.Views);
        long needed = WorkspaceSize.Mix(DeviceCopies.Gpu, 2, 33, 47);
        EmulatedDriver.ResetCounters();
        ArgumentException none = Assert.Throws<ArgumentException>(() => mixer.Mix(inputs, views, new Execution(device.Stream.Value)))!;
        Assert.That(none.Message, Does.Contain("execution.Workspace: no tensor is given").And.Contain($"{needed} bytes"));
        EmulatedDriver.ResetCounters();
        ArgumentException small = Assert.Throws<ArgumentException>(() => mixer.Mix(inputs, views, device.Execution(needed - 1)))!;
        Assert.That(small.Message, Does.Contain($"{needed - 1} bytes").And.Contain($"needs {needed}"));
        Assert.That(EmulatedDriver.Counters.Launches, Is.Zero, "nothing was written.");
    }

    [Test]
    public void Strict_on_the_device_is_refused()
    {
        using var batch = new SeededBatch(2, 3, 32, 32);
        ArgumentException error = Assert.Throws<ArgumentException>(() => DeviceMix.Run(new GuidedMixer(new() { Strict = true }), batch))!;
        Assert.That(error.Message, Does.StartWith("options: Strict").And.Contain("flags output"));
    }

    [TestCase(90, "", "sm_90")]
    [TestCase(90, "sm_90", "sm_80")]
    [TestCase(90, "sm_90,sm_80", "sm_70")]
    [TestCase(86, "", "sm_80")]
    [TestCase(75, "", "sm_70")]
    public void Images_are_tried_best_first(int computeCapability, string refused, string expected)
    {
        using var batch = new SeededBatch(3, 3, 32, 32);
        string plain = DeviceMix.Run(new GuidedMixer(), batch).Digest;
        CudaKernels.Release();
        EmulatedDriver.Configure("compute_capability", computeCapability);
        EmulatedDriver.RefuseTargets(refused);
        string image = CudaKernels.Image();
        Assert.That(image, Does.StartWith(expected));
        foreach (string target in refused.Split(',', StringSplitOptions.RemoveEmptyEntries))
            Assert.That(image, Does.Contain($"{target} refused: cuModuleLoadDataEx"));
        Assert.That(DeviceMix.Run(new GuidedMixer(), batch).Digest, Is.EqualTo(plain));
        CudaKernels.Release();
    }

    [Test]
    public void Images_all_refused_is_an_error_and_so_is_too_old_a_GPU()
    {
        CudaKernels.Release();
        EmulatedDriver.RefuseTargets("sm_90,sm_80,sm_70");
        Assert.That(Assert.Throws<CudaException>(() => CudaKernels.Load())!.Message, Does.Contain("cuModuleLoadDataEx (sm_70/"));
        EmulatedDriver.Reset();
        EmulatedDriver.Configure("compute_capability", 61);
        Assert.That(Assert.Throws<PlatformNotSupportedException>(() => CudaKernels.Load())!.Message, Does.Contain("6.1").And.Contain("7.0"));
    }

    [TestCase(40 << 10, 64, 14)]
    [TestCase(99 << 10, 128, 14)]
    [TestCase(99 << 10, 64, 6)]
    [TestCase(163 << 10, 128, 6)]
    public void Little_shared_memory_takes_the_general_path(int sharedMemory, int side, int launches)
    {
        using var batch = new SeededBatch(2, 3, side, side);
        MixRecord plain = DeviceMix.Run(new GuidedMixer(), batch);
        CudaKernels.Release();
        EmulatedDriver.Configure("max_shared_optin", sharedMemory);
        CudaKernels.Load();
        EmulatedDriver.ResetCounters();
        MixRecord record = DeviceMix.Run(new GuidedMixer(), batch);
        Assert.That(EmulatedDriver.Counters.Launches, Is.EqualTo(launches));
        Assert.That(record.Partners, Is.EqualTo(plain.Partners));
        Assert.That(record.Ratio.Zip(plain.Ratio, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(5e-6));
        CudaKernels.Release();
    }

    [Test]
    public void Handles_freed_leave_nothing_behind()
    {
        CudaKernels.Load();
        long before = EmulatedDriver.AllocatedBytes();
        using (var batch = new SeededBatch(2, 3, 33, 47)) DeviceMix.Run(new GuidedMixer(), batch);
        using (var buffer = new CudaHostBuffer(4096)) buffer.AsSpan<int>()[1023] = 7;
        using (CudaEvent first = new(), second = new())
        {
            using var stream = new CudaStream();
            using var late = new CudaStream();
            first.Record(stream);
            late.Wait(first);
            second.Record(late);
            second.Synchronise();
            Assert.That(second.Since(first), Is.GreaterThanOrEqualTo(TimeSpan.Zero));
        }

        Assert.That(EmulatedDriver.AllocatedBytes(), Is.EqualTo(before));
    }
}
