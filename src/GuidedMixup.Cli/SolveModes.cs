namespace GuidedMixup.Cli;

/// <summary>Which answers are asked for.</summary>
internal enum SolveModes
{
    /// <summary>Both.</summary>
    Both,

    /// <summary>The released programs'.</summary>
    Parity,

    /// <summary>The better ones.</summary>
    Quality,
}
