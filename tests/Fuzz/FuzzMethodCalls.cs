using static GuidedMixup.Tests.Fuzz.FuzzParameter;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>The stages of the other methods.</summary>
internal static class FuzzMethodCalls
{
    internal static readonly FuzzCall[] All =
    [
        new("MixDraws.Draw", (a, _, c) => MixDraws.Draw(a("ratios"), a("boxes"), c.H, c.W, c.Options, c.Step), _ => 0,
            [Maybe("ratios", "N", FuzzRole.Ratio, ""), Maybe("boxes", "N4", FuzzRole.Boxes, "4")]) { IsHostOnly = true },
        new("MixDraws.DrawPartnerBoxes", (a, _, c) => MixDraws.DrawPartnerBoxes(a("boxes"), c.H, c.W, c.Options, c.Step), _ => 0,
            [Out("boxes", "N4", FuzzRole.Boxes, "4")]) { IsHostOnly = true },
        Mixed("Mixup.Mix", "NCHW", FuzzRole.Images),
        Mixed("Mixup.Mix(rows)", "NK", FuzzRole.Gradient),
        Mixed("Mixup.Mix(numbers)", "N", FuzzRole.Gradient),
        new("CutMix.Mix", (a, e, c) => CutMix.Mix(a("images"), a("boxes"), a("partners"), a("mixed"), a("ratio"), a("flags"), c.Options, e),
            c => WorkspaceSize.CutMix(FuzzCase.Gpu, c.N),
            [
                In("images", "NCHW", FuzzRole.Images), In("boxes", "N4", FuzzRole.Boxes), In("partners", "N", FuzzRole.Partners),
                Out("mixed", "NCHW", FuzzRole.Images), Maybe("ratio", "N", FuzzRole.Ratio), Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("SaliencyMix.Boxes", (a, e, c) => SaliencyMix.Boxes(a("saliency"), a("ratios"), a("partners"), a("boxes"), a("flags"), c.Options, e),
            c => WorkspaceSize.SaliencyMix(FuzzCase.Gpu, c.N),
            [
                In("saliency", "NHW", FuzzRole.Maps, "N"), In("ratios", "N", FuzzRole.Draws), In("partners", "N", FuzzRole.Partners),
                Out("boxes", "N4", FuzzRole.Boxes), Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("SnapMix.Mix",
            (a, e, c) => SnapMix.Mix(
                a("images"), a("boxes"), a("partnerBoxes"), a("partners"), a("features"), a("classWeights"), a("labels"), a("mixed"), a("ratio"),
                a("partnerRatio"), a("flags"), c.Options, e),
            c => WorkspaceSize.SnapMix(FuzzCase.Gpu, c.N, c.Rows, c.Columns),
            [
                In("images", "NCHW", FuzzRole.Images), In("boxes", "N4", FuzzRole.Boxes), In("partnerBoxes", "N4", FuzzRole.Boxes),
                In("partners", "N", FuzzRole.Partners), In("features", "NFhw", FuzzRole.Gradient, "NF"), In("classWeights", "KF", FuzzRole.ClassWeights, "F"),
                In("labels", "N", FuzzRole.Classes), Out("mixed", "NCHW", FuzzRole.Images), Maybe("ratio", "N", FuzzRole.Float),
                Maybe("partnerRatio", "N", FuzzRole.Float), Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("AugMix.Mix", (a, e, c) => AugMix.Mix(a("images"), a("chains"), a("weights"), a("skip"), a("mixed"), c.Options, e), _ => 0,
            [
                In("images", "NCHW", FuzzRole.Images), In("chains", "MNCHW", FuzzRole.Images), In("weights", "NM", FuzzRole.Ratio),
                In("skip", "N", FuzzRole.Ratio), Out("mixed", "NCHW", FuzzRole.Images),
            ]),
        new("AugMix.Draw", (a, _, c) => AugMix.Draw(a("weights"), a("skip"), c.Options.Seed, c.Step, c.Options.Rank), _ => 0,
            [Out("weights", "NM", FuzzRole.Layout, "N"), Out("skip", "N", FuzzRole.Ratio)]) { IsHostOnly = true },
        new("PuzzleMix.Mix",
            (a, e, c) => PuzzleMix.Mix(
                a("images"), a("saliency"), a("ratios"), a("partners"), a("mixed"), a("mask"), a("ratio"), a("flags"), c.Options, e),
            c => WorkspaceSize.PuzzleMix(FuzzCase.Gpu, c.N, c.H, c.W, c.Options),
            [
                In("images", "NCHW", FuzzRole.Images), In("saliency", "NHW", FuzzRole.Maps), In("ratios", "N", FuzzRole.Draws),
                In("partners", "N", FuzzRole.Partners), Out("mixed", "NCHW", FuzzRole.Images), Maybe("mask", "NHW", FuzzRole.Ratio),
                Maybe("ratio", "N", FuzzRole.Ratio), Maybe("flags", "N", FuzzRole.Flags),
            ]),
        new("GridCut.Solve",
            (a, e, c) => GridCut.Solve(
                a("unary"), a("smooth"), a("vertical"), a("horizontal"), a("labels"), a("energies"), Mode(c), e),
            c => WorkspaceSize.GridCut(FuzzCase.Gpu, c.N, c.Rows, c.Columns, c.GridLabels, Mode(c)),
            [
                In("unary", "NhwV", FuzzRole.Costs), In("smooth", "VV", FuzzRole.Smooth), In("vertical", "Nyw", FuzzRole.Edges),
                In("horizontal", "Nhx", FuzzRole.Edges), Out("labels", "Nhw", FuzzRole.Solution), Maybe("energies", "N", FuzzRole.Energies),
            ]),
        Solve("CoMixup.Solve", "Mhw"),
        Solve("CoMixup.Solve(starts)", "SMhw"),
        new("CoMixup.Objective", (a, _, c) => CoMixup.Objective(a("saliency"), a("alpha"), a("compatibility"), a("layout"), c.Options.CoMixup), _ => 0,
            [
                In("saliency", "Phw", FuzzRole.Shares), In("alpha", "P", FuzzRole.Shares), MaybeIn("compatibility", "PP", FuzzRole.Shares),
                In("layout", "MhwP", FuzzRole.Shares, "hwP"),
            ]) { IsHostOnly = true },
    ];

    private static SolverMode Mode(FuzzCase @case) => @case.Options.PuzzleMix?.Mode ?? SolverMode.Parity;

    private static FuzzCall Mixed(string name, string sizes, FuzzRole role) => new(
        name, (a, e, c) => Mixup.Mix(a("tensors"), a("ratio"), a("partners"), a("mixed"), a("flags"), c.Options, e),
        c => WorkspaceSize.Mixup(FuzzCase.Gpu, c.N),
        [
            In("tensors", sizes, role), In("ratio", "N", FuzzRole.Draws), In("partners", "N", FuzzRole.Partners), Out("mixed", sizes, role),
            Maybe("flags", "N", FuzzRole.Flags),
        ]);

    private static FuzzCall Solve(string name, string start) => new(
        name,
        (a, e, c) => CoMixup.Solve(a("saliency"), a("alpha"), a("compatibility"), a("start"), a("layout"), a("energies"), c.Options.CoMixup, e),
        c => WorkspaceSize.CoMixup(
            FuzzCase.Gpu, c.Part, c.Chains, c.Rows, c.Columns, c.Options.CoMixup?.Mode ?? SolverMode.Parity, start[0] == 'S' ? c.Starts : 1),
        [
            In("saliency", "Phw", FuzzRole.Shares), In("alpha", "P", FuzzRole.Shares), MaybeIn("compatibility", "PP", FuzzRole.Shares),
            In("start", start, FuzzRole.Starts, "Mhw"), Out("layout", "MhwP", FuzzRole.Layout), Maybe("energies", "E", FuzzRole.Energies),
        ]);
}
