namespace GuidedMixup;

/// <summary>The constants of Co-Mixup, with the released program's defaults.</summary>
/// <remarks>Source: Kim, Choo, Jeong and Song, "Co-Mixup: Saliency Guided Joint Mixup with Supermodular Diversity", ICLR 2021.</remarks>
public sealed record CoMixupOptions
{
    /// <summary>The blocks of an image on a side: 4, 8 or 16 in the paper; 1 to 32.</summary>
    public int Blocks { get; init; } = 4;

    /// <summary>The images that are mixed with each other: a batch is cut into parts of so many; 1 to 250 (ImageNet: 16).</summary>
    public int PartSize { get; init; } = 20;

    /// <summary>β, the weight of boundaries between blocks; at least 0.</summary>
    public double Beta { get; init; } = 0.32;

    /// <summary>γ, the weight of the overlap between outputs; at least 0.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>τ, the share of an input that the other outputs may hold for nothing; at least 0.</summary>
    public double Tau { get; init; } = 0.83;

    /// <summary>η, the weight of the Dirichlet prior; at least 0.</summary>
    public double Eta { get; init; } = 0.05;

    /// <summary>ω, how much the distance of two images' saliency peaks counts in their compatibility; 0 to 1.</summary>
    public double Omega { get; init; } = 0.001;

    /// <summary>Rounds over the outputs (ImageNet: 3); 1 to 100.</summary>
    public int Iterations { get; init; } = 4;

    /// <summary>The parameter of the Dirichlet distribution that says how much of each image is to be seen; 1 to 16.</summary>
    public int Alpha { get; init; } = 2;

    /// <summary>Parity: the released program's layouts. Quality: those, and then whatever lowers the objective further.</summary>
    public SolverMode Mode { get; init; } = SolverMode.Parity;

    /// <summary>
    /// In quality mode, how many start layouts are tried; the best end is kept. The first is parity's. 1 to 64; time grows with it.
    /// </summary>
    public int Starts { get; init; } = 1;

    /// <summary>One object, so that a call allocates nothing.</summary>
    internal static CoMixupOptions Default { get; } = new();
}
