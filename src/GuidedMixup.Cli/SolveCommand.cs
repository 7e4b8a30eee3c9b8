using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>guidedmixup solve: stored Co-Mixup, PuzzleMix and labelling problems, solved as released and better.</summary>
internal sealed class SolveCommand
{
    private const int MaxStarts = 64;
    private const int MaxThreads = 1024;

    private readonly Argument<string> _folder = new("folder")
    {
        Description = "Problems as NAME_KEY.npy: comix_* (sal, alpha, init, A), sub_* and puzzle_* (U, V, ev, eh), and manifest.json.",
    };

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "parity answers as the released programs do, quality never worse, both gives both.",
        DefaultValueFactory = _ => "both",
    };

    private readonly Option<int> _starts = new("--starts")
    {
        Description = "Start layouts that quality tries for each Co-Mixup part.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the further starts.", DefaultValueFactory = _ => 0 };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "CPU threads for the images of a batch, 0 for one a core. The answers do not depend on it.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "Folder for the answers as .npy (NAME_MODE_z, NAME_MODE_labels, NAME_mixed) and solve.svg; made if needed.",
    };

    private readonly Option<bool> _json = SharedOptions.MakeJson();

    internal SolveCommand()
    {
        Command.Arguments.Add(_folder);
        foreach (Option option in new Option[] { _mode, _starts, _seed, _threads, _out, _json }) Command.Options.Add(option);
        _mode.AcceptOnlyFromAmong("both", "parity", "quality");
        SharedOptions.Limit(_starts, 1, MaxStarts);
        SharedOptions.Limit(_threads, 0, MaxThreads, "(0: one a core)");
        Command.SetAction(Run);
    }

    internal Command Command { get; } = new(
        "solve", "Solve stored Co-Mixup parts, PuzzleMix batches and labelling problems; report answers, objectives and milliseconds.");

    private int Run(ParseResult result)
    {
        string path = result.GetValue(_folder)!;
        using OutputFolder? output = result.GetValue(_out) is { } name ? new OutputFolder(name) : null;
        using var folder = new SolveFolder(path);
        List<SolveResult> results;
        using (new LateProgress())
        {
            results = Solve(folder, result);
            if (results.Count == 0) throw new InputException($"{path}: no comix_*_sal.npy, sub_*_U.npy or puzzle_*_U.npy in it.");
            if (output != null)
            {
                foreach (SolveResult found in results) SolveReport.Save(output, found);
                byte[] plot = Encoding.UTF8.GetBytes(SolvePlot.Draw(results));
                output.Write("solve.svg", stream => stream.Write(plot));
                output.Commit();
            }
        }

        if (result.GetValue(_json)) SolveReport.WriteJson(path, results);
        else SolveReport.Print(results);
        return 0;
    }

    private List<SolveResult> Solve(SolveFolder folder, ParseResult result)
    {
        SolveModes modes = result.GetValue(_mode) switch { "parity" => SolveModes.Parity, "quality" => SolveModes.Quality, _ => SolveModes.Both };
        int threads = result.GetValue(_threads), starts = result.GetValue(_starts);
        ulong seed = result.GetValue(_seed);
        var results = new List<SolveResult>();
        foreach (string name in folder.Names("comix_", "sal").Concat(folder.Names("brute_", "sal")))
            results.Add(SolvePart.Run(folder, name, modes, starts, seed));
        foreach (string name in folder.Names("sub_", "U")) results.Add(SolveCuts.Run(folder, name, SolveKind.Sub, modes, threads));
        foreach (string name in folder.Names("puzzle_", "U")) results.Add(SolveCuts.Run(folder, name, SolveKind.Puzzle, modes, threads));
        return results;
    }
}
