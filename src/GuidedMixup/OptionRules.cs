using System;

namespace GuidedMixup;

/// <summary>The rules for options and executions, alone and together with a batch.</summary>
internal static class OptionRules
{
    /// <summary>Blurs above this size are refused: the taps of one are kept on the stack.</summary>
    internal const int MaxBlurSize = 255;

    private const int MaxThreads = 1024;

    internal static void Check(GuidedMixerOptions options, string name)
    {
        Require.Defined(options.Method, name);
        Require.Defined(options.DrawMode, name);
        Require.Defined(options.Saliency, name);
        Require.Defined(options.PairingInUse, name);
        Require.Defined(options.Distance, name);
        Require.Defined(options.ProbabilityMode, name);
        if (!(options.AlphaInUse > 0) || double.IsInfinity(options.AlphaInUse))
            Require.Fail(name, $"Alpha is {options.Alpha}; it is positive and finite.");
        PuzzleMixRules.Check(options.PuzzleMix, name);
        CoMixupRules.Check(options.CoMixup, name);
        CheckBlur(options.BlurSize, options.BlurSigma, name);
        CheckFinite(options.GrayWeights.Span, nameof(options.GrayWeights), name);
        CheckFinite(options.PixelScale.Span, nameof(options.PixelScale), name);
        CheckFinite(options.PixelOffset.Span, nameof(options.PixelOffset), name);
        if (!(options.Probability >= 0 && options.Probability <= 1))
            Require.Fail(name, $"Probability is {options.Probability}; it is at least 0 and at most 1.");
        if (options.Rank is < 0 or > Philox.MaxRank)
            Require.Fail(name, $"Rank is {options.Rank}; it is at least 0 and at most {Philox.MaxRank}.");
    }

    internal static void CheckBlur(int size, double sigma, string name)
    {
        if (size < 1 || size > MaxBlurSize || size % 2 == 0)
            Require.Fail(name, $"BlurSize is {size}; it is odd, at least 1 and at most {MaxBlurSize}.");
        if (!(sigma > 0) || double.IsInfinity(sigma)) Require.Fail(name, $"BlurSigma is {sigma}; it is positive and finite.");
    }

    /// <summary>What the spectral residual of a batch needs from the options.</summary>
    internal static void CheckImages(GuidedMixerOptions options, in ImageBatch images, string name)
    {
        CheckReflect(options, images.H, images.W, name);
        // Above the working size the first blur runs on the 128×128 plane.
        if (images.H > GuidedMixerOptions.WorkingSize)
            CheckReflect(options, GuidedMixerOptions.WorkingSize, GuidedMixerOptions.WorkingSize, name);
        if (options.GrayWeights.IsEmpty && images.C is not (1 or 3))
            Require.Fail(name, $"{images.C} channels; gray weights are known for 1 and 3, others come from GrayWeights.");
        CheckChannels(options.GrayWeights.Length, nameof(options.GrayWeights), images, name);
        CheckPixels(options, images, name);
    }

    /// <summary>Scale and offset normalise UInt8 pixels, and only those: a float image comes normalised.</summary>
    internal static void CheckPixels(GuidedMixerOptions options, in ImageBatch images, string name)
    {
        CheckChannels(options.PixelScale.Length, nameof(options.PixelScale), images, name);
        CheckChannels(options.PixelOffset.Length, nameof(options.PixelOffset), images, name);
        CheckUnscaled(options, images.Type, name);
    }

    internal static void CheckUnscaled(GuidedMixerOptions options, ElementType type, string name)
    {
        if (type != ElementType.UInt8 && options.PixelScale.Length + options.PixelOffset.Length > 0)
            Require.Fail(name, $"{type} while PixelScale or PixelOffset is set; they apply to UInt8, other types come normalised.");
    }

    internal static void CheckReflect(GuidedMixerOptions options, int height, int width, string name)
    {
        int reach = options.BlurSize / 2;
        if (reach >= height || reach >= width)
            Require.Fail(name, $"{height}×{width} pixels; a blur of {options.BlurSize} taps needs height and width above {reach}.");
    }

    internal static void CheckExecution(in Execution execution, string name)
    {
        if (execution.Threads is < 0 or > MaxThreads)
            Require.Fail(name, $"Threads is {execution.Threads}; it is at least 0 (one a core) and at most {MaxThreads}.");
    }

    /// <summary>On a GPU the faults are known only when the stream gets there, so that no call can throw for them.</summary>
    internal static void RefuseStrict(GuidedMixerOptions options)
    {
        if (options.Strict) RefuseStrict();
    }

    internal static void RefuseStrict() =>
        Require.Fail("options", "Strict is set for buffers on a GPU, which would have to synchronise; pass a flags output and call GuidedMixer.ThrowIfFlagged.");

    private static void CheckChannels(int length, string option, in ImageBatch images, string name)
    {
        if (length != 0 && length != images.C) Require.Fail(name, $"{images.C} channels while {option} has {length} values.");
    }

    private static void CheckFinite(ReadOnlySpan<float> values, string option, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) Require.Fail(name, $"{option}[{i}] is {values[i]}; it is finite.");
        }
    }
}
