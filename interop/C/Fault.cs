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
        ("outputs.PartnerRatio", "outputs.partner_ratio"), ("outputs.Weights", "outputs.weights"), ("outputs.Boxes", "outputs.boxes"),
        ("outputs.PartnerBoxes", "outputs.partner_boxes"), ("partnerRatio", "partner_ratio"), ("partnerBoxes", "partner_boxes"),
        ("classWeights", "class_weights"), ("take SoftLabels or Weights", "take outputs.soft_labels or outputs.weights"),
        ("PuzzleMix.Blocks", "puzzlemix_blocks"), ("PuzzleMix.Labels", "puzzlemix_labels"), ("PuzzleMix.Beta", "puzzlemix_beta"),
        ("PuzzleMix.Gamma", "puzzlemix_gamma"), ("PuzzleMix.Eta", "puzzlemix_eta"), ("PuzzleMix.NeighbourSize", "puzzlemix_neighbour_size"),
        ("PuzzleMix.TransportCost", "puzzlemix_transport_cost"), ("PuzzleMix.TransportSize", "puzzlemix_transport_size"),
        ("PuzzleMix.PixelStd", "puzzlemix_pixel_std"), ("CoMixup.Blocks", "comixup_blocks"), ("CoMixup.PartSize", "comixup_part_size"),
        ("CoMixup.Iterations", "comixup_iterations"), ("CoMixup.Alpha", "comixup_alpha"), ("CoMixup.Starts", "comixup_starts"),
        ("CoMixup.Beta", "comixup_beta"), ("CoMixup.Gamma", "comixup_gamma"), ("CoMixup.Tau", "comixup_tau"), ("CoMixup.Eta", "comixup_eta"),
        ("CoMixup.Omega", "comixup_omega"), ("Alpha is", "alpha is"),
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
