namespace GuidedMixup.Cli;

/// <summary>What is to be timed, for every shape alike.</summary>
internal sealed record BenchSetting(
    GuidedMixerOptions Options, Execution Execution, ElementType Type, bool IsChannelsLast, double Seconds);
