namespace GuidedMixup.Cpu;

/// <summary>What bounds the time of one labelling problem, the same on every backend; tests ask for less.</summary>
/// <param name="Waves">Most waves of a cut: α-β swap gives a longer one up, the nodes keep their labels; a convex problem falls back to the swap.</param>
/// <param name="States">Most states of the dynamic program at a time, else the swap.</param>
internal readonly record struct GridCutCaps(int Waves, int States)
{
    internal static GridCutCaps Default => new(GridFlow.MaxWaves, BrokenProfile.MaxStates);
}
