using System;

namespace GuidedMixup.Tests.Contract;

/// <summary>One seeded batch with everything a mixer may ask for: images, gradient, maps and labels.</summary>
public sealed class SeededBatch : IDisposable
{
    internal const int Classes = 10;

    internal SeededBatch(
        int n, int c, int h, int w, ElementType type = ElementType.Float32, bool isChannelsLast = false, int seed = 1)
    {
        (N, C, H, W, Type, IsChannelsLast) = (n, c, h, w, type, isChannelsLast);
        var random = new Random(seed);
        Images = AllocateImages(type);
        FillImages(Images, random);
        Gradient = HostTensor.Allocate(ElementType.Float32, n, c, h, w);
        Fill(Gradient.AsSpan<float>(), random, -1, 1);
        Saliency = HostTensor.Allocate(ElementType.Float32, n, h, w);
        Fill(Saliency.AsSpan<float>(), random, 0, 1);
        Labels = HostTensor.Allocate(ElementType.Int64, n);
        foreach (ref long label in Labels.AsSpan<long>()) label = random.Next(Classes);
        Features = HostTensor.Allocate(ElementType.Float32, n, 35, 4, 4);
        Fill(Features.AsSpan<float>(), random, -1, 3);
        ClassWeights = HostTensor.Allocate(ElementType.Float32, Classes, 35);
        Fill(ClassWeights.AsSpan<float>(), random, -1, 1);
    }

    internal int N { get; }

    internal int C { get; }

    internal int H { get; }

    internal int W { get; }

    internal ElementType Type { get; }

    internal bool IsChannelsLast { get; }

    internal HostTensor Images { get; }

    internal HostTensor Gradient { get; }

    internal HostTensor Saliency { get; }

    internal HostTensor Labels { get; }

    internal HostTensor Features { get; }

    internal HostTensor ClassWeights { get; }

    /// <summary>The floats of one float32 NCHW image.</summary>
    internal Span<float> Image(int i) => Images.AsSpan<float>().Slice(i * C * H * W, C * H * W);

    /// <summary>Memory of the images' shape and layout.</summary>
    internal HostTensor AllocateImages(ElementType type) =>
        IsChannelsLast ? HostTensor.AllocateChannelsLast(type, N, C, H, W) : HostTensor.Allocate(type, N, C, H, W);

    /// <summary>What a mixer with these options is handed.</summary>
    internal MixInputs Inputs(GuidedMixerOptions options, ulong step = 0, TensorView partners = default, TensorView subset = default) => new()
    {
        Images = Images.View,
        Labels = Labels.View,
        Gradient = options.Saliency == GuidedMixup.Saliency.Gradient ? Gradient.View : default,
        Saliency = options.Saliency == GuidedMixup.Saliency.Supplied ? Saliency.View : default,
        Partners = partners,
        Subset = subset,
        Features = options.Method == MixMethod.SnapMix ? Features.View : default,
        ClassWeights = options.Method == MixMethod.SnapMix ? ClassWeights.View : default,
        Step = step,
    };

    public void Dispose()
    {
        Images.Dispose();
        Gradient.Dispose();
        Saliency.Dispose();
        Labels.Dispose();
        Features.Dispose();
        ClassWeights.Dispose();
    }

    private static void Fill(Span<float> values, Random random, float low, float high)
    {
        foreach (ref float value in values) value = low + (high - low) * random.NextSingle();
    }

    private static void FillImages(HostTensor images, Random random)
    {
        switch (images.View.Type)
        {
            case ElementType.Float32:
                Fill(images.AsSpan<float>(), random, -2, 2);
                break;
            case ElementType.Float16:
                foreach (ref Half value in images.AsSpan<Half>()) value = (Half)(4 * random.NextSingle() - 2);
                break;
            case ElementType.BFloat16:
                foreach (ref ushort value in images.AsSpan<ushort>())
                    value = (ushort)(BitConverter.SingleToUInt32Bits(4 * random.NextSingle() - 2) >> 16);
                break;
            default:
                random.NextBytes(images.AsSpan<byte>());
                break;
        }
    }
}
