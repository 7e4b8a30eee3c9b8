using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Whole batches on the device beside the CPU backend: the same partners, labels and flags, the same numbers to rounding.</summary>
[TestFixture]
public sealed class CudaMixTests : CudaFixture
{
    private static readonly GuidedMixerOptions Residual = new();

    protected override bool NeedsEmulation => false;

    public static IEnumerable<TestCaseData> Cases
    {
        get
        {
            foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8])
            {
                foreach (bool isChannelsLast in (bool[])[false, true])
                {
                    yield return Case(Residual, 5, 3, 33, 47, type, isChannelsLast);
                    yield return Case(Residual, 7, 3, 32, 32, type, isChannelsLast);
                }
            }

            yield return Case(Residual, 3, 1, 64, 64);
            yield return Case(Residual, 2, 3, 128, 128);
            yield return Case(Residual, 3, 3, 150, 140);
            yield return Case(Residual, 1, 3, 32, 32);
            yield return Case(Residual, 2, 3, 32, 32);
            yield return Case(Residual with { Antialias = true }, 2, 3, 150, 140, ElementType.UInt8, true);
            yield return Case(Residual with { Saliency = Saliency.Gradient }, 6, 3, 33, 47);
            yield return Case(Residual with { Saliency = Saliency.Gradient, Distance = DistanceMetric.Cosine }, 6, 3, 16, 17, ElementType.Float16, true);
            yield return Case(Residual with { Saliency = Saliency.Supplied, Distance = DistanceMetric.L1 }, 6, 3, 9, 70, ElementType.BFloat16);
            yield return Case(Residual with { Saliency = Saliency.Supplied, BlurSize = 3, BlurSigma = 0.8 }, 70, 3, 9, 12);
            yield return Case(Residual with { Pairing = Pairing.Random, Seed = 7 }, 5, 3, 24, 20, ElementType.UInt8, false, ElementType.Float32);
            yield return Case(Residual with { Pairing = Pairing.Random, Seed = 9 }, 70, 1, 8, 8);
            foreach (MixMethod method in (MixMethod[])[MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix, MixMethod.SnapMix])
            {
                GuidedMixerOptions drawn = Residual with { Method = method, Seed = 5, Alpha = 0.5 };
                yield return Case(drawn, 5, 3, 33, 47);
                yield return Case(drawn with { DrawMode = DrawMode.Pair }, 70, 3, 9, 12, ElementType.UInt8, true, ElementType.Float16);
                yield return Case(drawn with { DrawMode = DrawMode.Image, Pairing = Pairing.Greedy }, 6, 3, 16, 17, ElementType.BFloat16);
                yield return Case(drawn with { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image }, 9, 1, 16, 16);
                yield return Case(drawn with { Probability = 0 }, 3, 1, 16, 16);
            }

            yield return Case(Residual with { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, Seed = 3 }, 9, 3, 32, 32);
            yield return Case(Residual with { Probability = 0.5, Seed = 3 }, 4, 3, 32, 32);
            yield return Case(Residual with { Probability = 0, Seed = 3 }, 4, 3, 32, 32);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Batch_is_the_CPU_backends(
        GuidedMixerOptions options, int n, int c, int h, int w, ElementType type, bool isChannelsLast, ElementType outputType)
    {
        using var batch = new SeededBatch(n, c, h, w, type, isChannelsLast);
        var mixer = new GuidedMixer(options);
        for (ulong step = 0; step < 2; step++)
            AssertAlike(DeviceMix.Run(mixer, batch, step, outputType: outputType), MixRecord.Run(mixer, batch, 1, step, outputType: outputType), outputType);
    }

    [TestCase(ElementType.Int32)]
    [TestCase(ElementType.Int64)]
    public void Supplied_partners_and_a_subset_are_the_CPU_backends(ElementType type)
    {
        using var batch = new SeededBatch(6, 3, 17, 20);
        using HostTensor partners = HostTensor.Allocate(type, 6), subset = HostTensor.Allocate(ElementType.UInt8, 6);
        int[] given = [3, 3, 0, 5, 4, 1];
        for (int i = 0; i < 6; i++)
        {
            if (type == ElementType.Int32) partners.AsSpan<int>()[i] = given[i];
            else partners.AsSpan<long>()[i] = given[i];
            subset.AsSpan<byte>()[i] = (byte)(i == 2 ? 0 : 1);
        }

        foreach (Saliency saliency in Enum.GetValues<Saliency>())
        {
            var mixer = new GuidedMixer(Residual with { Saliency = saliency });
            AssertAlike(
                DeviceMix.Run(mixer, batch, 0, partners.View, subset.View), MixRecord.Run(mixer, batch, 1, 0, partners.View, subset.View),
                ElementType.Float32);
            AssertAlike(
                DeviceMix.Run(mixer, batch, 0, default, subset.View), MixRecord.Run(mixer, batch, 1, 0, default, subset.View), ElementType.Float32);
        }
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(0f)]
    public void Degenerate_images_are_flagged_as_on_the_CPU(float value)
    {
        using var batch = new SeededBatch(5, 3, 32, 32);
        if (value == 0) batch.Image(2).Clear();
        else batch.Image(2)[77] = value;
        var mixer = new GuidedMixer();
        MixRecord device = DeviceMix.Run(mixer, batch), host = MixRecord.Run(mixer, batch);
        Assert.That(device.Flags[2] & (int)ImageFlags.DegenerateMap, Is.Not.Zero);
        AssertAlike(device, host, ElementType.Float32);
    }

