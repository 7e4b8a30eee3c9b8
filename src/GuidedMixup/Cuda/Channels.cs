using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>A scale and an offset a channel. Mirrors <c>struct Channels</c> of kernels/Views.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Channels
{
    /// <summary>The most channels a kernel takes where it needs a number for each.</summary>
    internal const int Max = 64;

    private Values _scale;
    private Values _offset;

    /// <summary>gray = Σ scale·x + offset[0]: the weights with the normalisation of UInt8 pixels folded in, as Cpu/Gray.cs has it.</summary>
    internal static Channels Gray(in ImageBatch images, GuidedMixerOptions options, string name)
    {
        Check(images, name);
        ReadOnlySpan<float> given = options.GrayWeights.Span;
        ReadOnlySpan<float> gray = !given.IsEmpty ? given : images.C == 1 ? [1f] : [0.2989f, 0.587f, 0.114f];
        Channels channels = default;
        float bias = 0;
        for (int c = 0; c < images.C; c++)
        {
            (float scale, float offset) = Cpu.PixelMix.Normalisation(options, images.Type, c);
            channels._scale[c] = gray[c] * scale;
            bias = MathF.FusedMultiplyAdd(gray[c], offset, bias);
        }

        channels._offset[0] = bias;
        return channels;
    }

    /// <summary>How UInt8 pixels become normalised floats.</summary>
    internal static Channels Normalise(in ImageBatch images, GuidedMixerOptions options, string name)
    {
        Check(images, name);
        Channels channels = default;
        for (int c = 0; c < images.C; c++)
            (channels._scale[c], channels._offset[c]) = Cpu.PixelMix.Normalisation(options, images.Type, c);
        return channels;
    }

    /// <summary>What PuzzleMix's float pixels were divided by when they were normalised; one for all serves any number of channels.</summary>
    internal static Channels Deviation(in ImageBatch images, PuzzleMixOptions options, string name)
    {
        ReadOnlySpan<float> std = options.PixelStd.Span;
        if (std.Length > 1) Check(images, name);
        Channels channels = default;
        for (int c = 0; c < Max; c++) channels._scale[c] = std.IsEmpty ? 1 : std[c < std.Length ? c : 0];
        return channels;
    }

    private static void Check(in ImageBatch images, string name)
    {
        if (images.C > Max) Require.Fail(name, $"{images.C} channels; on CUDA at most {Max} where each has a weight or a scale.");
    }

    [InlineArray(Max)]
    private struct Values
    {
        private float _first;
    }
}
