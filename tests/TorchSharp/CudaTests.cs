using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.LibTorch;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>
/// Tensors that say cuda:0, over memory of the emulated driver: found, mixed on torch's current stream with a workspace that torch allocates.
/// Skipped by name where there is no emulated driver. libtorch 1.13 without CUDA makes the tensors, so no kernel of torch's runs on them.
/// </summary>
[NonParallelizable]
public sealed unsafe class CudaTests : TorchFixture
{
    private static readonly long[] Shape = [4, 3, 32, 32];

    [OneTimeSetUp]
    public void NeedsADriver()
    {
        if (!CudaDriver.TryLoad(out string why)) Assert.Ignore(why);
        DeviceMemory.Offer();
        CudaKernels.Load();
    }

    [TearDown]
    public void StreamIsTheDefaultAgain()
    {
        // Absent in run.sh's second run, which is that of an old libtorch.
        if (File.Exists(Path.Combine(Shim.Folder, "libtorch_cuda.so"))) Shim.ShimSetStream(0, 0);
        Assert.That(DeviceMemory.Count, Is.Zero, "every tensor's memory went back, the workspace's too.");
    }

    [Test]
    public void Handle_is_seen_on_its_device()
    {
        using var buffer = new CudaBuffer(2 * 3 * 4 * 5 * 4);
        long* sizes = stackalloc long[4] { 2, 3, 4, 5 };
        using var tensor = new Handle(Shim.ShimCudaTensor(buffer.Data, sizes, 4, Handle.Float32, 1), Handle.Float32, 2, 3, 4, 5);
        using TorchLease lease = Torch.Borrow(tensor);
        Assert.That((lease.View.Device, (nint)lease.View.Data), Is.EqualTo((new Device(DeviceType.Cuda, 1), (nint)buffer.Data)));
    }

    [Test]
    public void Mix_on_the_device_is_that_of_the_host()
    {
        using torch.Tensor host = Tensors.Waves(Shape), hostLabels = Tensors.Longs(0, 1, 2, 3), images = OnDevice(host), labels = OnDevice(hostLabels);
        var mixer = new TorchMixer(classes: 4);
        (torch.Tensor expected, torch.Tensor expectedTargets) = mixer.Mix(host, hostLabels);
        (torch.Tensor mixed, torch.Tensor targets) = mixer.Mix(images, labels);
        using (expected)
        using (expectedTargets)
        using (mixed)
        using (targets)
        {
            Assert.That((mixed.device.type, targets.device.type), Is.EqualTo((global::TorchSharp.DeviceType.CUDA, global::TorchSharp.DeviceType.CUDA)));
            Tolerance.Absolute(Floats(targets, 16), Floats(expectedTargets, 16), Tolerance.Ratio, "cuda: targets", "waves");
            Tolerance.Absolute(Floats(mixed, 4 * 3 * 1024), Floats(expected, 4 * 3 * 1024), Tolerance.Mixed, "cuda: mixed", "waves");
        }
    }

    [Test]
    public void Work_goes_to_torchs_current_stream()
    {
        using torch.Tensor host = Tensors.Waves(Shape), hostLabels = Tensors.Longs(0, 1, 2, 3), images = OnDevice(host), labels = OnDevice(hostLabels);
        using torch.Tensor mixed = torch.empty_like(images), soft = torch.empty([4, 4], torch.float32, images.device);
        var mixer = new TorchMixer(classes: 4);
        var inputs = new TorchInputs { Images = images, Labels = labels };
        var outputs = new TorchOutputs { Images = mixed, SoftLabels = soft };
        using var stream = new CudaStream();
        Shim.ShimSetStream(0, stream.Value);
        Assert.That(Torch.CurrentStream(new Device(DeviceType.Cuda)), Is.EqualTo(stream.Value));
        Assert.That(Torch.CurrentStream(Device.Cpu), Is.EqualTo((nint)0));
        mixer.Mix(inputs, outputs);
        stream.Synchronise();
        Assert.That(Floats(soft, 16).Sum(), Is.EqualTo(4).Within(1e-5));
        // A stream that there is not: the driver was handed what torch answered, and nothing else.
        Shim.ShimSetStream(0, 0x5ca1ab1e);
        Assert.That(Assert.Throws<CudaException>(() => mixer.Mix(inputs, outputs))!.StatusName, Is.EqualTo("CUDA_ERROR_INVALID_HANDLE"));
    }

    [Test]
    public void Library_handed_over_bare_finds_the_stream_too_and_an_error_of_libtorchs_is_named()
    {
        using var stream = new CudaStream();
        Shim.ShimSetStream(0, stream.Value);
        var bare = new TorchLibrary(NativeLibrary.Load("LibTorchSharp", TorchSharp, null));
        Assert.That(bare.CurrentStream(new Device(DeviceType.Cuda)), Is.EqualTo(stream.Value));
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => bare.CurrentStream(new Device(DeviceType.Cuda, 99)))!.Message,
            Does.Contain("aoti_torch_get_current_cuda_stream(99)").And.Contain("error 1"));
    }

    [Test]
    public void Tensors_of_two_devices_are_refused()
    {
        using torch.Tensor host = Tensors.Waves(Shape), labels = Tensors.Longs(0, 1, 2, 3), images = OnDevice(host);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new TorchMixer(classes: 4).Mix(images, labels))!;
        Assert.That(error.Message, Does.StartWith("images: on cuda:0 while labels is in host memory"));
    }

    private static torch.Tensor OnDevice(torch.Tensor host)
    {
        bool isLabels = host.dtype == torch.int64;
        torch.Tensor device = isLabels
            ? torch.empty([4L], torch.int64, new torch.Device(global::TorchSharp.DeviceType.CUDA, 0))
            : torch.empty(Shape, torch.float32, new torch.Device(global::TorchSharp.DeviceType.CUDA, 0));
        int bytes = isLabels ? 32 : 4 * 3 * 1024 * 4;
        // The emulated device's memory can be written here.
        new Span<byte>(Shim.THSTensor_data(host.Handle), bytes).CopyTo(new Span<byte>(Shim.THSTensor_data(device.Handle), bytes));
        return device;
    }

    private static double[] Floats(torch.Tensor tensor, int count) =>
        [.. new ReadOnlySpan<float>(Shim.THSTensor_data(tensor.Handle), count).ToArray().Select(v => (double)v)];
}
