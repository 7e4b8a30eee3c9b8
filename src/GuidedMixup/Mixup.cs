using System;

namespace GuidedMixup;

/// <summary>Two tensors blended by one number: Mixup on images, Manifold Mixup on features of any shape.</summary>
/// <remarks>
/// Sources: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", ICLR 2018; Verma et al., "Manifold Mixup: Better
/// Representations by Interpolating Hidden States", ICML 2019.
/// </remarks>
public static class Mixup
{
    /// <summary>y = λ·x + (1 − λ)·x[π]: [N, …] → [N, …]. Where λ is 1 or 0 the image, or its partner, is copied bit for bit.</summary>
    /// <param name="tensors">x, [N, …] of rank 1 to 8, Float32, Float16, BFloat16 or UInt8, any strides.</param>
    /// <param name="ratio">λ, [N], Float32, compact, each 0 to 1: the weight of the image itself.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; an image that is its own partner comes back unchanged.</param>
    /// <param name="mixed">
    /// Receives y, of the tensors' shape and type (UInt8 rounds half to even) or, for UInt8, a float type, normalised by scale and offset, for
    /// which, where they are set, tensors are [N,C,H,W]; any strides without overlap.
    /// </param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.NonFinitePixels"/> and, on a GPU, <see cref="ImageFlags.InvalidDraw"/>; or <c>default</c>.
    /// </param>
    /// <param name="options">Pixel scale and offset; strict mode.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static void Mix(
        in TensorView tensors,
        in TensorView ratio,
        in TensorView partners,
        in TensorView mixed,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        Require.Type(tensors, nameof(tensors), ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8);
        if (tensors.Rank == 0) Require.Fail(nameof(tensors), "shape [] where [N, …] is needed.");
        long n = tensors.Shape[0];
        foreach (long size in tensors.Shape)
        {
            if (size > 1 << 30) Require.Fail(nameof(tensors), $"shape [{TensorView.Join(tensors.Shape)}]; every size is at most 2^30.");
        }

        CheckMixed(mixed, nameof(mixed), tensors);
        if (IsByChannel(options, tensors, mixed))
            OptionRules.CheckPixels(options, Require.Images(tensors, nameof(tensors)), nameof(tensors));
        else OptionRules.CheckUnscaled(options, tensors.Type, nameof(tensors));
        Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", n);
        Require.Indices(partners, nameof(partners), n);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", n);
        var buffers = new BufferSet();
        buffers.Input(tensors, nameof(tensors));
        buffers.Input(ratio, nameof(ratio));
        buffers.Input(partners, nameof(partners));
        buffers.Output(mixed, nameof(mixed));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        if (!buffers.IsCuda)
        {
            MixDraws.CheckRatios(ratio, nameof(ratio));
            Require.InRange(partners, nameof(partners), n);
        }

        if (buffers.IsCuda) Cuda.Mixup.Stage(buffers, tensors, ratio, partners, mixed, flags, options, execution);
        else Cpu.Mixup.Stage(tensors, ratio, partners, mixed, flags, options, execution);
        KeepAlive.Until(tensors, ratio, partners, mixed);
        KeepAlive.Until(flags, execution.Workspace);
    }

    /// <summary>True where channels are normalised by numbers of their own, so that they cannot be joined with their neighbours.</summary>
    internal static bool IsByChannel(GuidedMixerOptions options, in TensorView tensors, in TensorView mixed) =>
        mixed.Type != tensors.Type && options.PixelScale.Length + options.PixelOffset.Length > 0;

    private static void CheckMixed(in TensorView mixed, string name, in TensorView tensors)
    {
        if (tensors.Type == ElementType.UInt8)
            Require.Type(mixed, name, ElementType.UInt8, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        else Require.Type(mixed, name, tensors.Type);
        Require.Shape(mixed, name, "the tensors' shape", tensors.Shape);
    }
}
