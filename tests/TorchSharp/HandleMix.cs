using System;
using System.Linq;
using GuidedMixup.LibTorch;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>One call of a mixer on handles, into tensors that torch made.</summary>
internal sealed class HandleMix : IDisposable
{
    /// <summary>Mixes; <paramref name="gradientOf"/> is the tensor whose .grad is the saliency's source, where there is one.</summary>
    internal HandleMix(TorchLibrary torch, GuidedMixerOptions options, Handle images, Handle? gradientOf = null, Handle? output = null, int threads = 0)
    {
        long n = images.Shape[0], h = images.Shape[2], w = images.Shape[3];
        Images = output ?? Handle.Empty(images.Type, images.Shape);
        Normalised = Handle.Empty(Handle.Float32, n, h, w);
        Distance = Handle.Empty(Handle.Float32, n, n);
        Mask = Handle.Empty(Handle.Float32, n, h, w);
        Ratio = Handle.Empty(Handle.Float32, n);
        Partners = Handle.Empty(Handle.Int64, n);
        using TorchLease x = torch.Borrow(images, "images");
        using TorchLease gradient = gradientOf == null ? default : torch.BorrowGradient(gradientOf, "images");
        using TorchLease mixed = torch.BorrowOutput(Images), normalised = torch.BorrowOutput(Normalised), distance = torch.BorrowOutput(Distance);
        using TorchLease mask = torch.BorrowOutput(Mask), ratio = torch.BorrowOutput(Ratio), partners = torch.BorrowOutput(Partners);
        var outputs = new MixOutputs
        {
            Images = mixed.View,
            Normalised = normalised.View,
            Distance = distance.View,
            Mask = mask.View,
            Ratio = ratio.View,
            Partners = partners.View,
        };
        new GuidedMixer(options).Mix(new MixInputs { Images = x.View, Gradient = gradient.View }, outputs, new Execution(Threads: threads));
    }

    internal Handle Images { get; }

    internal Handle Normalised { get; }

    internal Handle Distance { get; }

    internal Handle Mask { get; }

    internal Handle Ratio { get; }

    internal Handle Partners { get; }

    /// <summary>All outputs in a row.</summary>
    internal double[] Digest => [.. new[] { Images, Normalised, Distance, Mask, Ratio, Partners }.SelectMany(handle => handle.ToDoubles())];

    internal void AssertIs(GoldenCase golden, string what)
    {
        var answer = new GoldenAnswer(golden);
        NUnit.Framework.Assert.That(
            Array.ConvertAll(Partners.ToDoubles(), p => (int)p), NUnit.Framework.Is.EqualTo(answer.Partners), $"{what}: partners of {golden}");
        Tolerance.OfMaximum(Normalised.ToDoubles(), answer.Normalised, golden.N, Tolerance.Map, $"{what}: normalised", $"{golden}");
        Tolerance.Relative(Distance.ToDoubles(), answer.Distance, Tolerance.ChainedDistance, $"{what}: distance", $"{golden}");
        Tolerance.Absolute(Mask.ToDoubles(), answer.Mask, Tolerance.Mask, $"{what}: mask", $"{golden}");
        Tolerance.Absolute(Ratio.ToDoubles(), answer.Ratio, Tolerance.Ratio, $"{what}: ratio", $"{golden}");
        Tolerance.Absolute(Images.ToDoubles(), answer.Mixed, Tolerance.Mixed, $"{what}: mixed", $"{golden}");
    }

    public void Dispose()
    {
        foreach (Handle handle in (ReadOnlySpan<Handle>)[Images, Normalised, Distance, Mask, Ratio, Partners]) handle.Dispose();
    }
}
