using System;

namespace GuidedMixup;

/// <summary>Mixes training batches so that the salient parts of both partners survive.</summary>
/// <remarks>
/// A mixer is a checked set of options and holds no other state: one mixer may be used from many threads at once, and the same inputs,
/// seed, step and rank give the same bits every time, with any number of threads. In the steady state (the same shapes as before) a call
/// allocates nothing. Source: Kang and Kim, "GuidedMixup: An Efficient Mixup Strategy Guided by Saliency Maps", AAAI 2023.
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

    /// <summary>Frees the host workspaces that calls keep for each other; those in use stay.</summary>
    public static void TrimWorkspaces() => Cpu.HostWorkspace.Trim();

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
        MixRules.Check(Options, inputs, outputs, execution);
        bool isMixed = Pipeline.Run(Options, inputs, outputs, execution);
        KeepAlive.Until(inputs.Images, inputs.Labels, inputs.Gradient, inputs.Saliency);
        KeepAlive.Until(inputs.Partners, inputs.Subset, outputs.Images, outputs.SoftLabels);
        KeepAlive.Until(outputs.LabelsA, outputs.LabelsB, outputs.Ratio, outputs.Partners);
        KeepAlive.Until(outputs.Mask, outputs.Saliency, outputs.Normalised, outputs.Distance);
        KeepAlive.Until(outputs.Flags);
        return new MixResult(outputs, isMixed);
    }
}
