namespace GuidedMixup;

/// <summary>Co-Mixup's objective of one part; lower is better. Nothing shows that a lower value trains better.</summary>
/// <param name="Unary">Σ_j Σ_s c·z.</param>
/// <param name="Pairwise">(β/2)·Σ_edges ‖z_s − z_t‖², β divided by the number of blocks.</param>
/// <param name="Penalty">γ·Σ_jm n_jm·[q_jm > th]·q_jm, γ divided by the number of blocks.</param>
public readonly record struct CoMixupValue(double Unary, double Pairwise, double Penalty)
{
    /// <summary>F, the sum of the three.</summary>
    public double Total => Unary + Pairwise + Penalty;
}
