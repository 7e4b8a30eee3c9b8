using System;

namespace GuidedMixup;

/// <summary>
/// AugMix's mixing step (Hendrycks et al., ICLR 2020) over augmented chains that the caller supplies. Its result is the input of "Guided-SR (Aug)"
/// and "Guided-AP (Aug)": mix it with a <see cref="GuidedMixer"/> as any other batch.
/// </summary>
public static unsafe class AugMix
{
    /// <summary>y = (1 − m)·x + m·Σ_k w[k]·chain[k]: images [N,C,H,W] and chains [K,N,C,H,W] → mixed images.</summary>
    /// <param name="images">x, [N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H, W ≥ 4.</param>
    /// <param name="chains">Every chain's image, [K,N,C,H,W], of the images' type, any strides; K ≥ 1, three in the paper.</param>
    /// <param name="weights">w, [N,K], Float32, compact; a row sums to 1 where it comes from <see cref="Draw"/>.</param>
    /// <param name="skip">m, [N], Float32, compact: the weight of the chains, 1 − m that of the image itself.</param>
    /// <param name="mixed">
    /// Receives y, [N,C,H,W], of the images' type (UInt8 rounds half to even) or, for UInt8, a float type, normalised by scale and offset;
    /// any strides without overlap.
    /// </param>
    /// <param name="options">Pixel scale and offset.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Mix(
        in TensorView images,
        in TensorView chains,
        in TensorView weights,
        in TensorView skip,
        in TensorView mixed,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckPixels(options, batch, nameof(images));
        Require.Type(chains, nameof(chains), images.Type);
        Require.Rank(chains, nameof(chains), 5, "[K,N,C,H,W]");
        Require.Shape(chains, nameof(chains), "[K,N,C,H,W]", chains.Shape[0], batch.N, batch.C, batch.H, batch.W);
        if (chains.Shape[0] > MostChains) Require.Fail(nameof(chains), $"{chains.Shape[0]} chains; at most {MostChains}.");
        Require.Compact(weights, nameof(weights), ElementType.Float32, "[N,K]", batch.N, chains.Shape[0]);
        Require.Compact(skip, nameof(skip), ElementType.Float32, "[N]", batch.N);
        PixelMix.CheckMixed(mixed, nameof(mixed), images);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Input(chains, nameof(chains));
        buffers.Input(weights, nameof(weights));
        buffers.Input(skip, nameof(skip));
        buffers.Output(mixed, nameof(mixed));
        buffers.Workspace(execution);
        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda) Cuda.AugMix.Run(buffers, batch, chains, weights, skip, mixed, options, execution);
        else Cpu.AugMix.Run(batch, chains, (float*)weights.Data, (float*)skip.Data, mixed, options, execution.Threads);
        KeepAlive.Until(images, chains, weights, skip);
        KeepAlive.Until(mixed, execution.Workspace);
    }

    /// <summary>w ~ Dirichlet(1, …, 1) and m ~ Beta(1, 1) for every image of a batch, into memory of the host.</summary>
    /// <remarks>
    /// Dirichlet(1, …, 1) is how K − 1 uniform numbers cut [0, 1), and Beta(1, 1) is uniform: no logarithm, so that every machine draws the same.
    /// Image i takes draws i·K … i·K + K − 2 of Philox's purpose 6 for its cuts and draw i of purpose 7 for m, each the first two words of a
    /// block (<see cref="Philox"/>).
    /// </remarks>
    /// <param name="weights">Receives w, [N,K], Float32, compact, host memory; K ≤ 64.</param>
    /// <param name="skip">Receives m, [N], Float32, compact, host memory.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The training step.</param>
    /// <param name="rank">The process, 0 to <see cref="Philox.MaxRank"/>.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static void Draw(in TensorView weights, in TensorView skip, ulong seed, ulong step = 0, int rank = 0)
    {
        Require.Rank(weights, nameof(weights), 2, "[N,K]");
        long n = weights.Shape[0], k = weights.Shape[1];
        Require.Compact(weights, nameof(weights), ElementType.Float32, "[N,K]", n, k);
        Require.Compact(skip, nameof(skip), ElementType.Float32, "[N]", n);
        if (n > int.MaxValue || k > MostChains || n * k > uint.MaxValue)
            Require.Fail(nameof(weights), $"shape [{n},{k}]; N is below 2^31, K at most {MostChains} and N·K below 2^32.");
        if (rank is < 0 or > Philox.MaxRank) Require.Fail(nameof(rank), $"{rank}; it is at least 0 and at most {Philox.MaxRank}.");
        var buffers = new BufferSet();
        buffers.Output(weights, nameof(weights));
        buffers.Output(skip, nameof(skip));
        if (buffers.IsCuda) Require.Fail(nameof(weights), $"on {buffers.Device}; draws are made in host memory.");

        Span<double> cuts = stackalloc double[(int)k];
        for (long i = 0; i < n; i++)
        {
            for (int j = 0; j < k - 1; j++) cuts[j] = Philox.Uniform(seed, step, rank, Philox.Purpose.ChainCut, (uint)(i * k + j));
            cuts[(int)k - 1] = 1;
            cuts[..((int)k - 1)].Sort();
            for (int j = 0; j < k; j++) ((float*)weights.Data)[i * k + j] = (float)(cuts[j] - (j == 0 ? 0 : cuts[j - 1]));
            ((float*)skip.Data)[i] = (float)Philox.Uniform(seed, step, rank, Philox.Purpose.Skip, (uint)i);
        }

        KeepAlive.Until(weights, skip);
    }

    /// <summary>Far more than anyone mixes; what is drawn for an image stays on the stack.</summary>
    internal const int MostChains = 64;
}
