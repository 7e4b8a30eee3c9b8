using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Tensors in device memory through the C library, on the emulated driver: the managed call's bits, its stream, its errors.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
[NonParallelizable]
public sealed unsafe partial class CCudaTests(string level) : CFixture(level)
{
    private const int EnoughWorkspace = 1 << 20;
    private const int OutOfMemory = 2;

    public static IEnumerable<string> Stages => StageCalls.Names;

    public static IEnumerable<string> StagesWithWorkspace => Stages.Except(["GradientSaliency.Compute", "AugMix.Mix"]);

    [OneTimeSetUp]
    public void NeedsTheEmulatedDriver()
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
        // The C library reads the process's environment, of which .NET keeps a copy.
        _ = SetEnvironment("GUIDEDMIXUP_CUDA_DRIVER", EmulatedDriver.File, 1);
    }

    [SetUp]
    public void Begin()
    {
        EmulatedDriver.Reset();
        CudaKernels.Release();
        CudaKernels.Load();
        Library.Check(((delegate* unmanaged<CDevice, int>)Library["release"])(CDevice.Gpu));
    }

    [TearDown]
    public void End() => Begin();

    [TestCaseSource(nameof(Stages))]
    public void Stage_gives_the_managed_bits_on_the_given_stream(string name)
    {
        using StageCall managed = StageCalls.Make(name);
        using var native = new CCall(Library, name);
        using StageCall expected = StageCalls.Make(name), found = StageCalls.Make(name);
        RunOnDevice(managed, expected);
        RunOnDevice(native.Arguments, found);
        using (Assert.EnterMultipleScope())
        {
            foreach (Parameter parameter in managed.Parameters)
                Assert.That(Bytes(found[parameter.Name]).SequenceEqual(Bytes(expected[parameter.Name])), parameter.Name);
        }
    }

    [TestCaseSource(nameof(StagesWithWorkspace))]
    public void Workspace_that_is_too_small_or_missing_is_named(string name)
    {
        using StageCall host = StageCalls.Make(name);
        using var native = new CCall(Library, name);
        using var device = new DeviceCopies();
        foreach (Parameter parameter in native.Arguments.Parameters) native.Arguments[parameter.Name] = device.Of(host[parameter.Name]);
        native.Arguments.Execution = new Execution(device.Stream.Value);
        Assert.That(native.Arguments.RunBroken().Message, Does.StartWith("execution.workspace: no tensor is given").And.Contain("guidedmixup_workspace_size_"));
        Execution small = device.Execution(64);
        native.Arguments.Execution = small;
        Assert.That(native.Arguments.RunBroken().Message, Does.StartWith("execution.workspace: 64 bytes; this call needs"));
    }

    [Test]
    public void Prepare_tells_the_workspace_and_lets_a_batch_be_captured()
    {
        using var batch = new SeededBatch(3, 3, 32, 32);
        using var device = new DeviceCopies();
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var options = new GuidedMixerOptions();
        using var mixer = new CMixer(Library, options);
        MixInputs inputs = device.Of(batch.Inputs(options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(EnoughWorkspace);
        device.Stream.BeginCapture();
        CFault early = Assert.Throws<CFault>(() => mixer.Mix(inputs, views, execution))!;
        Assert.That(early.Status, Is.EqualTo(4));
        Assert.That(early.Message, Does.Contain("guidedmixup_prepare"));
        device.Stream.EndCapture().Dispose();

        long bytes = 0, queried = 0;
        Library.Check(((delegate* unmanaged<nint, CDevice, long, long, long, long, long*, int>)Library["prepare"])(mixer.Handle, CDevice.Gpu, 3, 3, 32, 32, &bytes));
        Library.Check(((delegate* unmanaged<CDevice, long, long, long, COptions*, long*, int>)Library["workspace_size_mix"])(CDevice.Gpu, 3, 32, 32, null, &queried));
        Assert.That(bytes, Is.Positive.And.EqualTo(queried).And.EqualTo(WorkspaceSize.Mix(DeviceCopies.Gpu, 3, 32, 32)));
        execution = device.Execution(bytes);
        EmulatedDriver.ResetCounters();
        device.Stream.BeginCapture();
        Assert.That(mixer.Mix(inputs, views, execution), Is.True);
        using CudaGraph graph = device.Stream.EndCapture();
        Assert.That(EmulatedDriver.Counters, Is.EqualTo(new DriverCounters(6, 0, 0, 0, 0, 0, 0, 0, 0)), "six launches into the graph; no copy, wait or allocation.");
        graph.Launch(device.Stream);
        device.Finish();
        Assert.That(new MixRecord(outputs, true).Digest, Is.EqualTo(DeviceMix.Run(new GuidedMixer(options), batch).Digest));
    }

    [Test]
    public void Batch_in_host_memory_is_mixed_on_the_device_that_execution_names()
    {
        using var batch = new SeededBatch(9, 3, 16, 20, ElementType.UInt8);
        using var outputs = new OutputSet(batch, ElementType.UInt8);
        var options = new GuidedMixerOptions();
        using var mixer = new CMixer(Library, options);
        EmulatedDriver.ResetCounters();
        mixer.Mix(batch.Inputs(options), outputs.Views, new Execution(Device: DeviceCopies.Gpu));
        Assert.That(EmulatedDriver.Counters.Launches, Is.Positive);
        using var expected = new OutputSet(batch, ElementType.UInt8);
        new GuidedMixer(options).Mix(batch.Inputs(options), expected.Views, new Execution(Device: DeviceCopies.Gpu));
        Assert.That(new MixRecord(outputs, true).Digest, Is.EqualTo(new MixRecord(expected, true).Digest));
        Library.Check(((delegate* unmanaged<int>)Library["trim"])());
    }

    [Test]
    public void Strict_is_a_call_of_its_own_on_a_device()
    {
        using var batch = new SeededBatch(3, 3, 16, 20);
        batch.Image(1)[5] = float.NaN;
        using var device = new DeviceCopies();
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var options = new GuidedMixerOptions();
        MixInputs inputs = device.Of(batch.Inputs(options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(EnoughWorkspace);
        using var strict = new CMixer(Library, options with { Strict = true });
        Assert.That(() => strict.Mix(inputs, views, execution), Throws.ArgumentException.With.Message.Contain("guidedmixup_check_flags"));
        using var mixer = new CMixer(Library, options);
        mixer.Mix(inputs, views, execution);
        using var memory = new CMemory();
        var check = (delegate* unmanaged<CTensor*, CExecution*, int>)Library["check_flags"];
        Assert.That(check(memory.Tensor(views.Flags), memory.Execution(execution)), Is.EqualTo(2));
        Assert.That(Library.LastError, Does.StartWith("image 1: "));
    }

    [Test]
    public void Devices_are_counted_named_and_missing_ones_refused()
    {
        int count = 0;
        Library.Check(((delegate* unmanaged<int, int*, int>)Library["device_count"])(2, &count));
        Assert.That(count, Is.EqualTo(CudaDriver.DeviceCount));
        Assert.That(Text("device_name", CDevice.Gpu), Is.EqualTo(new CudaDevice(0).Name));
        Assert.That(Text("device_image", CDevice.Gpu), Is.EqualTo(CudaKernels.Image()));
        Assert.That(() => Text("device_name", new CDevice(2, 99)), Throws.ArgumentException.With.Message.StartWith("device: cuda:99"));
        long bytes = 0;
        int status = ((delegate* unmanaged<CDevice, long, long, long, COptions*, long*, int>)Library["workspace_size_mix"])(new CDevice(2, 99), 3, 32, 32, null, &bytes);
        Assert.That(status, Is.EqualTo(1));
    }

    [Test]
    public void What_the_driver_refuses_is_a_status()
    {
        using var batch = new SeededBatch(3, 3, 32, 32);
        using var device = new DeviceCopies();
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var options = new GuidedMixerOptions();
        using var mixer = new CMixer(Library, options);
        MixInputs inputs = device.Of(batch.Inputs(options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(EnoughWorkspace);
        mixer.Mix(inputs, views, execution);
        EmulatedDriver.FailCall("cuLaunchKernel", 1, 719);
        CFault fault = Assert.Throws<CFault>(() => mixer.Mix(inputs, views, execution))!;
        Assert.That(fault.Status, Is.EqualTo(4));
        Assert.That(fault.Message, Does.Contain("cuLaunchKernel").And.Contain("719"));
        EmulatedDriver.FailCall("cuMemAlloc_v2", 1, OutOfMemory);
        using var onHost = new OutputSet(batch, ElementType.Float32);
        Library.Check(((delegate* unmanaged<int>)Library["trim"])());
        CFault full = Assert.Throws<CFault>(() => mixer.Mix(batch.Inputs(options), onHost.Views, new Execution(Device: DeviceCopies.Gpu)))!;
        Assert.That(full.Status, Is.EqualTo(5));
        Assert.That(onHost.IsPoisoned, "nothing was written.");
    }

    [Test]
    public void Host_pointer_said_to_be_on_the_device_is_refused()
    {
        using var call = new CCall(Library, "GradientSaliency.Compute");
        call.SpoilTensor("gradient", tensor => tensor->DeviceType = 2);
        call.SpoilTensor("saliency", tensor => tensor->DeviceType = 2);
        Assert.That(call.Arguments.RunBroken().Message, Does.StartWith("gradient: ").And.Contain("no address the CUDA driver knows"));
    }

    /// <summary>Runs a call on copies in device memory of another call's arguments, and brings them back there.</summary>
    private static void RunOnDevice(StageCall call, StageCall host)
    {
        using var device = new DeviceCopies();
        foreach (Parameter parameter in call.Parameters) call[parameter.Name] = device.Of(host[parameter.Name]);
        call.Execution = device.Execution(EnoughWorkspace);
        EmulatedDriver.ResetCounters();
        call.Run();
        Assert.That(EmulatedDriver.Counters.Launches, Is.Positive, "the kernels ran.");
        Assert.That(EmulatedDriver.Counters.Synchronisations, Is.Zero);
        device.Finish();
    }

    private string Text(string function, CDevice device)
    {
        byte* text = stackalloc byte[256];
        Library.Check(((delegate* unmanaged<CDevice, byte*, nuint, int>)Library[function])(device, text, 256));
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
    }

    private static ReadOnlySpan<byte> Bytes(in TensorView view) => new(view.Data, (int)view.Length * view.Type.Size());

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
