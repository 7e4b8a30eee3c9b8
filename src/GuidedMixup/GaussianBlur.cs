namespace GuidedMixup;

/// <summary>The separable Gaussian blur, alone and followed by sum-to-1.</summary>
/// <remarks>Taps w ∝ exp(−(i/σ)²/2), i = −⌊size/2⌋ … ⌊size/2⌋, normalised; reflect padding (the edge is not repeated).</remarks>
public static class GaussianBlur
{
    /// <summary>b = blur(s): [N,H,W] → [N,H,W].</summary>
    /// <param name="maps">[N,H,W], Float32, Float16 or BFloat16, any strides; H, W ≥ 4 and above ⌊size/2⌋.</param>
    /// <param name="blurred">Receives [N,H,W], Float32, compact.</param>
    /// <param name="options">Blur size and σ.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Blur(
        in TensorView maps, in TensorView blurred, GuidedMixerOptions? options = null, in Execution execution = default)
    {
        options ??= new GuidedMixerOptions();
        var buffers = new BufferSet();
        ImageBatch batch = Check(maps, blurred, nameof(blurred), default, options, execution, ref buffers);
        if (buffers.IsCuda) Cuda.GaussianBlur.Blur(buffers, batch, blurred, options, execution);
        else Cpu.SaliencyMaps.Blur(batch, blurred, options, execution);
        KeepAlive.Until(maps, blurred, execution.Workspace);
    }

    /// <summary>p = b / Σb with b = blur(s): [N,H,W] → [N,H,W], each map with sum 1.</summary>
    /// <param name="maps">[N,H,W], Float32, Float16 or BFloat16, any strides; H, W ≥ 4 and above ⌊size/2⌋.</param>
    /// <param name="normalised">
    /// Receives [N,H,W], Float32, compact. A map that sums to 0, holds NaN, ±Inf or a negative value, or whose sum overflows, becomes the
    /// uniform map 1/(HW).
    /// </param>
    /// <param name="flags">Receives [N], Int32, <see cref="ImageFlags.DegenerateMap"/> for each map so replaced; or <c>default</c>.</param>
    /// <param name="options">Blur size and σ; strict mode throws instead of replacing.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a degenerate map; nothing was written.</exception>
    public static void Normalise(
        in TensorView maps,
        in TensorView normalised,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= new GuidedMixerOptions();
        var buffers = new BufferSet();
        ImageBatch batch = Check(maps, normalised, nameof(normalised), flags, options, execution, ref buffers);
        if (buffers.IsCuda) Cuda.GaussianBlur.Normalise(buffers, batch, normalised, flags, options, execution);
        else Cpu.SaliencyMaps.Normalise(batch, normalised, flags, options, execution);
        KeepAlive.Until(maps, normalised, flags, execution.Workspace);
    }

    private static ImageBatch Check(
        in TensorView maps,
        in TensorView result,
        string resultName,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution,
        ref BufferSet buffers)
    {
        OptionRules.CheckBlur(options.BlurSize, options.BlurSigma, nameof(options));
        ImageBatch batch = Require.Maps(maps, nameof(maps));
        OptionRules.CheckReflect(options, batch.H, batch.W, nameof(maps));
        Require.Compact(result, resultName, ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", batch.N);
        buffers.Input(maps, nameof(maps));
        buffers.Output(result, resultName);
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        return batch;
    }
}
