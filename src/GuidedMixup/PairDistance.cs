namespace GuidedMixup;

/// <summary>The distances between all pairs of normalised saliency maps.</summary>
public static class PairDistance
{
    /// <summary>d[i,j] = ‖p[i] − p[j]‖₂ (or L1, or cosine): [N,H,W] → [N,N], bitwise symmetric with a zero diagonal.</summary>
    /// <remarks>
    /// L2 comes from the Gram matrix of p − 1/(HW): a plain float32 Gram loses partners. Equal maps give exactly 0. A cosine distance to
    /// a map of norm 0 is 1.
    /// </remarks>
    /// <param name="normalised">[N,H,W], Float32, compact; H, W ≥ 4.</param>
    /// <param name="distance">Receives [N,N], Float32, compact.</param>
    /// <param name="metric">L2, L1 or cosine.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Compute(
        in TensorView normalised, in TensorView distance, DistanceMetric metric = DistanceMetric.L2, in Execution execution = default)
    {
        Require.Type(normalised, nameof(normalised), ElementType.Float32);
        ImageBatch batch = Require.Maps(normalised, nameof(normalised));
        Require.Contiguous(normalised, nameof(normalised));
        Require.Compact(distance, nameof(distance), ElementType.Float32, "[N,N]", batch.N, batch.N);
        Require.Defined(metric, nameof(metric));
        var buffers = new BufferSet();
        buffers.Input(normalised, nameof(normalised));
        buffers.Output(distance, nameof(distance));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.PairDistance.Compute(buffers, batch, distance, metric, execution);
        else
        {
            unsafe
            {
                Cpu.PairDistance.Run((float*)normalised.Data, (float*)distance.Data, batch.N, batch.Pixels, metric, execution.Threads);
            }
        }

        KeepAlive.Until(normalised, distance, execution.Workspace);
    }
}
