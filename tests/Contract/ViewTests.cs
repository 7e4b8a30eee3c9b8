using System;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>What a view, a device and a Philox block refuse by themselves, and what a view says of itself.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed unsafe class ViewTests
{
    private static readonly void* Memory = (void*)0x1000;

    [Test]
    public void Null_pointer() => AssertRefused(() => _ = new TensorView(null, ElementType.Float32, [4]), "data", "null");

    [TestCase(ElementType.Float32, 0x1002, "1002", "4 bytes")]
    [TestCase(ElementType.Float16, 0x1001, "1001", "2 bytes")]
    [TestCase(ElementType.BFloat16, 0x1001, "1001", "2 bytes")]
    [TestCase(ElementType.Int32, 0x1003, "1003", "4 bytes")]
    [TestCase(ElementType.Int64, 0x1004, "1004", "8 bytes")]
    public void Misaligned_pointer(ElementType type, int address, string value, string rule)
    {
        AssertRefused(() => _ = new TensorView((void*)address, type, [4]), "data", value, rule, type.ToString());
        AssertRefused(() => _ = TensorView.ChannelsLast((void*)address, type, 1, 3, 4, 4), "data", value, rule);
    }

    [TestCase(-1)]
    [TestCase(6)]
    public void Unknown_type(int type) =>
        AssertRefused(() => _ = new TensorView(Memory, (ElementType)type, [4]), "type", $"{type} is no element type");

    [TestCase(0, 0)]
    [TestCase(1, -1)]
    [TestCase(2, long.MinValue)]
    public void Size_below_one(int position, long size)
    {
        long[] shape = [2, 3, 4];
        shape[position] = size;
        AssertRefused(() => _ = new TensorView(Memory, ElementType.Float32, shape), "shape", $"shape[{position}] is {size}", "at least 1");
        AssertRefused(() => _ = HostTensor.Allocate(ElementType.Float32, shape), "shape", $"shape[{position}] is {size}", "at least 1");
    }

    [Test]
    public void Empty_batch()
    {
        AssertRefused(() => _ = new TensorView(Memory, ElementType.Float32, [0, 3, 8, 8]), "shape", "shape[0] is 0", "at least 1");
        AssertRefused(() => _ = TensorView.ChannelsLast(Memory, ElementType.UInt8, 0, 3, 8, 8), "shape", "is 0", "at least 1");
    }

    [Test]
    public void Overflowing_sizes()
    {
        foreach (long[] shape in (long[][])[[long.MaxValue], [1L << 31, 1L << 31], [long.MaxValue, long.MaxValue, long.MaxValue], [3, 1L << 60]])
        {
            AssertRefused(() => _ = new TensorView(Memory, ElementType.UInt8, shape), "shape", string.Join(',', shape), "overflow");
            AssertRefused(() => _ = HostTensor.Allocate(ElementType.UInt8, shape), "shape", string.Join(',', shape), "overflow");
        }
    }

    [Test]
    public void Overflowing_strides()
    {
        foreach (long stride in (long[])[long.MaxValue, long.MinValue, 1L << 61])
            AssertRefused(() => _ = new TensorView(Memory, ElementType.UInt8, [2, 3], [stride, 1]), "shape", "[2,3]", "overflow");
    }

    [Test]
    public void Rank_above_the_largest() =>
        AssertRefused(() => _ = new TensorView(Memory, ElementType.UInt8, new long[9]), "shape", "rank 9", "8");

    [Test]
    public void Strides_of_another_rank() =>
        AssertRefused(() => _ = new TensorView(Memory, ElementType.UInt8, [2, 3], [1]), "strides", "1 strides for 2 sizes");

    [Test]
    public void View_describes_itself()
    {
        var view = new TensorView(Memory, ElementType.Float16, [2, 3, 4, 5]);
        Assert.That(view.Strides.ToArray(), Is.EqualTo(new long[] { 60, 20, 5, 1 }));
        Assert.That(view.Length, Is.EqualTo(120));
        Assert.That(view.ToString(), Is.EqualTo("Float16[2,3,4,5] on cpu"));
        Assert.That(
            TensorView.ChannelsLast(Memory, ElementType.UInt8, 2, 3, 4, 5).Strides.ToArray(), Is.EqualTo(new long[] { 60, 1, 15, 3 }));
        Assert.That(default(TensorView).IsEmpty, Is.True);
        Assert.That(default(TensorView).ToString(), Is.EqualTo("none"));
        Assert.That(new TensorView(Memory, ElementType.Int64, []).Length, Is.EqualTo(1), "rank 0 holds one element.");
    }

    [Test]
    public void Default_device_is_the_cpu()
    {
        Assert.That(Device.Cpu, Is.EqualTo(new Device(DeviceType.Cpu)));
        Assert.That(new TensorView(Memory, ElementType.UInt8, [1]).Device, Is.EqualTo(Device.Cpu));
        Assert.That(new Device(DeviceType.Cuda, 1).ToString(), Is.EqualTo("cuda:1"));
    }

    [TestCase(3, 2, 4, "counter", "3 words")]
    [TestCase(4, 1, 4, "key", "1 words")]
    [TestCase(4, 2, 5, "words", "5 words")]
    [TestCase(0, 2, 4, "counter", "0 words")]
    public void Philox_block_of_another_length(int counter, int key, int words, string position, string value) =>
        AssertRefused(() => Philox.Block(new uint[counter], new uint[key], new uint[words]), position, value);

    private static void AssertRefused(Action call, string position, params string[] parts)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(call)!;
        Assert.That(error.ParamName, Is.EqualTo(position), error.Message);
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }
}
