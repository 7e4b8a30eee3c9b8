namespace GuidedMixup;

/// <summary>Guided-SR saliency: the spectral residual of each image.</summary>
/// <remarks>
/// g = gray(x), resized to 128×128 (bilinear, half-pixel centres) if H &gt; 128; F = fft2(g); A = √(|F|² + 1e-10); L = ln A;
/// S = |ifft2(F · exp(L − box₃(L)) / A)| with box₃ the 3×3 mean over the unshifted spectrum with replicate padding; then a Gaussian
/// blur with reflect padding; then back to H×W. Source: Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007,
/// as GuidedMixup uses it.
/// </remarks>
public static class SpectralResidual
{
    /// <summary>s = SpectralResidual(x): [N,C,H,W] → [N,H,W].</summary>
    /// <param name="images">[N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H, W ≥ 4.</param>
    /// <param name="saliency">Receives [N,H,W], Float32, compact. An image with NaN or ±Inf pixels gives a map of NaN.</param>
    /// <param name="options">Gray weights, pixel scale and offset, blur, antialias.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Compute(
        in TensorView images, in TensorView saliency, GuidedMixerOptions? options = null, in Execution execution = default)
    {
        options ??= new GuidedMixerOptions();
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckImages(options, batch, nameof(images));
        Require.Compact(saliency, nameof(saliency), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Output(saliency, nameof(saliency));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.SpectralResidual.Compute(buffers, batch, saliency, options, execution);
        else Cpu.SaliencyMaps.Raw(batch, saliency, options, execution);
        KeepAlive.Until(images, saliency, execution.Workspace);
    }
}
