using System;
using System.Linq;
using GuidedMixup.LibTorch;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>A borrowed tensor is seen as what it is: pointer, type, shape, strides, device; and mixed to the bits that a view of the same values gives.</summary>
public sealed unsafe class TypeTests : TorchFixture
{
    [TestCase(Handle.Float32, ElementType.Float32)]
    [TestCase(Handle.Float16, ElementType.Float16)]
    [TestCase(Handle.BFloat16, ElementType.BFloat16)]
    [TestCase(Handle.UInt8, ElementType.UInt8)]
    [TestCase(Handle.Int32, ElementType.Int32)]
    [TestCase(Handle.Int64, ElementType.Int64)]
    public void Types_shapes_and_strides_are_torchs(sbyte type, ElementType expected)
    {
        using Handle whole = Handle.Empty(type, 4, 3, 5, 6), part = whole.Narrow(1, 1, 2);
        using TorchLease lease = Torch.Borrow(part);
        TensorView view = lease.View;
        Assert.That((view.Type, view.Device, view.Rank), Is.EqualTo((expected, Device.Cpu, 4)));
        Assert.That(view.Shape.ToArray(), Is.EqualTo(new long[] { 4, 2, 5, 6 }));
        Assert.That(view.Strides.ToArray(), Is.EqualTo(new long[] { 90, 30, 6, 1 }));
        Assert.That((nint)view.Data, Is.EqualTo((nint)Shim.THSTensor_data(whole) + (30 * expected.Size())), "the offset is in the pointer.");
    }

    [Test]
    public void Scalars_and_eight_dimensions_are_taken_nine_are_not()
    {
        using Handle scalar = Handle.Empty(Handle.Float32), eight = Handle.Empty(Handle.Float32, 1, 2, 1, 2, 1, 2, 1, 2);
        using Handle nine = Handle.Empty(Handle.Float32, 1, 2, 1, 2, 1, 2, 1, 2, 1);
        using (TorchLease lease = Torch.Borrow(scalar)) Assert.That(lease.View.Length, Is.EqualTo(1));
        using (TorchLease lease = Torch.Borrow(eight)) Assert.That(lease.View.Length, Is.EqualTo(16));
        Assert.That(Assert.Throws<ArgumentException>(() => Torch.Borrow(nine, "x"))!.Message, Does.StartWith("x: 9 dimensions; at most 8"));
    }

    [Test]
    public void Half_bfloat16_and_uint8_mix_as_views_of_the_same_values_do(
        [Values(Handle.Float16, Handle.BFloat16, Handle.UInt8)] sbyte type, [Values] bool isChannelsLast)
    {
        long[] shape = [5, 3, 16, 12];
        double[] values = [.. Enumerable.Range(0, 5 * 3 * 16 * 12).Select(i => type == Handle.UInt8 ? i * 37 % 256 : Math.Sin(i * 0.37))];
        using Handle floats = Handle.Floats(values, shape), plain = floats.To(type), images = isChannelsLast ? plain.ChannelsLast() : plain.To(type);
        ElementType element = type == Handle.Float16 ? ElementType.Float16 : type == Handle.BFloat16 ? ElementType.BFloat16 : ElementType.UInt8;
        using HostTensor x = HostTensor.Allocate(element, shape), y = HostTensor.Allocate(element, shape);
        int bytes = values.Length * element.Size();
        new ReadOnlySpan<byte>(Shim.THSTensor_data(plain), bytes).CopyTo(new Span<byte>(x.View.Data, bytes));
        new GuidedMixer().Mix(x.View, default, new MixOutputs { Images = y.View });

        using var mix = new HandleMix(Torch, new GuidedMixerOptions(), images, output: images.EmptyLike());
        using Handle expected = Handle.Empty(type, shape);
        new ReadOnlySpan<byte>(y.View.Data, bytes).CopyTo(new Span<byte>(Shim.THSTensor_data(expected), bytes));
        Assert.That(mix.Images.ToDoubles(), Is.EqualTo(expected.ToDoubles()));
    }
}