    [Test]
    public void Bad_labels_and_partners_on_the_device_are_flagged_and_left_alone()
    {
        using var batch = new SeededBatch(4, 3, 16, 16);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int64, 4);
        long[] given = [1, 4, -1, 0];
        given.CopyTo(partners.AsSpan<long>());
        batch.Labels.AsSpan<long>()[3] = SeededBatch.Classes;
        MixRecord record = DeviceMix.Run(new GuidedMixer(), batch, 0, partners.View);
        Assert.That(record.Partners, Is.EqualTo(new[] { 1, 1, 2, 0 }));
        ImageFlags[] bad = [.. record.Flags.Select(f => (ImageFlags)f & (ImageFlags.InvalidPartner | ImageFlags.InvalidLabel))];
        Assert.That(bad, Is.EqualTo(new[] { ImageFlags.None, ImageFlags.InvalidPartner, ImageFlags.InvalidPartner, ImageFlags.InvalidLabel }));
        ReadOnlySpan<float> untouched = batch.Image(1);
        Assert.That(record.Floats.Slice(untouched.Length, untouched.Length).SequenceEqual(untouched), Is.True, "image 1 stays as it is.");
    }

    private static void AssertAlike(MixRecord device, MixRecord host, ElementType type)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(device.IsMixed, Is.EqualTo(host.IsMixed));
            Assert.That(device.Partners, Is.EqualTo(host.Partners));
            Assert.That(device.LabelsA, Is.EqualTo(host.LabelsA));
            Assert.That(device.LabelsB, Is.EqualTo(host.LabelsB));
            Assert.That(device.Flags, Is.EqualTo(host.Flags));
            int n = host.Flags.Length;
            Assert.That(device.Boxes, Is.EqualTo(host.Boxes));
            if (!Poisoned(host.Saliency)) AssertMaps(device.Saliency, host.Saliency, n, "saliency");
            if (!Poisoned(host.Normalised)) AssertMaps(device.Normalised, host.Normalised, n, "normalised");
            AssertNear(device.Mask, host.Mask, 1e-4f, "mask");
            AssertNear(device.Ratio, host.Ratio, 5e-6f, "ratio");
            AssertNear(device.PartnerRatio, host.PartnerRatio, 5e-6f, "partner ratio");
            AssertNear(device.Soft, host.Soft, 5e-6f, "soft labels");
            AssertPixels(device.Images, host.Images, type);
        }
    }

    private static bool Poisoned(float[] values) => BitConverter.SingleToInt32Bits(values[0]) == -1;

    private static void AssertMaps(float[] device, float[] host, int n, string what)
    {
        int pixels = host.Length / n;
        for (int i = 0; i < n; i++)
        {
            float[] own = host[(i * pixels)..((i + 1) * pixels)];
            AssertNear(device[(i * pixels)..((i + 1) * pixels)], own, 5e-5f * own.Max(), $"{what} of image {i}");
        }
    }

    private static void AssertNear(float[] device, float[] host, float bound, string what)
    {
        for (int i = 0; i < host.Length; i++)
        {
            bool isAlike = device[i].Equals(host[i]) || Math.Abs(device[i] - host[i]) <= bound;
            if (!isAlike) Assert.Fail($"{what}: [{i}] is {device[i]} where {host[i]} ± {bound} is expected.");
            if (!isAlike) return;
        }
    }

    private static void AssertPixels(byte[] device, byte[] host, ElementType type)
    {
        float bound = type switch { ElementType.UInt8 => 1, ElementType.BFloat16 => 0.02f, ElementType.Float16 => 0.003f, _ => 2e-4f };
        AssertNear(Floats(device, type), Floats(host, type), bound, "mixed");
    }

    private static float[] Floats(byte[] bytes, ElementType type)
    {
        int size = type.Size();
        return [.. Enumerable.Range(0, bytes.Length / size).Select(i => type switch
        {
            ElementType.UInt8 => bytes[i],
            ElementType.Float16 => (float)BitConverter.ToHalf(bytes, i * 2),
            ElementType.BFloat16 => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(bytes, i * 2) << 16),
            _ => BitConverter.ToSingle(bytes, i * 4),
        })];
    }

    private static TestCaseData Case(
        GuidedMixerOptions options,
        int n,
        int c,
        int h,
        int w,
        ElementType type = ElementType.Float32,
        bool isChannelsLast = false,
        ElementType? outputType = null) =>
        new TestCaseData(options, n, c, h, w, type, isChannelsLast, outputType ?? type).SetArgDisplayNames(
            $"{options.Method} {options.DrawMode} {options.Saliency} {options.Distance} {options.Pairing} p={options.Probability} {options.ProbabilityMode}", $"{n}x{c}x{h}x{w}",
            $"{type}", isChannelsLast ? "NHWC" : "NCHW", options.Antialias ? "antialias" : "", $"{options.BlurSize}");
}
