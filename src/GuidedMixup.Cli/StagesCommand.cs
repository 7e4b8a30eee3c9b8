using System.CommandLine;
using System.Globalization;

namespace GuidedMixup.Cli;

/// <summary>guidedmixup stages: every intermediate result of a batch, to be compared with numpy or torch.</summary>
internal sealed class StagesCommand
{
    private readonly Argument<string> _images = new("images") { Description = "The batch: .npy, float32 [N,C,H,W], already normalised." };

    private readonly Option<string> _out = new("--out", "-o") { Description = "Folder for the results; made if needed.", Required = true };

    private readonly Option<string?> _saliency = new("--saliency")
    {
        Description = "Saliency maps of your own (Guided-AP: the norm of the loss gradient), .npy, float32 [N,H,W]; " +
            "instead of the spectral residual.",
    };

    private readonly Option<string?> _partner = new("--partner")
    {
        Description = "Partners to replay instead of pairing, .npy, int32 or int64 [N].",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Classes, .npy, int32 or int64 [N] (with --classes), or soft rows, float32 [N,K]; writes labels.npy.",
    };

    private readonly Option<int> _classes = new("--classes") { Description = "K, the number of classes." };

    private readonly Option<bool> _antialias = new("--antialias")
    {
        Description = "Antialias the resize to 128×128 (images higher than 128), as newer torchvision does; off as released.",
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Refuse NaN, empty maps and the like instead of repairing and flagging them.",
    };

    private readonly Option<string?> _gray = new("--gray-weights")
    {
        Description = "Comma-separated weights of the channels in the gray image; needed unless C is 1 or 3.",
    };

    private readonly SharedOptions _shared;

    internal StagesCommand()
    {
        Command.Arguments.Add(_images);
        foreach (Option option in new Option[] { _out, _saliency, _partner, _labels, _classes, _antialias, _strict, _gray })
            Command.Options.Add(option);
        SharedOptions.Limit(_classes, 1, int.MaxValue);
        _gray.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && ParseWeights(result.Tokens[0].Value) == null)
                result.AddError($"--gray-weights {result.Tokens[0].Value}: finite numbers parted by commas.");
        });
        _shared = new SharedOptions(Command);
        Command.SetAction(Run);
    }

    internal Command Command { get; } = new(
        "stages",
        "Run the pipeline on an .npy batch and write every stage: saliency, norm, dist, idx, mask, mixed, ratio (float32 and int32 .npy).");

    private int Run(ParseResult result)
    {
        using var output = new OutputFolder(result.GetValue(_out)!);
        if (result.GetValue(_classes) > 0 && result.GetValue(_labels) == null)
            throw new UsageException("--classes is given without --labels.");
        using var batch = new StagedBatch(
            result.GetValue(_images)!, result.GetValue(_saliency), result.GetValue(_partner),
            result.GetValue(_labels), result.GetValue(_classes));
        GuidedMixerOptions options = _shared.Mixer(result) with
        {
            Saliency = result.GetValue(_saliency) == null ? Saliency.SpectralResidual : Saliency.Supplied,
            Antialias = result.GetValue(_antialias),
            Strict = result.GetValue(_strict),
            GrayWeights = result.GetValue(_gray) is { } text ? ParseWeights(text) : default,
        };
        using (new LateProgress())
        {
            batch.Mix(options, _shared.Execution(result));
            batch.Write(output);
            output.Commit();
        }

        if (result.GetValue(_shared.Json)) batch.WriteJson(result.GetValue(_out)!);
        else batch.Print(result.GetValue(_out)!);
        return 0;
    }

    private static float[]? ParseWeights(string text)
    {
        string[] parts = text.Split(',');
        float[] weights = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            bool isNumber = float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out weights[i]);
            if (!isNumber || !float.IsFinite(weights[i])) return null;
        }

        return weights;
    }
}
