using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace GuidedMixup.Cli;

/// <summary>guidedmixup mix: photographs in, mixed photographs and a contact sheet out.</summary>
internal sealed class MixCommand
{
    internal const string SheetName = "contact-sheet.png";
    private const int MinSize = 4;
    private const int MaxSize = 4096;

    private readonly Argument<string[]> _paths = new("paths")
    {
        Description = "Pictures (PNG, binary PPM or PGM, JPEG with libturbojpeg, .npy batches) or folders of them. " +
            "Without any: the twelve bundled photographs.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder for the results; made if needed.",
        DefaultValueFactory = _ => "guidedmixup-out",
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "Side of the square the images are cropped and resized to.",
        DefaultValueFactory = _ => 224,
    };

    private readonly Option<string> _saliency = new("--saliency")
    {
        Description = "Where saliency comes from: sr, the spectral residual.",
        DefaultValueFactory = _ => "sr",
    };

    private readonly Option<string> _method = new("--method")
    {
        Description = "How two pictures are mixed; all shows every method on the same pictures and partners.",
        DefaultValueFactory = _ => MethodNames.Default,
    };

    private readonly Option<string> _draw = new("--draw")
    {
        Description = "What λ and boxes are drawn for: batch (as released), pair or image.",
        DefaultValueFactory = _ => "image",
    };

    private readonly Option<double?> _alpha = new("--alpha") { Description = "α of λ ~ Beta(α, α), above 0; the method's own where left out." };

    private readonly SharedOptions _shared;

    internal MixCommand()
    {
        Command.Arguments.Add(_paths);
        foreach (Option option in new Option[] { _out, _size, _method, _draw, _alpha, _saliency }) Command.Options.Add(option);
        _saliency.AcceptOnlyFromAmong("sr");
        _method.AcceptOnlyFromAmong([.. MethodNames.All, MethodNames.Every]);
        _draw.AcceptOnlyFromAmong("batch", "pair", "image");
        _alpha.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha) && (!(alpha > 0) || double.IsInfinity(alpha)))
                result.AddError($"--alpha {text}: above 0, and finite");
        });
        SharedOptions.Limit(_size, MinSize, MaxSize);
        _paths.Validators.Add(result =>
        {
            // An argument that takes any number of names would swallow a mistyped option.
            foreach (Token token in result.Tokens)
            {
                if (token.Value.StartsWith('-') && !File.Exists(token.Value))
                    result.AddError($"{token.Value}: no option of mix, and no file");
            }
        });
        _shared = new SharedOptions(Command);
        Command.SetAction(Run);
    }

    internal Command Command { get; } = new(
        "mix", "Mix pictures so that the salient parts of both partners survive; write each one and a contact sheet.");

    private int Run(ParseResult result)
    {
        int size = result.GetValue(_size);
        string folder = result.GetValue(_out)!;
        using var output = new OutputFolder(folder);
        var work = Stopwatch.StartNew();
        var batches = new List<MixedBatch>();
        var times = new List<StageTimes>();
        var files = new List<string[]>();
        double load, write;
        try
        {
            using (var progress = new LateProgress())
            {
                List<(string Name, Picture Picture)> pictures = Read(PictureSource.Files(result.GetValue(_paths)!), size, progress);
                load = work.Elapsed.TotalMilliseconds;
                MixMethod[] methods = MethodNames.Parse(result.GetValue(_method)!, size);
                progress.Begin("mixing", methods.Length);
                foreach (MixMethod method in methods)
                {
                    batches.Add(new MixedBatch(pictures, size));
                    times.Add(batches[^1].Run(Mixer(result, method), _shared.Execution(result)));
                    progress.Advance();
                }

                work.Restart();
                progress.Begin("writing", (batches.Count * pictures.Count) + 1);
                foreach (MixedBatch batch in batches)
                    files.Add(Write(batch, batches.Count == 1 ? "mixed" : MethodNames.Of(batch.Method), output, progress));
                Picture sheet = batches.Count == 1 ? ContactSheet.Draw(batches[0]) : MethodSheet.Draw(batches);
                output.Write(SheetName, stream => Png.Encode(sheet, stream));
                progress.Advance();
                output.Commit();
                write = work.Elapsed.TotalMilliseconds;
            }

            string path = Path.Combine(folder, SheetName);
            if (result.GetValue(_shared.Json)) MixReport.Json(batches, times, load, write, folder, files, path);
            else if (batches.Count == 1) MixReport.Print(batches[0], times[0], load, write, path);
            else MethodReport.Print(batches, times, load, write, path);
        }
        finally
        {
            foreach (MixedBatch batch in batches) batch.Dispose();
        }

        return 0;
    }

    private GuidedMixerOptions Mixer(ParseResult result, MixMethod method) => _shared.Mixer(result) with
    {
        Method = method,
        Alpha = result.GetValue(_alpha),
        DrawMode = result.GetValue(_draw) switch { "batch" => DrawMode.Batch, "pair" => DrawMode.Pair, _ => DrawMode.Image },
        PixelScale = ImageNet.Scale,
        PixelOffset = ImageNet.Offset,
    };

    private static List<(string Name, Picture Picture)> Read(List<string> paths, int size, LateProgress progress)
    {
        progress.Begin("reading", paths.Count);
        var source = new PictureSource(size);
        foreach (string path in paths)
        {
            source.Add(path);
            progress.Advance();
        }

        return [.. source.Pictures];
    }

    private static string[] Write(MixedBatch batch, string prefix, OutputFolder output, LateProgress progress)
    {
        string[] files = new string[batch.Count];
        string digits = new('0', Math.Max(2, batch.Count.ToString(CultureInfo.InvariantCulture).Length));
        for (int i = 0; i < batch.Count; i++)
        {
            files[i] = $"{prefix}-{(i + 1).ToString(digits, CultureInfo.InvariantCulture)}-{Stem(batch.Names[i])}.png";
            Picture mixed = batch.Mixed(i);
            output.Write(files[i], stream => Png.Encode(mixed, stream));
            progress.Advance();
        }

        return files;
    }

    /// <summary>At most 80 characters, so that a long name still makes a file name with its number and ending.</summary>
    private static string Stem(string name) => name.Length <= 80 ? name : name[..80];
}
