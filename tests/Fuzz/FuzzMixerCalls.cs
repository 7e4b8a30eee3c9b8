using System;
using static GuidedMixup.Tests.Fuzz.FuzzParameter;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>The whole mix, by every method.</summary>
internal static class FuzzMixerCalls
{
    private static readonly FuzzParameter Gradient = In("gradient", "NCHW", FuzzRole.Gradient), Saliency = In("saliency", "NHW", FuzzRole.Maps);

    private static readonly FuzzParameter[] Drawn = [MaybeIn("ratios", "N", FuzzRole.Draws)], Boxed = [.. Drawn, MaybeIn("boxes", "N4", FuzzRole.Boxes)];

    private static readonly FuzzParameter[] Maps =
        [Maybe("outputs.Saliency", "NHW", FuzzRole.Float), Maybe("outputs.Normalised", "NHW", FuzzRole.Normalised), Maybe("outputs.Distance", "NN", FuzzRole.Float)];

    private static readonly FuzzParameter Mask = Maybe("outputs.Mask", "NHW", FuzzRole.Ratio), BoxesOut = Maybe("outputs.Boxes", "N4", FuzzRole.Boxes);

    private static readonly FuzzParameter[] Classes =
    [
        MaybeIn("partnerBoxes", "N4", FuzzRole.Boxes), In("features", "NFhw", FuzzRole.Gradient, "NF"), In("classWeights", "KF", FuzzRole.ClassWeights, "F"),
        Maybe("outputs.PartnerBoxes", "N4", FuzzRole.Boxes),
    ];

    internal static readonly FuzzCall[] All =
    [
        Mixer(MixMethod.GuidedMixup, GuidedMixup.Saliency.SpectralResidual, [.. Maps, Mask]),
        Mixer(MixMethod.GuidedMixup, GuidedMixup.Saliency.Gradient, [Gradient, .. Maps, Mask]),
        Mixer(MixMethod.GuidedMixup, GuidedMixup.Saliency.Supplied, [Saliency, .. Maps, Mask]),
        Mixer(MixMethod.Mixup, GuidedMixup.Saliency.SpectralResidual, Drawn),
        Mixer(MixMethod.CutMix, GuidedMixup.Saliency.Gradient, [Gradient, .. Boxed, BoxesOut]),
        Mixer(MixMethod.SaliencyMix, GuidedMixup.Saliency.Supplied, [Saliency, .. Boxed, .. Maps, BoxesOut]),
        Mixer(MixMethod.SnapMix, GuidedMixup.Saliency.SpectralResidual, [.. Boxed, .. Classes, BoxesOut]),
        Mixer(MixMethod.PuzzleMix, GuidedMixup.Saliency.Supplied, [Saliency, .. Drawn, .. Maps, Mask]),
        Mixer(MixMethod.CoMixup, GuidedMixup.Saliency.Supplied, [Saliency, .. Maps]),
    ];

    private static FuzzCall Mixer(MixMethod method, Saliency saliency, FuzzParameter[] own)
    {
        bool isSnap = method == MixMethod.SnapMix, hasPartners = method != MixMethod.CoMixup;
        FuzzRole labels = isSnap ? FuzzRole.Classes : FuzzRole.Labels, ratio = isSnap ? FuzzRole.Float : FuzzRole.Ratio;
        string sizes = isSnap ? "N" : "L";
        FuzzParameter[] paired =
        [
            MaybeIn("partners", "N", FuzzRole.Partners), Maybe("outputs.LabelsA", sizes, labels), Maybe("outputs.LabelsB", sizes, labels),
            Maybe("outputs.Ratio", "N", ratio), Maybe("outputs.PartnerRatio", "N", ratio), Maybe("outputs.Partners", "N", FuzzRole.Partners),
        ];
        return new(
            $"GuidedMixer.Mix({method}{(method == MixMethod.GuidedMixup ? $", {saliency}" : "")})", Mix,
            c => WorkspaceSize.Mix(FuzzCase.Gpu, c.N, c.H, c.W, c.Options),
            [
                In("images", "NCHW", FuzzRole.Images), In("labels", sizes, labels, "N"), MaybeIn("subset", "N", FuzzRole.Subset),
                MaybeIn("stepBuffer", "1", FuzzRole.Step), Out("outputs.Images", "NCHW", FuzzRole.Images),
                Maybe("outputs.SoftLabels", "NK", FuzzRole.Float, "N"), Maybe("outputs.Flags", "N", FuzzRole.Flags), .. own,
                .. hasPartners ? paired : [Maybe("outputs.Weights", "NN", FuzzRole.Layout)],
            ])
        {
            Method = method,
            Saliency = saliency,
        };
    }

    private static void Mix(Func<string, TensorView> a, Execution execution, FuzzCase c)
    {
        var inputs = new MixInputs
        {
            Images = a("images"),
            Labels = a("labels"),
            Gradient = a("gradient"),
            Saliency = a("saliency"),
            Partners = a("partners"),
            Subset = a("subset"),
            Ratios = a("ratios"),
            Boxes = a("boxes"),
            PartnerBoxes = a("partnerBoxes"),
            Features = a("features"),
            ClassWeights = a("classWeights"),
            Step = c.Step,
            StepBuffer = a("stepBuffer"),
        };
        var outputs = new MixOutputs
        {
            Images = a("outputs.Images"),
            SoftLabels = a("outputs.SoftLabels"),
            LabelsA = a("outputs.LabelsA"),
            LabelsB = a("outputs.LabelsB"),
            Ratio = a("outputs.Ratio"),
            PartnerRatio = a("outputs.PartnerRatio"),
            Weights = a("outputs.Weights"),
            Boxes = a("outputs.Boxes"),
            PartnerBoxes = a("outputs.PartnerBoxes"),
            Partners = a("outputs.Partners"),
            Mask = a("outputs.Mask"),
            Saliency = a("outputs.Saliency"),
            Normalised = a("outputs.Normalised"),
            Distance = a("outputs.Distance"),
            Flags = a("outputs.Flags"),
        };
        c.IsMixed = new GuidedMixer(c.Options).Mix(inputs, outputs, execution).IsMixed;
    }
}
