namespace GuidedMixup;

/// <summary>The mix itself, and the gradient through it.</summary>
public static class PixelMix
{
    /// <summary>
    /// M = p / (p + p[π]), y = M·x + (1 − M)·x[π], λ = mean(M): images [N,C,H,W] and maps [N,H,W] → mixed images, masks, label weights.
    /// </summary>
    /// <param name="images">x, [N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H, W ≥ 4.</param>
    /// <param name="normalised">p, [N,H,W], Float32, compact, finite and at least 0; where that fails, or both are 0, M = 0.5.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; an image that is its own partner comes back unchanged.</param>
    /// <param name="mixed">
    /// Receives y, [N,C,H,W], of the images' type (UInt8 rounds half to even) or, for UInt8, a float type, normalised by scale and offset;
    /// any strides without overlap.
    /// </param>
    /// <param name="mask">Receives M, [N,H,W], Float32, compact; or <c>default</c>.</param>
    /// <param name="ratio">Receives λ, [N], Float32, compact: the weight of the image's own label; or <c>default</c>.</param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.NonFinitePixels"/>, <see cref="ImageFlags.EmptyOverlap"/>; or <c>default</c>.
    /// </param>
    /// <param name="options">Pixel scale and offset; strict mode.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static void Mix(
        in TensorView images,
        in TensorView normalised,
        in TensorView partners,
        in TensorView mixed,
        in TensorView mask = default,
        in TensorView ratio = default,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= new GuidedMixerOptions();
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckPixels(options, batch, nameof(images));
        Require.Compact(normalised, nameof(normalised), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        CheckMixed(mixed, nameof(mixed), images);
        if (!mask.IsEmpty) Require.Compact(mask, nameof(mask), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        if (!ratio.IsEmpty) Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", batch.N);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", batch.N);
        Require.Indices(partners, nameof(partners), batch.N);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Input(normalised, nameof(normalised));
        buffers.Input(partners, nameof(partners));
        buffers.Output(mixed, nameof(mixed));
        buffers.Output(mask, nameof(mask));
        buffers.Output(ratio, nameof(ratio));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        if (!buffers.IsCuda) Require.InRange(partners, nameof(partners), batch.N);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda)
            Cuda.PixelMix.Stage(buffers, batch, normalised, partners, mixed, mask, ratio, flags, options, execution);
        else Cpu.PixelMix.Stage(batch, normalised, partners, mixed, mask, ratio, flags, options, execution);
        KeepAlive.Until(images, normalised, partners, mixed);
        KeepAlive.Until(mask, ratio, flags, execution.Workspace);
    }

    /// <summary>
    /// ∂L/∂x[i] = M[i]·∂L/∂y[i] + Σ over k with π[k] = i of (1 − M[k])·∂L/∂y[k]: the gradient through the mix with the mask fixed.
    /// An image that is its own partner passes its gradient on unchanged.
    /// </summary>
    /// <param name="mixedGradient">∂L/∂y, [N,C,H,W], Float32, Float16 or BFloat16, any strides; H, W ≥ 4.</param>
    /// <param name="mask">M, [N,H,W], Float32, compact.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; any number of images may share a partner.</param>
    /// <param name="imageGradient">Receives ∂L/∂x, [N,C,H,W], of the gradient's type, any strides without overlap.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Backward(
        in TensorView mixedGradient,
        in TensorView mask,
        in TensorView partners,
        in TensorView imageGradient,
        in Execution execution = default)
    {
        ImageBatch batch = Require.Gradient(mixedGradient, nameof(mixedGradient));
        Require.Compact(mask, nameof(mask), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        Require.Indices(partners, nameof(partners), batch.N);
        Require.Type(imageGradient, nameof(imageGradient), mixedGradient.Type);
        Require.Shape(imageGradient, nameof(imageGradient), "[N,C,H,W]", batch.N, batch.C, batch.H, batch.W);
        var buffers = new BufferSet();
        buffers.Input(mixedGradient, nameof(mixedGradient));
        buffers.Input(mask, nameof(mask));
        buffers.Input(partners, nameof(partners));
        buffers.Output(imageGradient, nameof(imageGradient));
        buffers.Workspace(execution);
        if (!buffers.IsCuda) Require.InRange(partners, nameof(partners), batch.N);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.PixelMixBackward.Run(buffers, batch, mask, partners, imageGradient, execution);
        else Cpu.PixelMixBackward.Run(batch, mask, partners, new ImageBatch(imageGradient), execution.Threads);
        KeepAlive.Until(mixedGradient, mask, partners, imageGradient);
        KeepAlive.Until(execution.Workspace);
    }

    internal static void CheckMixed(in TensorView mixed, string name, in TensorView images)
    {
        if (images.Type == ElementType.UInt8)
            Require.Type(mixed, name, ElementType.UInt8, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        else Require.Type(mixed, name, images.Type);
        Require.Shape(mixed, name, "[N,C,H,W]", images.Shape);
    }
}
