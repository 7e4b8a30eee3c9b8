using System;

namespace GuidedMixup;

/// <summary>Mixes training batches so that the salient parts of both partners survive.</summary>
/// <remarks>
/// A mixer is a checked set of options and holds no other state: one mixer may be used from many threads at once, and the same inputs,
/// seed, step and rank give the same bits every time, with any number of threads. In the steady state (the same shapes as before) a call
/// allocates nothing. Buffers on a GPU are mixed there, in the caller's stream: such a call returns at once, never synchronises, takes its
/// workspace from <see cref="Execution.Workspace"/> and can be captured in a CUDA graph after <see cref="Prepare"/>. A batch in host memory is
/// mixed on a GPU where <see cref="Execution.Device"/> says so. Source: Kang and Kim, "GuidedMixup: An Efficient Mixup Strategy Guided by
/// Saliency Maps", AAAI 2023.
/// </remarks>
public sealed class GuidedMixer
{
    /// <summary>A mixer with the given options.</summary>
    /// <param name="options">The constants of the method; <c>null</c> for the paper's Guided-SR.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GuidedMixer(GuidedMixerOptions? options = null)
    {
        Options = options ?? new GuidedMixerOptions();
        OptionRules.Check(Options, nameof(options));
    }

    /// <summary>The constants of the method.</summary>
    public GuidedMixerOptions Options { get; }

    /// <summary>
    /// Frees what calls keep for each other: host workspaces, and device memory of batches that were mixed on a GPU from host memory. What is
    /// in use stays.
    /// </summary>
    public static void TrimWorkspaces()
    {
        Cpu.HostWorkspace.Trim();
        Cuda.HostBatch.Trim();
    }

    /// <summary>
    /// Strict mode for buffers on a GPU, as a call of its own: waits until <paramref name="execution"/>'s stream is done and throws for the
    /// first image that <paramref name="flags"/> reports. (The option <see cref="GuidedMixerOptions.Strict"/> would have to synchronise in
    /// every call, so it is refused there. Unlike with it, the outputs of the batch are already written.)
    /// </summary>
    /// <param name="flags">[N], Int32, compact: the flags output of a call on the same stream.</param>
    /// <param name="execution">The stream.</param>
    /// <exception cref="DegenerateImageException">An image is flagged.</exception>
    /// <exception cref="ArgumentException">An argument breaks a rule, or the stream is being captured.</exception>
    public static unsafe void ThrowIfFlagged(in TensorView flags, in Execution execution = default)
    {
        Require.Rank(flags, nameof(flags), 1, "[N]");
        Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", flags.Shape[0]);
        if (flags.Length > int.MaxValue) Require.Fail(nameof(flags), $"{flags.Length} images; N is below 2^31.");
        var buffers = new BufferSet();
        buffers.Input(flags, nameof(flags));
        if (buffers.IsCuda) Cuda.FlagCheck.Run(buffers, flags, execution);
        else Strict.ThrowOnAny((int*)flags.Data, (int)flags.Length);
        KeepAlive.Until(flags);
    }

    /// <summary>
    /// Loads on a GPU all that a batch [N,C,H,W] needs, so that the first call may be captured in a graph; returns the bytes of device
    /// workspace such a batch takes (0 on the host).
    /// </summary>
    /// <param name="device">Where the batch will lie. Kernels are loaded into its primary context, where torch works too.</param>
    /// <param name="n">Images.</param>
    /// <param name="c">Channels.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <exception cref="ArgumentException">A size is out of its range, or there is no such device.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    public long Prepare(Device device, int n, int c, int h, int w)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(c, 1);
        long bytes = WorkspaceSize.Mix(device, n, h, w, Options);
        if (!device.IsHost) CudaKernels.Load(device.Index);
        return bytes;
    }

    /// <summary>y = M·x + (1 − M)·x[π], t' = λ·t + (1 − λ)·t[π] for one batch [N,C,H,W].</summary>
    /// <param name="images">x, [N,C,H,W]; see <see cref="MixInputs.Images"/>.</param>
    /// <param name="labels">t; see <see cref="MixInputs.Labels"/>. May be <c>default</c> where no label output is asked for.</param>
    /// <param name="outputs">Caller-owned memory for the results.</param>
    /// <param name="step">The training step: with the seed and rank of the options it determines every draw.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <returns>The outputs, and whether the batch was mixed.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public MixResult Mix(
        in TensorView images, in TensorView labels, in MixOutputs outputs, ulong step = 0, in Execution execution = default) =>
        Mix(new MixInputs { Images = images, Labels = labels, Step = step }, outputs, execution);

    /// <summary>The same with everything a batch can bring: a gradient, saliency maps, partners, a subset.</summary>
    /// <param name="inputs">The batch.</param>
    /// <param name="outputs">Caller-owned memory for the results.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <returns>The outputs, and whether the batch was mixed.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public MixResult Mix(in MixInputs inputs, in MixOutputs outputs, in Execution execution = default)
    {
        var buffers = new BufferSet();
        MixRules.Check(Options, inputs, outputs, execution, ref buffers);
        bool isMixed = buffers.IsCuda
            ? Cuda.Pipeline.Run(buffers, Options, inputs, outputs, execution)
            : execution.Device.IsHost ? Pipeline.Run(Options, inputs, outputs, execution)
            : Cuda.HostBatch.Run(Options, inputs, outputs, execution);
        KeepAlive.Until(inputs.Images, inputs.Labels, inputs.Gradient, inputs.Saliency);
        KeepAlive.Until(inputs.Partners, inputs.Subset, outputs.Images, outputs.SoftLabels);
        KeepAlive.Until(outputs.LabelsA, outputs.LabelsB, outputs.Ratio, outputs.Partners);
        KeepAlive.Until(outputs.Mask, outputs.Saliency, outputs.Normalised, outputs.Distance);
        KeepAlive.Until(outputs.Flags, inputs.StepBuffer, execution.Workspace);
        KeepAlive.Until(inputs.Ratios, inputs.Boxes, outputs.PartnerRatio, outputs.Boxes);
        KeepAlive.Until(outputs.Weights);
        KeepAlive.Until(inputs.PartnerBoxes, inputs.Features, inputs.ClassWeights, outputs.PartnerBoxes);
        return new MixResult(outputs, isMixed);
    }
}
