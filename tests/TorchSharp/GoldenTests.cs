using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The released program's answers, from tensors of real libtorch by their handles.</summary>
public sealed class GoldenTests : TorchFixture
{
    public static IEnumerable<TestCaseData> Batches =>
        Tests.GoldenTests.Batches("").Where(data => data.Arguments[0] is GoldenCase { IsGradient: false });

    [TestCaseSource(nameof(Batches))]
    public void Contiguous_images_give_the_released_answer(GoldenCase golden)
    {
        using Handle images = Images(golden);
        using var mix = new HandleMix(Torch, new GuidedMixerOptions(), images);
        mix.AssertIs(golden, "handles");
    }

    [TestCaseSource(nameof(Batches))]
    public void Channels_last_and_offset_views_give_the_same_bits(GoldenCase golden)
    {
        using Handle images = Images(golden);
        using var plain = new HandleMix(Torch, new GuidedMixerOptions(), images);
        using Handle last = images.ChannelsLast();
        using (var mix = new HandleMix(Torch, new GuidedMixerOptions(), last, output: last.EmptyLike()))
            Assert.That(mix.Digest, Is.EqualTo(plain.Digest), "channels_last");

        // The batch in the middle of a larger tensor: one image before it, a channel before and after, a row and columns beside.
        using Handle large = Handle.Floats(
            Around(golden), golden.N + 1, golden.C + 2, golden.H + 1, golden.W + 5);
        using Handle a = large.Narrow(0, 1, golden.N), b = a.Narrow(1, 1, golden.C), c = b.Narrow(2, 1, golden.H), view = c.Narrow(3, 3, golden.W);
        using (var mix = new HandleMix(Torch, new GuidedMixerOptions(), view)) Assert.That(mix.Digest, Is.EqualTo(plain.Digest), "offset view");
    }

    internal static Handle Images(GoldenCase golden) => Handle.Floats(golden.Values("input"), [.. golden.Shape.Select(size => (long)size)]);

    private static double[] Around(GoldenCase golden)
    {
        int channels = golden.C + 2, rows = golden.H + 1, columns = golden.W + 5;
        var large = new double[(golden.N + 1) * channels * rows * columns];
        Array.Fill(large, double.NaN);
        double[] images = golden.Values("input");
        for (int i = 0; i < images.Length; i++)
        {
            int x = i % golden.W, y = i / golden.W % golden.H, c = i / (golden.W * golden.H) % golden.C, n = i / (golden.W * golden.H * golden.C);
            large[(((((n + 1) * channels) + c + 1) * rows) + y + 1) * columns + x + 3] = images[i];
        }

        return large;
    }
}
