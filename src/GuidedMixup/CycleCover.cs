namespace GuidedMixup;

/// <summary>The pairing: which image each image is mixed with.</summary>
/// <remarks>Source: Kang and Kim, AAAI 2023, Algorithm 1.</remarks>
public static class CycleCover
{
    /// <summary>
    /// π = the greedy one-cycle cover of the largest distances: [N,N] → [N]. The first edge r → c is the row-major argmax off the
    /// diagonal; then c goes to the farthest image not yet visited, and so on; the last goes back to r. The lowest index wins ties.
    /// </summary>
    /// <param name="distance">[N,N], Float32, compact; the diagonal is not read, NaN counts as −∞.</param>
    /// <param name="partners">Receives [N], Int32 or Int64, compact: one cycle through all images of the subset; [0] for N = 1.</param>
    /// <param name="subset">[N], UInt8, compact, or <c>default</c> for all: images with 0 keep themselves.</param>
    /// <param name="flags">Receives [N], Int32, <see cref="ImageFlags.NotANumberDistance"/>; or <c>default</c>.</param>
    /// <param name="options">Strict mode throws on NaN.</param>
    /// <param name="execution">Stream.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a NaN off the diagonal; nothing was written.</exception>
    public static void Greedy(
        in TensorView distance,
        in TensorView partners,
        in TensorView subset = default,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        Require.Rank(distance, nameof(distance), 2, "[N,N]");
        long n = distance.Shape[0];
        if (n > int.MaxValue) Require.Fail(nameof(distance), $"{n} images; N is below 2^31.");
        Require.Compact(distance, nameof(distance), ElementType.Float32, "[N,N]", n, n);
        Require.Indices(partners, nameof(partners), n);
        if (!subset.IsEmpty) Require.Compact(subset, nameof(subset), ElementType.UInt8, "[N]", n);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", n);
        var buffers = new BufferSet();
        buffers.Input(distance, nameof(distance));
        buffers.Output(partners, nameof(partners));
        buffers.Input(subset, nameof(subset));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));

        bool strict = options?.Strict ?? false;
        if (buffers.IsCuda) Cuda.CycleCover.Greedy(buffers, distance, partners, subset, flags, strict, execution);
        else Cpu.CycleCover.Greedy(distance, partners, subset, flags, strict);
        KeepAlive.Until(distance, partners, subset, flags);
        KeepAlive.Until(execution.Workspace);
    }

    /// <summary>
    /// π = a uniform permutation: the stable sort of the images by their Philox keys, the same on every backend; fixed points may occur.
    /// </summary>
    /// <param name="partners">Receives [N], Int32 or Int64, compact.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The training step.</param>
    /// <param name="rank">The process, 0 to <see cref="Philox.MaxRank"/>.</param>
    /// <param name="subset">[N], UInt8, compact, or <c>default</c> for all: images with 0 keep themselves.</param>
    /// <param name="execution">Stream.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Random(
        in TensorView partners, ulong seed, ulong step, int rank = 0, in TensorView subset = default, in Execution execution = default)
    {
        Require.Rank(partners, nameof(partners), 1, "[N]");
        long n = partners.Shape[0];
        if (n > int.MaxValue) Require.Fail(nameof(partners), $"{n} images; N is below 2^31.");
        Require.Indices(partners, nameof(partners), n);
        if (rank is < 0 or > Philox.MaxRank) Require.Fail(nameof(rank), $"{rank}; it is at least 0 and at most {Philox.MaxRank}.");
        if (!subset.IsEmpty) Require.Compact(subset, nameof(subset), ElementType.UInt8, "[N]", n);
        var buffers = new BufferSet();
        buffers.Output(partners, nameof(partners));
        buffers.Input(subset, nameof(subset));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.CycleCover.Random(buffers, partners, seed, step, rank, subset, execution);
        else Cpu.CycleCover.Random(partners, seed, step, rank, subset);
        KeepAlive.Until(partners, subset, execution.Workspace);
    }
}
