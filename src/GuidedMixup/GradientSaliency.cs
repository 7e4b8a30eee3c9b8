namespace GuidedMixup;

/// <summary>Guided-AP saliency: the norm of the loss gradient at the input.</summary>
/// <remarks>Source: Kang and Kim, AAAI 2023; the gradient comes from the trainer's own backward pass.</remarks>
public static class GradientSaliency
{
    /// <summary>s = √(mean over c of g²): [N,C,H,W] → [N,H,W].</summary>
    /// <param name="gradient">∂loss/∂x, [N,C,H,W], Float32, Float16 or BFloat16, any strides; H, W ≥ 4.</param>
    /// <param name="saliency">Receives [N,H,W], Float32, compact. NaN and ±Inf stay where they are.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Compute(in TensorView gradient, in TensorView saliency, in Execution execution = default)
    {
        ImageBatch batch = Require.Gradient(gradient, nameof(gradient));
        Require.Compact(saliency, nameof(saliency), ElementType.Float32, "[N,H,W]", batch.N, batch.H, batch.W);
        var buffers = new BufferSet();
        buffers.Input(gradient, nameof(gradient));
        buffers.Output(saliency, nameof(saliency));
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.GradientSaliency.Compute(buffers, batch, saliency, execution);
        else Cpu.SaliencyMaps.RawGradient(batch, saliency, execution);
        KeepAlive.Until(gradient, saliency);
    }
}
