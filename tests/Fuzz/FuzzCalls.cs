using System;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Every public call that takes tensors, with the sizes of each position by letter.</summary>
internal static class FuzzCalls
{
    internal static readonly FuzzCall[] All =
    [
        new("SpectralResidual.Compute", (a, e, c) => SpectralResidual.Compute(a("images"), a("saliency"), c.Options, e),
            c => WorkspaceSize.SpectralResidual(FuzzCase.Gpu, c.N, c.H, c.W, c.Options),
            [In("images", "NCHW", FuzzRole.Images, "NHW"), Out("saliency", "NHW", FuzzRole.Float)]),
        new("GradientSaliency.Compute", (a, e, c) => GradientSaliency.Compute(a("gradient"), a("saliency"), e), _ => 0,
            [In("gradient", "NCHW", FuzzRole.Gradient, "NHW"), Out("saliency", "NHW", FuzzRole.Float)]),
        new("GaussianBlur.Blur", (a, e, c) => GaussianBlur.Blur(a("maps"), a("blurred"), c.Options, e), c => WorkspaceSize.Blur(FuzzCase.Gpu, c.N, c.H, c.W),
            [In("maps", "NHW", FuzzRole.Maps, "NHW"), Out("blurred", "NHW", FuzzRole.Float)]),
        new("GaussianBlur.Normalise", (a, e, c) => GaussianBlur.Normalise(a("maps"), a("normalised"), a("flags"), c.Options, e),
            c => WorkspaceSize.Normalise(FuzzCase.Gpu, c.N, c.H, c.W),
            [In("maps", "NHW", FuzzRole.Maps, "NHW"), Out("normalised", "NHW", FuzzRole.Normalised), Maybe("flags", "N", FuzzRole.Flags)]),
        new("PairDistance.Compute", (a, e, c) => PairDistance.Compute(a("normalised"), a("distance"), c.Options.Distance, e),
            c => WorkspaceSize.PairDistance(FuzzCase.Gpu, c.N, c.H, c.W),
            [In("normalised", "NHW", FuzzRole.Float, "N"), Out("distance", "NN", FuzzRole.Float)]),
        new("CycleCover.Greedy", (a, e, c) => CycleCover.Greedy(a("distance"), a("partners"), a("subset"), a("flags"), c.Options, e),
            c => WorkspaceSize.CycleCover(FuzzCase.Gpu, c.N),
            [
                In("distance", "NN", FuzzRole.Float, "N"), Out("partners", "N", FuzzRole.Partners), In("subset", "N", FuzzRole.Subset) with { IsOptional = true },
                Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("CycleCover.Random",
            (a, e, c) => CycleCover.Random(a("partners"), c.Options.Seed, c.Step, c.Options.Rank, a("subset"), e), c => WorkspaceSize.CycleCover(FuzzCase.Gpu, c.N),
            [Out("partners", "N", FuzzRole.Partners, ""), In("subset", "N", FuzzRole.Subset) with { IsOptional = true }]),
        new("PixelMix.Mix",
            (a, e, c) => PixelMix.Mix(a("images"), a("normalised"), a("partners"), a("mixed"), a("mask"), a("ratio"), a("flags"), c.Options, e),
            c => WorkspaceSize.PixelMix(FuzzCase.Gpu, c.N, c.H, c.W),
            [
                In("images", "NCHW", FuzzRole.Images), In("normalised", "NHW", FuzzRole.Float), In("partners", "N", FuzzRole.Partners),
                Out("mixed", "NCHW", FuzzRole.Images), Maybe("mask", "NHW", FuzzRole.Float), Maybe("ratio", "N", FuzzRole.Ratio),
                Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("PixelMix.Backward", (a, e, c) => PixelMix.Backward(a("mixedGradient"), a("mask"), a("partners"), a("imageGradient"), e),
            c => WorkspaceSize.PixelMixBackward(FuzzCase.Gpu, c.N),
            [
                In("mixedGradient", "NCHW", FuzzRole.Gradient), In("mask", "NHW", FuzzRole.Float), In("partners", "N", FuzzRole.Partners),
                Out("imageGradient", "NCHW", FuzzRole.Gradient),
            ]),
        new("LabelMix.Soft", (a, e, c) => LabelMix.Soft(a("labels"), a("partners"), a("ratio"), a("soft"), e), c => WorkspaceSize.LabelMix(FuzzCase.Gpu, c.N),
            [
                In("labels", "L", FuzzRole.Labels, "N"), In("partners", "N", FuzzRole.Partners), In("ratio", "N", FuzzRole.Ratio),
                Out("soft", "NK", FuzzRole.Float, "N"),
            ]),
        new("LabelMix.Pair", (a, e, c) => LabelMix.Pair(a("labels"), a("partners"), a("labelsA"), a("labelsB"), e), c => WorkspaceSize.LabelMix(FuzzCase.Gpu, c.N),
            [
                In("labels", "L", FuzzRole.Labels, "N"), In("partners", "N", FuzzRole.Partners), Maybe("labelsA", "L", FuzzRole.Labels),
                Maybe("labelsB", "L", FuzzRole.Labels),
            ]),
        Mixer(Saliency.SpectralResidual),
        Mixer(Saliency.Gradient, In("gradient", "NCHW", FuzzRole.Gradient)),
        Mixer(Saliency.Supplied, In("saliency", "NHW", FuzzRole.Maps)),
    ];

    private static FuzzCall Mixer(Saliency saliency, params FuzzParameter[] guide) => new($"GuidedMixer.Mix({saliency})", (a, e, c) =>
    {
        var mixer = new GuidedMixer(Enum.IsDefined(c.Options.Saliency) ? c.Options with { Saliency = saliency } : c.Options);
        c.IsMixed = mixer.Mix(
            new MixInputs
            {
                Images = a("images"),
                Labels = a("labels"),
                Gradient = saliency == Saliency.Gradient ? a("gradient") : default,
                Saliency = saliency == Saliency.Supplied ? a("saliency") : default,
                Partners = a("partners"),
                Subset = a("subset"),
                Step = c.Step,
                StepBuffer = a("stepBuffer"),
            },
            new MixOutputs
            {
                Images = a("outputs.Images"),
                SoftLabels = a("outputs.SoftLabels"),
                LabelsA = a("outputs.LabelsA"),
                LabelsB = a("outputs.LabelsB"),
                Ratio = a("outputs.Ratio"),
                Partners = a("outputs.Partners"),
                Mask = a("outputs.Mask"),
                Saliency = a("outputs.Saliency"),
                Normalised = a("outputs.Normalised"),
                Distance = a("outputs.Distance"),
                Flags = a("outputs.Flags"),
            },
            e).IsMixed;
    },
        c => WorkspaceSize.Mix(FuzzCase.Gpu, c.N, c.H, c.W, c.Options with { Saliency = saliency }),
        [
            In("images", "NCHW", FuzzRole.Images), In("labels", "L", FuzzRole.Labels, "N"), .. guide,
            In("partners", "N", FuzzRole.Partners) with { IsOptional = true }, In("subset", "N", FuzzRole.Subset) with { IsOptional = true },
            In("stepBuffer", "1", FuzzRole.Step) with { IsOptional = true }, Out("outputs.Images", "NCHW", FuzzRole.Images),
            Maybe("outputs.SoftLabels", "NK", FuzzRole.Float, "N"), Maybe("outputs.LabelsA", "L", FuzzRole.Labels),
            Maybe("outputs.LabelsB", "L", FuzzRole.Labels), Maybe("outputs.Ratio", "N", FuzzRole.Ratio), Maybe("outputs.Partners", "N", FuzzRole.Partners),
            Maybe("outputs.Mask", "NHW", FuzzRole.Ratio), Maybe("outputs.Saliency", "NHW", FuzzRole.Float),
            Maybe("outputs.Normalised", "NHW", FuzzRole.Normalised), Maybe("outputs.Distance", "NN", FuzzRole.Float), Maybe("outputs.Flags", "N", FuzzRole.Flags),
        ]);

    private static FuzzParameter In(string name, string sizes, FuzzRole role, string? tied = null) => new(name, sizes, role) { Tied = tied ?? sizes };

    private static FuzzParameter Out(string name, string sizes, FuzzRole role, string? tied = null) => In(name, sizes, role, tied) with { IsOutput = true };

    private static FuzzParameter Maybe(string name, string sizes, FuzzRole role, string? tied = null) => Out(name, sizes, role, tied) with { IsOptional = true };
}
