using static GuidedMixup.Tests.Fuzz.FuzzParameter;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Every public call that takes tensors, with the sizes of each position by letter; here the stages of GuidedMixup itself.</summary>
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
                In("distance", "NN", FuzzRole.Float, "N"), Out("partners", "N", FuzzRole.Partners), MaybeIn("subset", "N", FuzzRole.Subset),
                Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("CycleCover.Random",
            (a, e, c) => CycleCover.Random(a("partners"), c.Options.Seed, c.Step, c.Options.Rank, a("subset"), e), c => WorkspaceSize.CycleCover(FuzzCase.Gpu, c.N),
            [Out("partners", "N", FuzzRole.Partners, ""), MaybeIn("subset", "N", FuzzRole.Subset)]),
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
        .. FuzzMethodCalls.All,
        .. FuzzMixerCalls.All,
    ];
}
