using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>guidedmixup bench: how long each stage and the whole batch take here, beside memcpy.</summary>
internal sealed class BenchCommand
{
    private const double MaxSeconds = 600;
    private static readonly string[] DefaultShapes = ["64,3,224,224", "64,3,64,64", "64,3,32,32", "256,3,32,32"];
    private static readonly string[] AllStages = [nameof(GradientSaliency), .. BenchBatch.Names(Saliency.SpectralResidual)];

    private readonly Option<string[]> _shapes = new("--shape")
    {
        Description = "A batch to time, N,C,H,W; may be given several times.",
        DefaultValueFactory = _ => DefaultShapes,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _stages = new("--stage")
    {
        Description = $"Time this stage by itself, not all of them; may be given several times. One of {string.Join(", ", AllStages)}.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _methods = new("--method")
    {
        Description = "Time this method's whole batch beside memcpy of the bytes it has to move, not the stages; may be given several times. all: every method.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _saliency = new("--saliency")
    {
        Description = "sr: Guided-SR, the spectral residual; ap: Guided-AP, from a loss gradient.",
        DefaultValueFactory = _ => "sr",
    };

    private readonly Option<string> _type = new("--type") { Description = "Element type of the images.", DefaultValueFactory = _ => "float32" };

    private readonly Option<string> _layout = new("--layout") { Description = "Memory layout of the images.", DefaultValueFactory = _ => "nchw" };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Time to spend on each shape, after the warm-up; at least five rounds are run.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _plot = new("--plot") { Description = "Also draw the medians as bars, into this .svg file." };

    private readonly SharedOptions _shared;

    internal BenchCommand()
    {
        foreach (Option option in new Option[] { _shapes, _stages, _methods, _saliency, _type, _layout, _seconds, _plot }) Command.Options.Add(option);
        _saliency.AcceptOnlyFromAmong("sr", "ap");
        _methods.AcceptOnlyFromAmong([.. MethodNames.All, MethodNames.Every]);
        _type.AcceptOnlyFromAmong("float32", "float16", "bfloat16", "uint8");
        _layout.AcceptOnlyFromAmong("nchw", "nhwc");
        Check(_shapes, BenchShape.Fault);
        Check(_stages, text => StageOf(text) == null ? $"no stage; there are {string.Join(", ", AllStages)}" : null);
        Check(_plot, text => text.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) ? null : "the file's name ends in .svg");
        Check(_seconds, text =>
        {
            // Text that is no number is the parser's to refuse.
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            return isNumber && !(value >= 0 && value <= MaxSeconds) ? $"at least 0 and at most {MaxSeconds}" : null;
        });
        _shared = new SharedOptions(Command);
        Command.SetAction(Run);
    }

    internal Command Command { get; } = new(
        "bench", "Time every stage and the whole batch on this machine, beside the floor that memcpy sets.");

    private static void Check(Option option, Func<string, string?> fault) => option.Validators.Add(result =>
    {
        foreach (System.CommandLine.Parsing.Token token in result.Tokens)
        {
            if (fault(token.Value) is { } text) result.AddError($"{option.Name} {token.Value}: {text}");
        }
    });

    private static string? StageOf(string text) => Array.Find(AllStages, stage => stage.Equals(text, StringComparison.OrdinalIgnoreCase));

    private int Run(ParseResult result)
    {
        BenchShape[] shapes = [.. result.GetValue(_shapes)!.Select(BenchShape.Of)];
        GuidedMixerOptions options = _shared.Mixer(result) with
        {
            Saliency = result.GetValue(_saliency) == "ap" ? Saliency.Gradient : Saliency.SpectralResidual,
        };
        string[] stages = [.. (result.GetValue(_stages) ?? []).Select(text => StageOf(text)!)];
        string[] known = BenchBatch.Names(options.Saliency);
        if (Array.Find(stages, stage => !known.Contains(stage)) is { } stranger)
            throw new UsageException($"--stage {stranger}: no stage of --saliency {result.GetValue(_saliency)}.");
        var setting = new BenchSetting(
            options, _shared.Execution(result), Enum.Parse<ElementType>(result.GetValue(_type)!, ignoreCase: true),
            result.GetValue(_layout) == "nhwc", result.GetValue(_seconds));
        string? plot = result.GetValue(_plot);
        string[] methods = result.GetValue(_methods) ?? [];
        if (methods.Length > 0)
        {
            if (stages.Length > 0) throw new UsageException("--method: times whole batches; leave out --stage.");
            if (plot != null) throw new UsageException("--method: --plot draws stages; leave out one of them.");
            // A method's own pairing, unless one is asked for.
            bool isPaired = result.GetResult(_shared.Pairing) is { Implicit: false };
            RunMethods(result, shapes, methods, isPaired ? setting : setting with { Options = options with { Pairing = null } });
            return 0;
        }

        foreach (BenchShape shape in shapes) MemoryBudget.Demand(BenchBatch.Bytes(shape, setting), $"--shape {shape}");
        using OutputFolder? output = plot == null ? null : Folder(plot);
        var results = new List<BenchResult>();
        using (var progress = new LateProgress())
        {
            progress.Begin("timing", shapes.Length);
            foreach (BenchShape shape in shapes)
            {
                results.Add(BenchRun.Measure(shape, setting, stages));
                progress.Advance();
            }

            if (output != null)
            {
                output.Write(Path.GetFileName(plot!), stream => stream.Write(Encoding.UTF8.GetBytes(BenchPlot.Draw(results))));
                output.Commit();
            }
        }

        if (result.GetValue(_shared.Json)) BenchReport.Json(results);
        else BenchReport.Print(results);
        return 0;
    }

    private void RunMethods(ParseResult result, BenchShape[] shapes, string[] names, BenchSetting setting)
    {
        foreach (BenchShape shape in shapes) MemoryBudget.Demand(MethodBenchBatch.Bytes(shape, setting), $"--shape {shape}");
        bool isEvery = names.Contains(MethodNames.Every);
        MixMethod[] methods = isEvery ? Enum.GetValues<MixMethod>() : [.. names.Distinct().Select(name => MethodNames.Parse(name))];
        var results = new List<MethodBenchResult>();
        using (var progress = new LateProgress())
        {
            progress.Begin("timing", shapes.Length);
            foreach (BenchShape shape in shapes)
            {
                results.AddRange(BenchRun.Measure(shape, setting, methods));
                progress.Advance();
            }
        }

        // Among all methods one may be left out; one that was asked for may not.
        if (!isEvery && results.Find(one => one.Refusal != null) is { } refused)
            throw new InputException($"--method {MethodNames.Of(refused.Method)}: {refused.Refusal}");
        if (result.GetValue(_shared.Json)) MethodBenchReport.Json(results);
        else MethodBenchReport.Print(results);
    }

    private static OutputFolder Folder(string plot)
    {
        string full = Path.GetFullPath(plot);
        if (Directory.Exists(full)) throw new InputException($"--plot {plot}: a folder where a file is to be written.");
        string folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder)) throw new InputException($"--plot {plot}: there is no folder {folder}.");
        return new OutputFolder(folder);
    }
}
