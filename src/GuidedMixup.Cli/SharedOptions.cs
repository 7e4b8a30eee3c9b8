using System.CommandLine;

namespace GuidedMixup.Cli;

/// <summary>The options that mean the same in every command that computes.</summary>
internal sealed class SharedOptions
{
    private const int MaxThreads = 1024;

    internal SharedOptions(Command command)
    {
        Pairing.AcceptOnlyFromAmong("greedy", "random");
        Backend.AcceptOnlyFromAmong("auto", "cpu");
        Threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > MaxThreads)
                result.AddError($"--threads {result.Tokens[0].Value}: at least 0 (one a core) and at most {MaxThreads}.");
        });
        foreach (Option option in new Option[] { Pairing, Seed, Threads, Backend, Json }) command.Options.Add(option);
    }

    internal static Option<bool> MakeJson() => new("--json") { Description = "Print one JSON object and nothing else." };

    internal Option<string> Pairing { get; } = new("--pairing")
    {
        Description = "How partners are found: greedy takes the most different saliency maps, random any.",
        DefaultValueFactory = _ => "greedy",
    };

    internal Option<ulong> Seed { get; } = new("--seed") { Description = "Seed of the random pairing.", DefaultValueFactory = _ => 0 };

    internal Option<int> Threads { get; } = new("--threads")
    {
        Description = "CPU threads, 0 for one a core. The result does not depend on it.",
        DefaultValueFactory = _ => 0,
    };

    internal Option<string> Backend { get; } = new("--backend")
    {
        Description = "Where to compute. This build has the CPU only.",
        DefaultValueFactory = _ => "auto",
    };

    internal Option<bool> Json { get; } = MakeJson();

    /// <summary>The mixer's options that these make.</summary>
    internal GuidedMixerOptions Mixer(ParseResult result) => new()
    {
        Pairing = result.GetValue(Pairing) == "random" ? GuidedMixup.Pairing.Random : GuidedMixup.Pairing.Greedy,
        Seed = result.GetValue(Seed),
    };
}
