using System;

namespace GuidedMixup;

/// <summary>The constants of the method, with the paper's defaults.</summary>
/// <remarks>Source: Kang and Kim, "GuidedMixup: An Efficient Mixup Strategy Guided by Saliency Maps", AAAI 2023.</remarks>
public sealed record GuidedMixerOptions
{
    /// <summary>Images higher than this many rows have their spectral residual computed on a square plane of this size.</summary>
    public const int WorkingSize = 128;

    /// <summary>How two images are mixed.</summary>
    public MixMethod Method { get; init; } = MixMethod.GuidedMixup;

    /// <summary>α of λ ~ Beta(α, α), positive; <c>null</c> for the method's own: 5 for <see cref="MixMethod.SnapMix"/>, 1 for the others.</summary>
    public double? Alpha { get; init; }

    /// <summary>What λ and boxes are drawn for: a batch, a pair or an image.</summary>
    public DrawMode DrawMode { get; init; } = DrawMode.Batch;

    /// <summary>The constants of <see cref="MixMethod.PuzzleMix"/>.</summary>
    public PuzzleMixOptions PuzzleMix { get; init; } = PuzzleMixOptions.Default;

    /// <summary>The constants of <see cref="MixMethod.CoMixup"/>.</summary>
    public CoMixupOptions CoMixup { get; init; } = CoMixupOptions.Default;

    /// <summary>Where the saliency maps come from.</summary>
    public Saliency Saliency { get; init; } = Saliency.SpectralResidual;

    /// <summary>
    /// How partners are found; <c>null</c> for the method's own: greedy for <see cref="MixMethod.GuidedMixup"/>, random for the others. Greedy
    /// pairing takes the maps of <see cref="Saliency"/>, whatever the method.
    /// </summary>
    public Pairing? Pairing { get; init; }

    /// <summary>The distance that greedy pairing maximises.</summary>
    public DistanceMetric Distance { get; init; } = DistanceMetric.L2;

    /// <summary>Taps of the Gaussian blur on a side; odd. Half of it (rounded down) must be below the height and the width.</summary>
    public int BlurSize { get; init; } = 7;

    /// <summary>Standard deviation of the Gaussian blur, in pixels; positive.</summary>
    public double BlurSigma { get; init; } = 3;

    /// <summary>
    /// Antialias the resize to the working size, as newer torchvision does by default. Off as released; it can change partners.
    /// </summary>
    public bool Antialias { get; init; }

    /// <summary>
    /// The weight of each channel in the gray image; empty for 0.2989, 0.587, 0.114 (three channels) or the channel itself (one).
    /// </summary>
    public ReadOnlyMemory<float> GrayWeights { get; init; }

    /// <summary>What a uint8 pixel is multiplied by to normalise it, a value a channel; empty for 1/255.</summary>
    public ReadOnlyMemory<float> PixelScale { get; init; }

    /// <summary>What is added to a scaled uint8 pixel to normalise it, a value a channel; empty for 0.</summary>
    public ReadOnlyMemory<float> PixelOffset { get; init; }

    /// <summary>
    /// The chance that a batch (or an image, by <see cref="ProbabilityMode"/>) is mixed at all, 0 to 1. The paper trains with 0.5 for
    /// Guided-SR and 0.8 for Guided-AP; 1 here, so that a call mixes unless told otherwise.
    /// </summary>
    public double Probability { get; init; } = 1;

    /// <summary>Whether <see cref="Probability"/> is drawn for a batch or for each image.</summary>
    public ProbabilityMode ProbabilityMode { get; init; } = ProbabilityMode.Batch;

    /// <summary>The seed of every draw, together with the call's step and <see cref="Rank"/>.</summary>
    public ulong Seed { get; init; }

    /// <summary>The process among those that train together, so that each draws its own numbers; at least 0.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// Turn every data fault (<see cref="ImageFlags"/>) into a <see cref="DegenerateImageException"/>. Refused for buffers on a GPU, whose
    /// faults are known only when the stream gets there: read the flags output instead.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>What a stage takes where no options are given: one object, so that a call allocates nothing.</summary>
    internal static GuidedMixerOptions Default { get; } = new();

    internal double AlphaInUse => Alpha ?? (Method == MixMethod.SnapMix ? 5 : 1);

    internal Pairing PairingInUse => Pairing ?? (Method == MixMethod.GuidedMixup ? GuidedMixup.Pairing.Greedy : GuidedMixup.Pairing.Random);
}
