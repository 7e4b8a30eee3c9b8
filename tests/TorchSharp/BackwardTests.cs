using System;
using System.Linq;
using GuidedMixup.LibTorch;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>Guided-AP through torch's own backward pass: the released maps, partners and masks from the stored network and images.</summary>
public sealed class BackwardTests : TorchFixture
{
    private static readonly GuidedMixerOptions Options = new() { Saliency = Saliency.Gradient };

    [Test]
    public void Gradient_of_the_golden_network_gives_the_released_answer([Values] bool isChannelsLast)
    {
        GoldenCase golden = GoldenCase.All.Single(c => c.Name == "ap_convnet_8x32x32");
        using var network = new ConvNet(golden);
        using Handle plain = GoldenTests.Images(golden), images = isChannelsLast ? plain.ChannelsLast() : plain.Narrow(0, 0, golden.N);
        using (Handle logits = network.Logits(images))
            Tolerance.Absolute(logits.ToDoubles(), golden.Values("logits"), 1e-5, "torch: logits", $"{golden}");

        Shim.THSTensor_set_requires_grad(images, true);
        network.Backward(images);
        using (Handle gradient = images.Gradient())
        {
            double[] expected = golden.Values("grad");
            Tolerance.Absolute(gradient.ToDoubles(), expected, 1e-5 * expected.Max(Math.Abs), "torch: gradient", $"{golden}");
            using TorchLease x = Torch.Borrow(images), own = Torch.BorrowGradient(images), same = Torch.Borrow(gradient);
            unsafe
            {
                Assert.That((nint)own.View.Data, Is.EqualTo((nint)same.View.Data), "x.grad itself, not a copy.");
            }

            if (isChannelsLast) Assert.That(own.View.Strides.ToArray(), Is.EqualTo(x.View.Strides.ToArray()), "torch keeps the memory format.");
        }

        using var mix = new HandleMix(Torch, Options, images, gradientOf: images);
        mix.AssertIs(golden, isChannelsLast ? "backward, channels_last" : "backward");
    }

    [Test]
    public void Tensor_without_a_gradient_says_so()
    {
        using Handle images = Handle.Floats(new double[2 * 3 * 8 * 8], 2, 3, 8, 8);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Torch.BorrowGradient(images, "images"))!;
        Assert.That(error.Message, Does.StartWith("images: has no gradient").And.Contain("backward pass first"));
        Assert.That(error.ParamName, Is.EqualTo("images"));
        Shim.THSTensor_set_requires_grad(images, true);
        Assert.That(Assert.Throws<ArgumentException>(() => Torch.BorrowGradient(images))!.Message, Does.Contain("has no gradient"));
        Assert.That(Assert.Throws<ArgumentException>(() => Torch.BorrowGradient(0))!.Message, Does.Contain("handle is 0"));
    }

    [Test]
    public void Gradient_that_is_no_dense_tensor_names_the_gradient()
    {
        using Handle images = Handle.Floats([.. Enumerable.Range(0, 64).Select(i => (double)i)], 1, 1, 8, 8);
        Shim.THSTensor_set_requires_grad(images, true);
        using Handle sparse = new(Shim.ShimSparse(images), Handle.Float32, 1, 1, 8, 8);
        Shim.THSTensor_set_requires_grad(images, false);
        using Handle detached = Handle.Floats(new double[64], 1, 1, 8, 8);
        Shim.THSTensor_set_grad(detached, sparse);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Torch.BorrowGradient(detached, "images"))!;
        Assert.That(error.Message, Does.StartWith("images.grad: sparse"));
    }
}
