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

    private readonly SharedOptions _shared;

    internal MixCommand()
    {
        Command.Arguments.Add(_paths);
        foreach (Option option in new Option[] { _out, _size, _saliency }) Command.Options.Add(option);
        _saliency.AcceptOnlyFromAmong("sr");
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
        MixedBatch batch;
        StageTimes times;
        string[] files;
        double load, write;
        using (var progress = new LateProgress())
        {
            batch = Load(PictureSource.Files(result.GetValue(_paths)!), size, progress);
            load = work.Elapsed.TotalMilliseconds;
            progress.Begin("mixing", 1);
            GuidedMixerOptions options = _shared.Mixer(result) with { PixelScale = ImageNet.Scale, PixelOffset = ImageNet.Offset };
            times = batch.Run(options, _shared.Execution(result));
            work.Restart();
            files = Write(batch, output, progress);
            output.Commit();
            write = work.Elapsed.TotalMilliseconds;
        }

        using (batch)
        {
            string sheet = Path.Combine(folder, SheetName);
            if (result.GetValue(_shared.Json)) MixReport.Json(batch, times, load, write, folder, files, sheet);
            else MixReport.Print(batch, times, load, write, sheet);
        }

        return 0;
    }

    private static MixedBatch Load(List<string> paths, int size, LateProgress progress)
    {
        progress.Begin("reading", paths.Count);
        var source = new PictureSource(size);
        foreach (string path in paths)
        {
            source.Add(path);
            progress.Advance();
        }

        return new MixedBatch(source.Pictures, size);
    }

    private static string[] Write(MixedBatch batch, OutputFolder output, LateProgress progress)
    {
        progress.Begin("writing", batch.Count + 1);
        string[] files = new string[batch.Count];
        string digits = new('0', Math.Max(2, batch.Count.ToString(CultureInfo.InvariantCulture).Length));
        for (int i = 0; i < batch.Count; i++)
        {
            files[i] = $"mixed-{(i + 1).ToString(digits, CultureInfo.InvariantCulture)}-{Stem(batch.Names[i])}.png";
            Picture mixed = batch.Mixed(i);
            output.Write(files[i], stream => Png.Encode(mixed, stream));
            progress.Advance();
        }

        Picture sheet = ContactSheet.Draw(batch);
        output.Write(SheetName, stream => Png.Encode(sheet, stream));
        progress.Advance();
        return files;
    }

    /// <summary>At most 80 characters, so that a long name still makes a file name with its number and ending.</summary>
    private static string Stem(string name) => name.Length <= 80 ? name : name[..80];
}
