using System.CommandLine;
using System.Globalization;

namespace GuidedMixup.Cli;

/// <summary>The options that mean the same in every command that computes.</summary>
internal sealed class SharedOptions
{
    private const int MaxThreads = 1024;

    internal SharedOptions(Command command)
    {
        Pairing.AcceptOnlyFromAmong("greedy", "random");
        Backend.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        Limit(Threads, 0, MaxThreads, "(0: one a core)");
        foreach (Option option in new Option[] { Pairing, Seed, Threads, Backend, Json }) command.Options.Add(option);
    }

    /// <summary>Refuses what is no whole number from the lowest to the highest.</summary>
    internal static void Limit(Option<int> option, int lowest, int highest, string note = "")
    {
        option.Validators.Add(result =>
        {
            // Text that is no number is the parser's to refuse; its value must not be asked for here.
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && (value < lowest || value > highest))
                result.AddError($"{option.Name} {text}: at least {lowest} and at most {highest} {note}".TrimEnd());
        });
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
        Description = "Where to compute; auto takes a GPU where CUDA runs (see guidedmixup info), and else the CPU.",
        DefaultValueFactory = _ => "auto",
    };

    internal Option<bool> Json { get; } = MakeJson();

    /// <summary>Where and how to run; an error where a GPU is demanded and there is none.</summary>
    internal Execution Execution(ParseResult result)
    {
        string backend = result.GetValue(Backend)!;
        Device device = default;
        if (backend != "cpu")
        {
            (bool isAvailable, string text) = CudaState.Get();
            if (isAvailable) device = new Device(DeviceType.Cuda);
            else if (backend == "cuda") throw new InputException($"--backend cuda: {text}");
        }

        return new Execution(Threads: result.GetValue(Threads), Device: device);
    }

    /// <summary>The mixer's options that these make.</summary>
    internal GuidedMixerOptions Mixer(ParseResult result) => new()
    {
        Pairing = result.GetValue(Pairing) == "random" ? GuidedMixup.Pairing.Random : GuidedMixup.Pairing.Greedy,
        Seed = result.GetValue(Seed),
    };
}
