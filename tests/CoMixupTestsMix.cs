using System;
using System.Linq;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Co-Mixup through the mixer: images from their weights, whatever the type, layout and threads.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CoMixupTestsMix
{
    private static readonly GuidedMixerOptions Options = new()
    {
        Method = MixMethod.CoMixup,
        Saliency = Saliency.Supplied,
        Seed = 5,
        CoMixup = new CoMixupOptions { PartSize = 5 },
    };

    [Test]
    public void Mix_OfAnyTypeAndLayout_ShowsAsMuchOfEachImageAsItsWeightsSay(
        [Values(1, 2, 5, 6, 12)] int n,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] bool isChannelsLast,
        [Values] SolverMode mode)
    {
        using var batch = new SeededBatch(n, 3, 16, 24, type, isChannelsLast);
        // Each image one colour of its own, so that what is shown tells whose it is.
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int y = 0; y < 16; y++)
                {
                    for (int x = 0; x < 24; x++) Write(batch.Images.View, i, c, y, x, (c + 1) * (1 << i % 6) + (i >= 6 ? 1 : 0));
                }
            }
        }

        using HostTensor mixed = batch.AllocateImages(type), weights = HostTensor.Allocate(ElementType.Float32, n, n);
        using HostTensor soft = HostTensor.Allocate(ElementType.Float32, n, SeededBatch.Classes);
        GuidedMixerOptions options = Options with { CoMixup = Options.CoMixup with { Mode = mode } };
        new GuidedMixer(options).Mix(
            batch.Inputs(options), new MixOutputs { Images = mixed.View, Weights = weights.View, SoftLabels = soft.View });
        Span<float> w = weights.AsSpan<float>(), t = soft.AsSpan<float>();
        Span<long> labels = batch.Labels.AsSpan<long>();
        for (int i = 0; i < n; i++)
        {
            Assert.That(w.Slice(i * n, n).ToArray().Sum(), Is.EqualTo(1).Within(1e-6), $"weights of {i}");
            var expected = new double[SeededBatch.Classes];
            double mean = 0, colour = 0;
            for (int j = 0; j < n; j++)
            {
                if (j / 5 != i / 5) Assert.That(w[i * n + j], Is.Zero, $"{j} is in another part than {i}");
                expected[labels[j]] += w[i * n + j];
                colour += w[i * n + j] * ((1 << j % 6) + (j >= 6 ? 1 : 0));
            }

            for (int y = 0; y < 16; y++)
            {
                for (int x = 0; x < 24; x++) mean += Read(mixed.View, i, 0, y, x) / (16 * 24);
            }

            Assert.That(t.Slice(i * SeededBatch.Classes, SeededBatch.Classes).ToArray(), Is.EqualTo(expected).Within(1e-6), $"labels of {i}");
            // Halves of odd bytes are rounded, half to even.
            Assert.That(mean, Is.EqualTo(colour).Within(type == ElementType.UInt8 ? 0.5 : 0.02 * colour), $"colour of {i}");
        }
    }

    [Test]
    public void Mix_IsTheSameForAnyNumberOfThreads_AndAnotherForAnotherStep()
    {
        using var batch = new SeededBatch(23, 3, 32, 32);
        byte[] one = Mix(batch, Options, 1, 0), four = Mix(batch, Options, 4, 0);
        Assert.That(four, Is.EqualTo(one));
        Assert.That(Mix(batch, Options, 1, 1), Is.Not.EqualTo(one));
        Assert.That(Mix(batch, Options with { Seed = 6 }, 1, 0), Is.Not.EqualTo(one));
    }

    [Test]
    public void Mix_OfASubset_LeavesTheOthersAsTheyAre()
    {
        using var batch = new SeededBatch(9, 3, 16, 16);
        using HostTensor subset = HostTensor.Pin<byte>(new byte[] { 1, 0, 1, 1, 0, 1, 1, 1, 1 }, 9);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), weights = HostTensor.Allocate(ElementType.Float32, 9, 9);
        new GuidedMixer(Options).Mix(batch.Inputs(Options, subset: subset.View), new MixOutputs { Images = mixed.View, Weights = weights.View });
        foreach (int i in new[] { 1, 4 })
        {
            Assert.That(mixed.AsSpan<float>().Slice(i * 768, 768).ToArray(), Is.EqualTo(batch.Image(i).ToArray()), $"image {i}");
            Assert.That(weights.AsSpan<float>()[i * 10], Is.EqualTo(1), $"weight of {i}");
            for (int j = 0; j < 9; j++)
                if (j != i) Assert.That(weights.AsSpan<float>()[j * 9 + i], Is.Zero, $"{i} is in no other image");
        }
    }

    [Test]
    public void Mix_WithoutLuck_ChangesNothing()
    {
        using var batch = new SeededBatch(4, 3, 16, 16);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        GuidedMixerOptions options = Options with { Probability = 0 };
        Assert.That(new GuidedMixer(options).Mix(batch.Inputs(options), new MixOutputs { Images = mixed.View }).IsMixed, Is.False);
        Assert.That(mixed.AsSpan<float>().ToArray(), Is.EqualTo(batch.Images.AsSpan<float>().ToArray()));
    }

    [Test]
    public void Mix_OfMapsWithoutContent_IsFlaggedAndFinite([Values(0f, float.NaN, -1f)] float value)
    {
        using var batch = new SeededBatch(6, 3, 16, 16);
        batch.Saliency.AsSpan<float>()[..256].Fill(value);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), flags = HostTensor.Allocate(ElementType.Int32, 6);
        new GuidedMixer(Options).Mix(batch.Inputs(Options), new MixOutputs { Images = mixed.View, Flags = flags.View });
        Assert.That(flags.AsSpan<int>().ToArray(), Is.EqualTo(new[] { (int)ImageFlags.DegenerateMap, 0, 0, 0, 0, 0 }));
        Assert.That(mixed.AsSpan<float>().ToArray(), Has.All.Matches<float>(float.IsFinite));
        Assert.Throws<DegenerateImageException>(
            () => new GuidedMixer(Options with { Strict = true }).Mix(batch.Inputs(Options), new MixOutputs { Images = mixed.View }));
    }

    [Test]
    public void Mix_RefusesWhatItDoesNotHave()
    {
        using var batch = new SeededBatch(4, 3, 18, 16);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), ratio = HostTensor.Allocate(ElementType.Float32, 4);
        var outputs = new MixOutputs { Images = mixed.View };
        Assert.That(
            Assert.Throws<ArgumentException>(() => new GuidedMixer(Options).Mix(batch.Inputs(Options), outputs))!.Message, Does.Contain("multiples"));
        using var even = new SeededBatch(4, 3, 16, 16);
        using HostTensor target = even.AllocateImages(ElementType.Float32);
        Assert.That(
            Assert.Throws<ArgumentException>(
                () => new GuidedMixer(Options).Mix(even.Inputs(Options), new MixOutputs { Images = target.View, Ratio = ratio.View }))!.ParamName,
            Is.EqualTo("outputs.Ratio"));
        GuidedMixerOptions other = Options with { Method = MixMethod.GuidedMixup };
        using HostTensor weights = HostTensor.Allocate(ElementType.Float32, 4, 4);
        Assert.That(
            Assert.Throws<ArgumentException>(
                () => new GuidedMixer(other).Mix(even.Inputs(other), new MixOutputs { Images = target.View, Weights = weights.View }))!.ParamName,
            Is.EqualTo("outputs.Weights"));
    }

    private static byte[] Mix(SeededBatch batch, GuidedMixerOptions options, int threads, ulong step)
    {
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        new GuidedMixer(options).Mix(batch.Inputs(options, step), new MixOutputs { Images = mixed.View }, new Execution(Threads: threads));
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(mixed.AsSpan<float>()).ToArray();
    }

    private static unsafe byte* Address(in TensorView view, int n, int c, int y, int x)
    {
        ReadOnlySpan<long> strides = view.Strides;
        long at = (n * strides[0]) + (c * strides[1]) + (y * strides[2]) + (x * strides[3]);
        return (byte*)view.Data + (at * Size(view.Type));
    }

    private static int Size(ElementType type) => type switch { ElementType.Float32 => 4, ElementType.UInt8 => 1, _ => 2 };

    private static unsafe double Read(in TensorView view, int n, int c, int y, int x) => ElementBits.Read(Address(view, n, c, y, x), view.Type);

    private static unsafe void Write(in TensorView view, int n, int c, int y, int x, double value) =>
        ElementBits.Write(Address(view, n, c, y, x), view.Type, value);
}
