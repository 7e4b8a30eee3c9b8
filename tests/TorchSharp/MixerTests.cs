using System;
using System.Linq;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The typed layer: torch.Tensor in and out.</summary>
public sealed class MixerTests : TorchFixture
{
    [Test]
    public void Golden_images_and_labels_give_the_released_answer()
    {
        GoldenCase golden = GoldenCase.All.First(c => c.Kind == "sr" && c.Has("mixed_targets") && c.Has("targets"));
        int classes = golden.Values("mixed_targets").Length / golden.N;
        using torch.Tensor images = Tensors.Of(GoldenTests.Images(golden));
        using torch.Tensor labels = Tensors.Longs([.. golden.Values("targets").Select(t => (long)t)]);
        var mixer = new TorchMixer(classes: classes);
        (torch.Tensor mixed, torch.Tensor targets) = mixer.Mix(images, labels);
        using (mixed)
        using (targets)
        {
            Tolerance.Absolute(
                Tensors.Values(mixed, golden.N, golden.C, golden.H, golden.W), golden.Values("mixed"), Tolerance.Mixed, "typed: mixed", $"{golden}");
            Tolerance.Absolute(
                Tensors.Values(targets, golden.N, classes), golden.Values("mixed_targets"), Tolerance.Ratio, "typed: soft labels", $"{golden}");
        }
    }

    [Test]
    public void Golden_network_by_images_grad_gives_the_released_answer()
    {
        GoldenCase golden = GoldenCase.All.Single(c => c.Name == "ap_convnet_8x32x32");
        var answer = new GoldenAnswer(golden);
        using var network = new ConvNet(golden);
        using torch.Tensor images = Tensors.Of(GoldenTests.Images(golden)), mixed = torch.empty_like(images);
        using torch.Tensor partners = torch.empty(golden.N, torch.int64), mask = torch.empty([golden.N, golden.H, golden.W]), ratio = torch.empty(golden.N);
        images.requires_grad = true;
        network.Backward(images.Handle);
        var mixer = new TorchMixer(new GuidedMixerOptions { Saliency = Saliency.Gradient });
        bool isMixed = mixer.Mix(
            new TorchInputs { Images = images }, new TorchOutputs { Images = mixed, Partners = partners, Mask = mask, Ratio = ratio });
        Assert.That(isMixed, Is.True);
        Assert.That(Array.ConvertAll(Tensors.Values(partners, golden.N), p => (int)p), Is.EqualTo(answer.Partners));
        Tolerance.Absolute(Tensors.Values(mask, golden.N, golden.H, golden.W), answer.Mask, Tolerance.Mask, "typed AP: mask", $"{golden}");
        Tolerance.Absolute(Tensors.Values(ratio, golden.N), answer.Ratio, Tolerance.Ratio, "typed AP: ratio", $"{golden}");
        Tolerance.Absolute(Tensors.Values(mixed, golden.N, golden.C, golden.H, golden.W), answer.Mixed, Tolerance.Mixed, "typed AP: mixed", $"{golden}");
        Assert.That(mixed.requires_grad, Is.False, "the mix is a constant to autograd.");
    }

    [Test]
    public void Gradient_may_be_given_instead()
    {
        using torch.Tensor images = Tensors.Waves(4, 3, 8, 8), gradient = Tensors.Waves(4, 3, 8, 8), own = torch.empty_like(images), given = torch.empty_like(images);
        images.grad = gradient;
        var mixer = new TorchMixer(new GuidedMixerOptions { Saliency = Saliency.Gradient });
        mixer.Mix(new TorchInputs { Images = images }, new TorchOutputs { Images = own });
        images.grad = null;
        mixer.Mix(new TorchInputs { Images = images, Gradient = gradient }, new TorchOutputs { Images = given });
        Assert.That(Tensors.Values(given, 4, 3, 8, 8), Is.EqualTo(Tensors.Values(own, 4, 3, 8, 8)));
        Assert.That(
            Assert.Throws<ArgumentException>(() => mixer.Mix(new TorchInputs { Images = images }, new TorchOutputs { Images = own }))!.Message,
            Does.StartWith("images: has no gradient"));
    }

