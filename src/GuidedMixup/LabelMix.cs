namespace GuidedMixup;

/// <summary>The labels of a mixed batch.</summary>
public static class LabelMix
{
    /// <summary>t' = λ·t + (1 − λ)·t[π]: classes [N] or soft rows [N,K] → soft rows [N,K].</summary>
    /// <param name="labels">Classes [N], Int32 or Int64, each in 0..K−1, or soft rows [N,K], Float32; compact.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1; an image that is its own partner keeps its label.</param>
    /// <param name="ratio">λ, [N], Float32, compact: the weight of the image's own label.</param>
    /// <param name="soft">Receives [N,K], Float32, compact; no smoothing.</param>
    /// <param name="execution">Stream.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Soft(
        in TensorView labels, in TensorView partners, in TensorView ratio, in TensorView soft, in Execution execution = default)
    {
        Require.Rank(soft, nameof(soft), 2, "[N,K]");
        long n = soft.Shape[0];
        CheckLabels(labels, nameof(labels), n);
        CheckSoft(soft, nameof(soft), labels, n);
        Require.Indices(partners, nameof(partners), n);
        Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", n);
        var buffers = new BufferSet();
        buffers.Input(labels, nameof(labels));
        buffers.Input(partners, nameof(partners));
        buffers.Input(ratio, nameof(ratio));
        buffers.Output(soft, nameof(soft));
        buffers.Workspace(execution);
        if (!buffers.IsCuda) Require.InRange(partners, nameof(partners), n);
        if (!buffers.IsCuda && labels.Rank == 1) Require.InRange(labels, nameof(labels), soft.Shape[1]);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda)
            Cuda.LabelMix.Run(buffers, labels, partners, ratio, new Cuda.Labels(labels, soft, default, default), execution);
        else Cpu.LabelMix.Soft(labels, partners, ratio, soft);
        KeepAlive.Until(labels, partners, ratio, soft);
        KeepAlive.Until(execution.Workspace);
    }

    /// <summary>a = t, b = t[π]: the labels as (labels_a, labels_b), to be weighted λ and 1 − λ.</summary>
    /// <param name="labels">Classes [N], Int32 or Int64, or soft rows [N,K], Float32; compact.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1.</param>
    /// <param name="labelsA">Receives the labels themselves; of their type and shape, compact; or <c>default</c>.</param>
    /// <param name="labelsB">Receives the partners' labels; of their type and shape, compact; or <c>default</c>.</param>
    /// <param name="execution">Stream.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Pair(
        in TensorView labels, in TensorView partners, in TensorView labelsA, in TensorView labelsB, in Execution execution = default)
    {
        Require.Given(labels, nameof(labels));
        if (labels.Rank == 0) Require.Fail(nameof(labels), "shape [] where [N] or [N,K] is needed.");
        long n = labels.Shape[0];
        CheckLabels(labels, nameof(labels), n);
        Require.Indices(partners, nameof(partners), n);
        CheckPair(labelsA, nameof(labelsA), labels);
        CheckPair(labelsB, nameof(labelsB), labels);
        var buffers = new BufferSet();
        buffers.Input(labels, nameof(labels));
        buffers.Input(partners, nameof(partners));
        buffers.Output(labelsA, nameof(labelsA));
        buffers.Output(labelsB, nameof(labelsB));
        buffers.Workspace(execution);
        if (!buffers.IsCuda) Require.InRange(partners, nameof(partners), n);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda)
            Cuda.LabelMix.Run(buffers, labels, partners, default, new Cuda.Labels(labels, default, labelsA, labelsB), execution);
        else Cpu.LabelMix.Pair(labels, partners, labelsA, labelsB);
        KeepAlive.Until(labels, partners, labelsA, labelsB);
        KeepAlive.Until(execution.Workspace);
    }

    internal static void CheckLabels(in TensorView labels, string name, long n)
    {
        Require.Given(labels, name);
        if (labels.Rank == 2)
        {
            Require.Type(labels, name, ElementType.Float32);
            Require.Shape(labels, name, "[N,K]", n, labels.Shape[1]);
            Require.Contiguous(labels, name);
        }
        else
        {
            Require.Indices(labels, name, n);
        }
    }

    internal static void CheckSoft(in TensorView soft, string name, in TensorView labels, long n)
    {
        Require.Rank(soft, name, 2, "[N,K]");
        Require.Compact(soft, name, ElementType.Float32, "[N,K]", n, labels.Rank == 2 ? labels.Shape[1] : soft.Shape[1]);
    }

    internal static void CheckPair(in TensorView pair, string name, in TensorView labels)
    {
        if (!pair.IsEmpty) Require.Compact(pair, name, labels.Type, "the labels' shape", labels.Shape);
    }
}
