namespace GuidedMixup.Cli;

/// <summary>What kind of instance a name is.</summary>
internal enum SolveKind
{
    /// <summary>comix_* and brute_*: a Co-Mixup part.</summary>
    Part,

    /// <summary>sub_*: one labelling problem.</summary>
    Sub,

    /// <summary>puzzle_*: a PuzzleMix batch.</summary>
    Puzzle,
}
