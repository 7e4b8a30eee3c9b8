using System;

namespace GuidedMixup;

/// <summary>Co-Mixup: every image of a part laid together anew from blocks of all its images, salient and diverse.</summary>
/// <remarks>
/// Source: Kim, Choo, Jeong and Song, "Co-Mixup: Saliency Guided Joint Mixup with Supermodular Diversity", ICLR 2021. In
/// <see cref="SolverMode.Parity"/> the layouts are the released program's; in <see cref="SolverMode.Quality"/> their objective is never higher.
/// </remarks>
public static class CoMixup
{
    /// <summary>z = a layout of low objective for one part: saliency [n,h,w] → z [m,h,w,n], each block of one input, or of two by halves.</summary>
    /// <remarks>
    /// On a GPU the CPU's layouts come out bit for bit; values are not looked at beforehand: a start label out of range counts as the nearest
    /// within it, an integer cost made of NaN as 0, of ±∞ as the largest.
    /// </remarks>
    /// <param name="saliency">[n,h,w], Float32, compact, finite: each block's share of its image's saliency; n up to 250, h, w up to 32.</param>
    /// <param name="alpha">[n], Float32, compact, each at least 0 and finite: how much of an input is to be seen.</param>
    /// <param name="compatibility">A, [n,n], Float32, compact, finite; <c>default</c> for the identity.</param>
    /// <param name="start">Start labels, [m,h,w], or several starts, [k,m,h,w], Int32, compact, each in 0..n−1. Parity takes the first.</param>
    /// <param name="layout">Receives z, [m,h,w,n], Float32, compact.</param>
    /// <param name="energies">
    /// Receives the integer energy of every cut of parity's run in call order, [iterations·m], Int64, compact; <see cref="long.MinValue"/> for
    /// cuts that an early stop has spared; or <c>default</c>.
    /// </param>
    /// <param name="options">The method's constants; Blocks, PartSize, Alpha, Omega and Starts are not read.</param>
    /// <param name="execution">
    /// On a GPU the stream and the workspace of <see cref="WorkspaceSize.CoMixup"/> bytes; on the host cancellation: a part is one thread's work.
    /// </param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="Execution"/>.</exception>
    public static unsafe void Solve(
        in TensorView saliency,
        in TensorView alpha,
        in TensorView compatibility,
        in TensorView start,
        in TensorView layout,
        in TensorView energies = default,
        CoMixupOptions? options = null,
        in Execution execution = default)
    {
        options ??= CoMixupOptions.Default;
        CoMixupRules.Check(options, nameof(options));
        (long n, long h, long w) = CheckPart(saliency, alpha, compatibility);
        Require.Type(start, nameof(start), ElementType.Int32);
        if (start.Rank is not (3 or 4)) Require.Rank(start, nameof(start), 3, "[m,h,w] or [k,m,h,w]");
        int first = start.Rank - 3;
        long starts = first == 0 ? 1 : start.Shape[0], outputs = start.Shape[first];
        if (starts * outputs > 1 << 16) Require.Fail(nameof(start), $"shape [{TensorView.Join(start.Shape)}]; k·m is at most 65536.");
        if (first == 0) Require.Compact(start, nameof(start), ElementType.Int32, "[m,h,w]", outputs, h, w);
        else Require.Compact(start, nameof(start), ElementType.Int32, "[k,m,h,w]", starts, outputs, h, w);
        Require.Compact(layout, nameof(layout), ElementType.Float32, "[m,h,w,n]", outputs, h, w, n);
        long cuts = options.Iterations * outputs;
        if (!energies.IsEmpty) Require.Compact(energies, nameof(energies), ElementType.Int64, "[iterations·m]", cuts);
        var buffers = new BufferSet();
        buffers.Input(saliency, nameof(saliency));
        buffers.Input(alpha, nameof(alpha));
        buffers.Input(compatibility, nameof(compatibility));
        buffers.Input(start, nameof(start));
        buffers.Output(layout, nameof(layout));
        buffers.Output(energies, nameof(energies));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));
        if (buffers.IsCuda)
        {
            Cuda.CoMixup.Solve(buffers, saliency, alpha, compatibility, start, layout, energies, options, execution);
            KeepAlive.Until(saliency, alpha, compatibility, start);
            KeepAlive.Until(layout, energies, execution.Workspace);
            return;
        }

        CheckValues(saliency, alpha, compatibility);
        Require.InRange(start, nameof(start), n);

        Cpu.CoMixup.Solve(saliency, alpha, compatibility, start, layout, energies, options, execution.Cancellation);
        KeepAlive.Until(saliency, alpha, compatibility, start);
        KeepAlive.Until(layout, energies);
    }

    /// <summary>
    /// F = Σ_j Σ_s c·z + (β/2)·Σ_edges ‖z_s − z_t‖² + γ·Σ_jm n_jm·[q_jm > th]·q_jm, c = −saliency − (η/N)·ln(α + 1e-8), q_jm = (A·Σ_{i≠j} n_i)_m,
    /// th = τ·N, in double; β and γ divided by N = h·w.
    /// </summary>
    /// <param name="saliency">[n,h,w], Float32, compact, finite.</param>
    /// <param name="alpha">[n], Float32, compact, each at least 0 and finite.</param>
    /// <param name="compatibility">A, [n,n], Float32, compact, finite; <c>default</c> for the identity.</param>
    /// <param name="layout">z, [m,h,w,n], Float32, compact, finite.</param>
    /// <param name="options">The method's constants.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules.</exception>
    public static CoMixupValue Objective(
        in TensorView saliency,
        in TensorView alpha,
        in TensorView compatibility,
        in TensorView layout,
        CoMixupOptions? options = null)
    {
        options ??= CoMixupOptions.Default;
        CoMixupRules.Check(options, nameof(options));
        (long n, long h, long w) = CheckPart(saliency, alpha, compatibility);
        Require.Rank(layout, nameof(layout), 4, "[m,h,w,n]");
        Require.Compact(layout, nameof(layout), ElementType.Float32, "[m,h,w,n]", layout.Shape[0], h, w, n);
        var buffers = new BufferSet();
        buffers.Input(saliency, nameof(saliency));
        buffers.Input(alpha, nameof(alpha));
        buffers.Input(compatibility, nameof(compatibility));
        buffers.Input(layout, nameof(layout));
        if (buffers.IsCuda) Require.Fail(buffers.Name(0), $"on {buffers.Device}; this call takes host memory.");
        CheckValues(saliency, alpha, compatibility);
        Finite(layout, nameof(layout), lowest: float.MinValue);

        CoMixupValue value = Cpu.CoMixupLayoutValue.Of(saliency, alpha, compatibility, layout, options);
        KeepAlive.Until(saliency, alpha, compatibility, layout);
        return value;
    }

    private static (long N, long H, long W) CheckPart(in TensorView saliency, in TensorView alpha, in TensorView compatibility)
    {
        Require.Rank(saliency, nameof(saliency), 3, "[n,h,w]");
        long n = saliency.Shape[0], h = saliency.Shape[1], w = saliency.Shape[2];
        if (n > CoMixupRules.MaxPart || h > Cpu.GridCutProblem.MaxSide || w > Cpu.GridCutProblem.MaxSide)
        {
            Require.Fail(
                nameof(saliency),
                $"shape [{TensorView.Join(saliency.Shape)}]; n is at most {CoMixupRules.MaxPart}, h and w at most {Cpu.GridCutProblem.MaxSide}.");
        }

        Require.Compact(saliency, nameof(saliency), ElementType.Float32, "[n,h,w]", n, h, w);
        Require.Compact(alpha, nameof(alpha), ElementType.Float32, "[n]", n);
        if (!compatibility.IsEmpty) Require.Compact(compatibility, nameof(compatibility), ElementType.Float32, "[n,n]", n, n);
        return (n, h, w);
    }

    private static void CheckValues(in TensorView saliency, in TensorView alpha, in TensorView compatibility)
    {
        Finite(saliency, nameof(saliency), lowest: float.MinValue);
        Finite(alpha, nameof(alpha), lowest: 0);
        if (!compatibility.IsEmpty) Finite(compatibility, nameof(compatibility), lowest: float.MinValue);
    }

    private static unsafe void Finite(in TensorView view, string name, float lowest)
    {
        float* values = (float*)view.Data;
        for (long i = 0; i < view.Length; i++)
        {
            if (!float.IsFinite(values[i]) || values[i] < lowest)
                Require.Fail(name, $"{name}[{i}] is {values[i]}; it is finite{(lowest == 0 ? " and at least 0" : "")}.");
        }
    }
}