    [Test]
    public void Every_input_and_output_is_forwarded()
    {
        const int N = 5, C = 3, H = 8, W = 12, K = 4;
        using torch.Tensor images = Tensors.Waves(N, C, H, W), labels = Tensors.Longs(0, 1, 2, 3, 0), saliency = Tensors.Floats(Positive(N * H * W), N, H, W);
        using torch.Tensor partners = Tensors.Longs(1, 2, 3, 4, 0), steps = Tensors.Longs(9), subset = torch.empty(N, torch.uint8);
        using torch.Tensor mixed = torch.empty_like(images), soft = torch.empty([N, K]), a = torch.empty(N, torch.int64), b = torch.empty(N, torch.int64);
        using torch.Tensor ratio = torch.empty(N), pairing = torch.empty(N, torch.int32), mask = torch.empty([N, H, W]), maps = torch.empty([N, H, W]);
        using torch.Tensor normalised = torch.empty([N, H, W]), distance = torch.empty([N, N]), flags = torch.empty(N, torch.int32);
        Fill(subset, 1);
        var mixer = new TorchMixer(new GuidedMixerOptions { Saliency = Saliency.Supplied });
        var inputs = new TorchInputs { Images = images, Labels = labels, Saliency = saliency, Partners = partners, Subset = subset, StepBuffer = steps };
        var outputs = new TorchOutputs
        {
            Images = mixed,
            SoftLabels = soft,
            LabelsA = a,
            LabelsB = b,
            Ratio = ratio,
            Partners = pairing,
            Mask = mask,
            Saliency = maps,
            Normalised = normalised,
            Distance = distance,
            Flags = flags,
        };
        Assert.That(mixer.Mix(inputs, outputs, threads: 1), Is.True);
        Assert.That(Tensors.Values(pairing, N), Is.EqualTo(new double[] { 1, 2, 3, 4, 0 }), "the partners that were handed in.");
        Assert.That(Tensors.Values(a, N), Is.EqualTo(new double[] { 0, 1, 2, 3, 0 }));
        Assert.That(Tensors.Values(b, N), Is.EqualTo(new double[] { 1, 2, 3, 0, 0 }));
        Assert.That(Tensors.Values(maps, N, H, W), Is.EqualTo(Tensors.Values(saliency, N, H, W)));
        Assert.That(Tensors.Values(flags, N), Is.All.Zero);
        double[] lambda = Tensors.Values(ratio, N), rows = Tensors.Values(soft, N, K), m = Tensors.Values(mask, N, H, W), sums = Tensors.Values(normalised, N, H, W);
        for (int i = 0; i < N; i++)
        {
            Assert.That(m.Skip(i * H * W).Take(H * W).Average(), Is.EqualTo(lambda[i]).Within(1e-5));
            Assert.That(sums.Skip(i * H * W).Take(H * W).Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(rows.Skip(i * K).Take(K).Sum(), Is.EqualTo(1).Within(1e-6));
        }

        Assert.That(Tensors.Values(distance, N, N)[1], Is.GreaterThan(0));
        Fill(subset, 0);
        mixer.Mix(inputs, outputs);
        Assert.That(Tensors.Values(mixed, N, C, H, W), Is.EqualTo(Tensors.Values(images, N, C, H, W)), "nobody in the subset: nothing is mixed.");
    }

    [Test]
    public void Memory_format_and_types_of_the_images_are_kept_and_uint8_may_be_normalised()
    {
        using Handle waves = Handle.Floats([.. Enumerable.Range(0, 4 * 3 * 64).Select(i => (double)(i % 251))], 4, 3, 8, 8), bytes = waves.To(Handle.UInt8);
        using torch.Tensor images = Tensors.Of(bytes.ChannelsLast()), labels = Tensors.Longs(0, 1, 2, 3);
        var mixer = new TorchMixer(classes: 4);
        (torch.Tensor same, torch.Tensor targets) = mixer.Mix(images, labels);
        (torch.Tensor floats, torch.Tensor others) = mixer.Mix(images, labels, torch.float32);
        using (same)
        using (targets)
        using (floats)
        using (others)
        {
            Assert.That((same.dtype, floats.dtype, targets.dtype), Is.EqualTo((torch.uint8, torch.float32, torch.float32)));
            Assert.That(Shim.THSTensor_stride(same.Handle, 1), Is.EqualTo(1), "channels_last stays so.");
            Assert.That(Shim.THSTensor_stride(floats.Handle, 1), Is.EqualTo(1));
            double[] scaled = [.. Tensors.Values(floats, 4, 3, 8, 8).Select(v => Math.Round(v * 255))];
            Assert.That(scaled.Zip(Tensors.Values(same, 4, 3, 8, 8), (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1));
        }
    }

    [Test]
    public void Label_rows_bring_their_own_number_of_classes()
    {
        using torch.Tensor images = Tensors.Waves(3, 1, 8, 8), labels = Tensors.Floats([1, 0, 0, 1, 0.5, 0.5], 3, 2);
        (torch.Tensor mixed, torch.Tensor targets) = new TorchMixer().Mix(images, labels);
        using (mixed)
        using (targets)
            Assert.That(Tensors.Values(targets, 3, 2).Sum(), Is.EqualTo(3).Within(1e-6));
    }

    [Test]
    public void Steps_count_up_and_are_saved_and_restored()
    {
        using torch.Tensor images = Tensors.Waves(6, 1, 8, 8), labels = Tensors.Longs(0, 1, 2, 3, 4, 5);
        var options = new GuidedMixerOptions { Seed = 3, Pairing = Pairing.Random };
        var mixer = new TorchMixer(options, 6);
        double[] Next(TorchMixer from)
        {
            (torch.Tensor mixed, torch.Tensor targets) = from.Mix(images, labels);
            double[] values = Tensors.Values(targets, 6, 6);
            mixed.Dispose();
            targets.Dispose();
            return values;
        }

        double[] first = Next(mixer), second = Next(mixer);
        Assert.That(mixer.Step, Is.EqualTo(2));
        Assert.That(second, Is.Not.EqualTo(first), "another step, other partners.");
        var restored = new TorchMixer(options, 6) { Step = 1 };
        Assert.That(Next(restored), Is.EqualTo(second));
    }

    private static double[] Positive(int count) => [.. Enumerable.Range(0, count).Select(i => 1 + Math.Sin(i * 0.9))];

    private static unsafe void Fill(torch.Tensor tensor, byte value) => new Span<byte>(Shim.THSTensor_data(tensor.Handle), 5).Fill(value);
}
