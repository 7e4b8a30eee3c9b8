namespace GuidedMixup;

/// <summary>How a labelling problem is solved.</summary>
public enum SolverMode
{
    /// <summary>As the released program does, to the bit: its approximate solver, its order, its ties.</summary>
    Parity,

    /// <summary>As well as we can: the global optimum where it can be had within bounds, and never worse than parity.</summary>
    Quality,
}
