using System;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The other methods through the typed layer give the managed call's answers.</summary>
public sealed class MethodTests : TorchFixture
{
    private const int N = 5, C = 3, H = 16, W = 12, K = 4, F = 6;

    [TestCase(MixMethod.Mixup)]
    [TestCase(MixMethod.CutMix)]
    [TestCase(MixMethod.SaliencyMix)]
    [TestCase(MixMethod.PuzzleMix)]
    [TestCase(MixMethod.CoMixup)]
    public void Method_is_an_option(MixMethod method)
    {
        using torch.Tensor images = Tensors.Waves(N, C, H, W), labels = Tensors.Longs(0, 1, 2, 3, 0);
        var options = new GuidedMixerOptions { Method = method, Seed = 4 };
        (torch.Tensor mixed, torch.Tensor targets) = new TorchMixer(options, K).Mix(images, labels);
        using (mixed)
        using (targets)
        {
            (double[] expectedImages, double[] expectedTargets) = Managed(options, default);
            Assert.That(Tensors.Values(mixed, N, C, H, W), Is.EqualTo(expectedImages));
            Assert.That(Tensors.Values(targets, N, K), Is.EqualTo(expectedTargets));
        }
    }

    [Test]
    public void SnapMix_takes_features_and_weights_gives_boxes_and_replays_them()
    {
        using torch.Tensor images = Tensors.Waves(N, C, H, W), labels = Tensors.Longs(0, 1, 2, 3, 0);
        using torch.Tensor features = Tensors.Waves(N, F, 4, 3), weights = Tensors.Waves(K, F);
        using torch.Tensor mixed = torch.empty_like(images), soft = torch.empty([N, K]), own = torch.empty(N), other = torch.empty(N);
        using torch.Tensor boxes = torch.empty([N, 4], torch.int32), patches = torch.empty([N, 4], torch.int32), partners = torch.empty(N, torch.int64);
        var options = new GuidedMixerOptions { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image, Seed = 4 };
        var mixer = new TorchMixer(options, K);
        var inputs = new TorchInputs { Images = images, Labels = labels, Features = features, ClassWeights = weights };
        mixer.Mix(
            inputs,
            new TorchOutputs
            {
                Images = mixed,
                SoftLabels = soft,
                Ratio = own,
                PartnerRatio = other,
                Boxes = boxes,
                PartnerBoxes = patches,
                Partners = partners,
            });
        using HostTensor hostFeatures = Floats(Tensors.Values(features, N, F, 4, 3), N, F, 4, 3), hostWeights = Floats(Tensors.Values(weights, K, F), K, F);
        (double[] expectedImages, double[] expectedTargets) = Managed(
            options, new MixInputs { Features = hostFeatures.View, ClassWeights = hostWeights.View });
        Assert.That(Tensors.Values(mixed, N, C, H, W), Is.EqualTo(expectedImages));
        Assert.That(Tensors.Values(soft, N, K), Is.EqualTo(expectedTargets));
        double[] a = Tensors.Values(own, N), b = Tensors.Values(other, N), rows = Tensors.Values(soft, N, K);
        for (int i = 0; i < N; i++)
        {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += rows[(i * K) + k];
            Assert.That(sum, Is.EqualTo(a[i] + b[i]).Within(1e-6));
        }

        using torch.Tensor replayed = torch.empty_like(images);
        mixer.Mix(inputs with { Partners = partners, Boxes = boxes, PartnerBoxes = patches, Step = 9 }, new TorchOutputs { Images = replayed });
        Assert.That(Tensors.Values(replayed, N, C, H, W), Is.EqualTo(expectedImages));
    }

    [Test]
    public void Ratios_are_replayed_and_Co_Mixup_gives_weights()
    {
        using torch.Tensor images = Tensors.Waves(N, C, H, W), mixed = torch.empty_like(images), weights = torch.empty([N, N]);
        using torch.Tensor ratios = Tensors.Floats([0.125, 0.25, 0.5, 0.75, 1], N), ratio = torch.empty(N), partners = Tensors.Longs(1, 2, 3, 4, 0);
        new TorchMixer(new GuidedMixerOptions { Method = MixMethod.Mixup, DrawMode = DrawMode.Image }).Mix(
            new TorchInputs { Images = images, Partners = partners, Ratios = ratios }, new TorchOutputs { Images = mixed, Ratio = ratio });
        Assert.That(Tensors.Values(ratio, N), Is.EqualTo(new[] { 0.125, 0.25, 0.5, 0.75, 1 }));
        new TorchMixer(new GuidedMixerOptions { Method = MixMethod.CoMixup }).Mix(
            new TorchInputs { Images = images }, new TorchOutputs { Images = mixed, Weights = weights });
        double[] rows = Tensors.Values(weights, N, N);
        for (int i = 0; i < N; i++)
        {
            double sum = 0;
            for (int j = 0; j < N; j++) sum += rows[(i * N) + j];
            Assert.That(sum, Is.EqualTo(1).Within(1e-6));
        }
    }

    private static (double[] Images, double[] Targets) Managed(GuidedMixerOptions options, in MixInputs given)
    {
        using torch.Tensor waves = Tensors.Waves(N, C, H, W);
        using HostTensor images = Floats(Tensors.Values(waves, N, C, H, W), N, C, H, W), labels = HostTensor.Allocate(ElementType.Int64, N);
        using HostTensor mixed = HostTensor.Allocate(ElementType.Float32, N, C, H, W), soft = HostTensor.Allocate(ElementType.Float32, N, K);
        new long[] { 0, 1, 2, 3, 0 }.CopyTo(labels.AsSpan<long>());
        new GuidedMixer(options).Mix(
            given with { Images = images.View, Labels = labels.View }, new MixOutputs { Images = mixed.View, SoftLabels = soft.View });
        return (Doubles(mixed), Doubles(soft));
    }

    private static HostTensor Floats(double[] values, params ReadOnlySpan<long> shape)
    {
        HostTensor tensor = HostTensor.Allocate(ElementType.Float32, shape);
        for (int i = 0; i < values.Length; i++) tensor.AsSpan<float>()[i] = (float)values[i];
        return tensor;
    }

    private static double[] Doubles(HostTensor tensor) => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), value => (double)value);
}
