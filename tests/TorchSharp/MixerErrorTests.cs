using System;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>What the typed layer refuses: named, with no tensor left behind.</summary>
public sealed class MixerErrorTests : TorchFixture
{
    [Test]
    public void Nulls_and_disposed_tensors()
    {
        using torch.Tensor images = Tensors.Waves(2, 1, 8, 8), labels = Tensors.Longs(0, 1);
        var mixer = new TorchMixer(classes: 2);
        Assert.That(Assert.Throws<ArgumentNullException>(() => mixer.Mix(null!, labels))!.ParamName, Is.EqualTo("images"));
        Assert.That(Assert.Throws<ArgumentNullException>(() => mixer.Mix(images, null!))!.ParamName, Is.EqualTo("labels"));
        Assert.That(Assert.Throws<ArgumentException>(() => mixer.Mix(default(TorchInputs), default))!.Message, Does.StartWith("images: no tensor is given."));
        torch.Tensor gone = Tensors.Waves(2, 1, 8, 8);
        gone.Dispose();
        Assert.That(Assert.Throws<InvalidOperationException>(() => mixer.Mix(gone, labels))!.Message, Does.Contain("empty handle"), "TorchSharp's own.");
    }

    [Test]
    public void Classes_that_were_not_told_and_labels_beyond_them()
    {
        using torch.Tensor images = Tensors.Waves(2, 1, 8, 8), labels = Tensors.Longs(0, 7);
        Assert.That(Assert.Throws<ArgumentException>(() => new TorchMixer().Mix(images, labels))!.Message, Does.StartWith("labels: class numbers"));
        Assert.That(Assert.Throws<ArgumentException>(() => new TorchMixer(classes: 5).Mix(images, labels))!.Message, Does.StartWith("labels: labels[1] is 7"));
        Assert.That(Assert.Throws<ArgumentOutOfRangeException>(() => _ = new TorchMixer(classes: -1))!.ParamName, Is.EqualTo("classes"));
        Assert.That(Assert.Throws<ArgumentException>(() => new TorchMixer(classes: 5).Mix(images, images))!.Message, Does.StartWith("labels: 4 dimensions"));
    }

    [Test]
    public void Shapes_types_and_options_are_the_mixers_to_refuse()
    {
        using torch.Tensor images = Tensors.Waves(2, 1, 8, 8), maps = Tensors.Waves(2, 8, 8), labels = Tensors.Longs(0, 1), few = Tensors.Longs(0);
        var mixer = new TorchMixer(classes: 2);
        Assert.That(Assert.Throws<ArgumentException>(() => mixer.Mix(maps, labels))!.Message, Does.StartWith("images: shape [2,8,8]"));
        Assert.That(Assert.Throws<ArgumentException>(() => mixer.Mix(images, few))!.Message, Does.Contain("[1]"));
        Assert.That(Assert.Throws<ArgumentException>(() => mixer.Mix(images, labels, torch.int64))!.Message, Does.StartWith("outputs.Images: Int64"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new TorchMixer(new GuidedMixerOptions { BlurSize = 4 }))!.Message, Does.Contain("BlurSize"));
        Assert.That(Assert.Throws<ArgumentException>(() => mixer.Mix(new TorchInputs { Images = images }, new TorchOutputs { Images = images }))!.Message,
            Does.StartWith("outputs.Images: shares memory with images"));
    }

    [Test]
    public void Output_of_autograds_is_refused()
    {
        using torch.Tensor images = Tensors.Waves(2, 1, 8, 8), output = torch.empty_like(images);
        output.requires_grad = true;
        Assert.That(
            Assert.Throws<ArgumentException>(() => new TorchMixer().Mix(new TorchInputs { Images = images }, new TorchOutputs { Images = output }))!.Message,
            Does.StartWith("outputs.Images: requires a gradient"));
    }

    [Test]
    public void Strict_mode_names_the_image()
    {
        using torch.Tensor images = Tensors.Floats(new double[2 * 64], 2, 1, 8, 8), labels = Tensors.Longs(0, 1);
        var mixer = new TorchMixer(new GuidedMixerOptions { Strict = true }, 2);
        Assert.That(Assert.Throws<DegenerateImageException>(() => mixer.Mix(images, labels))!.Image, Is.Zero);
    }
}
