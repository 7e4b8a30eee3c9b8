using System;

namespace GuidedMixup.Interop.C;

/// <summary>Argument errors in the words of the C interface: the argument's C name, the value, the rule.</summary>
internal static class Fault
{
    /// <summary>What the library calls an argument where C calls it something else.</summary>
    private static readonly (string Library, string C)[] Names =
    [
        ("outputs.Images", "outputs.images"), ("outputs.SoftLabels", "outputs.soft_labels"), ("outputs.LabelsA", "outputs.labels_a"),
        ("outputs.LabelsB", "outputs.labels_b"), ("outputs.Ratio", "outputs.ratio"), ("outputs.Partners", "outputs.partners"),
        ("outputs.Mask", "outputs.mask"), ("outputs.Saliency", "outputs.saliency"), ("outputs.Normalised", "outputs.normalised"),
        ("outputs.Distance", "outputs.distance"), ("outputs.Flags", "outputs.flags"), ("execution.Workspace", "execution.workspace"),
        ("stepBuffer", "step_buffer"), ("mixedGradient", "mixed_gradient"), ("imageGradient", "image_gradient"), ("labelsA", "labels_a"),
        ("labelsB", "labels_b"), ("BlurSize", "blur_size"), ("BlurSigma", "blur_sigma"), ("GrayWeights", "gray_weights"),
        ("PixelScale", "pixel_scale"), ("PixelOffset", "pixel_offset"), ("GuidedMixer.ThrowIfFlagged", "guidedmixup_check_flags"),
        ("GuidedMixer.Prepare", "guidedmixup_prepare"), ("(WorkspaceSize)", "(guidedmixup_workspace_size_*)"),
        ("Probability is", "probability is"), ("Rank is", "rank is"), ("Threads is", "threads is"), ("Device is", "device is"), ("Strict is", "strict is"),
    ];

    internal static ArgumentException Of(string name, string rule) => new($"{name}: {rule}", name);

    /// <summary>An exception's message in C's names, without the parameter that .NET adds at its end.</summary>
    internal static string Text(Exception error)
    {
        string text = error.Message;
        if (error is ArgumentException { ParamName: { } parameter })
        {
            string suffix = $" (Parameter '{parameter}')";
            int at = text.IndexOf(suffix, StringComparison.Ordinal);
            if (at >= 0) text = text.Remove(at, suffix.Length);
        }

        foreach ((string library, string c) in Names) text = text.Replace(library, c, StringComparison.Ordinal);
        return text;
    }
}
