using System.Collections.Generic;
using Type = GuidedMixup.Cuda.ArgumentKind;

namespace GuidedMixup.Cuda;

/// <summary>Every kernel, declared once.</summary>
internal static class KernelTable
{
    private static readonly List<Kernel> Declared = [];

    internal static readonly Kernel SpectralResidual32 = Fast("spectral_residual_32", 128);
    internal static readonly Kernel SpectralResidual64 = Fast("spectral_residual_64", 256);
    internal static readonly Kernel SpectralResidual128 = Fast("spectral_residual_128", 512);

    internal static readonly Kernel GeneralGray = General("general_gray", Type.Images, Type.Channels, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);
    internal static readonly Kernel GeneralTwiddles = General("general_twiddles", Type.Int32, Type.Int32, Type.Pointer);
    internal static readonly Kernel GeneralColumns = General("general_columns", Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);
    internal static readonly Kernel GeneralRows = General("general_rows", Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer);
    internal static readonly Kernel GeneralResidual = General("general_residual", Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);
    internal static readonly Kernel GeneralInverseRows = General("general_inverse_rows", Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);

    internal static readonly Kernel GeneralInverseColumns =
        General("general_inverse_columns", Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);

    internal static readonly Kernel GeneralBlurRows = General("general_blur_rows", Type.Pointer, Type.Taps, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);
    internal static readonly Kernel GeneralBlurColumns = General("general_blur_columns", Type.Pointer, Type.Taps, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);

    internal static readonly Kernel GradientSaliency = Declare("GradientSaliency", "gradient_saliency", 256, Type.Images, Type.Pointer);

    internal static readonly Kernel BlurNormaliseWorking = Declare(
        "GaussianBlur", "blur_normalise_working", 512,
        Type.Pointer, Type.Int32, Type.Int32, Type.Taps, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel BlurNormaliseMaps = Declare(
        "GaussianBlur", "blur_normalise_maps", 512, Type.Images, Type.Taps, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel BlurNormaliseGradient = Declare(
        "GaussianBlur", "blur_normalise_gradient", 512, Type.Images, Type.Taps, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel GaussianBlur = Declare("GaussianBlur", "gaussian_blur", 512, Type.Images, Type.Taps, Type.Pointer, Type.Pointer);

    internal static readonly Kernel PairDistancePartial = Declare(
        "PairDistance", "pair_distance_partial", 256, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);

    internal static readonly Kernel PairDistanceFinish = Declare(
        "PairDistance", "pair_distance_finish", 256, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer);

    internal static readonly Kernel CycleCoverGreedy = Declare(
        "CycleCover", "cycle_cover_greedy", 1024, isShared: true, Type.Pointer, Type.Int32, Type.Selection, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel CycleCoverRandom = Declare(
        "CycleCover", "cycle_cover_random", 1024, Type.Int32, Type.Selection, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel CycleCoverSupplied = Declare(
        "CycleCover", "cycle_cover_supplied", 1024, Type.Pointer, Type.Int32, Type.Int32, Type.Selection, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel CycleCoverWiden = Declare("CycleCover", "cycle_cover_widen", 256, Type.Pointer, Type.Int32, Type.Pointer);

    internal static readonly Kernel PixelMix = Declare(
        "PixelMix", "pixel_mix", 256,
        Type.Images, Type.Pointer, Type.Pointer, Type.Images, Type.Channels, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Labels);

    internal static readonly Kernel PixelMixUsers = Declare(
        "PixelMixBackward", "pixel_mix_users", 1024, Type.Pointer, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel PixelMixBackward = Declare(
        "PixelMixBackward", "pixel_mix_backward", 256, Type.Images, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Images);

    internal static readonly Kernel LabelMix = Declare("LabelMix", "label_mix", 128, Type.Pointer, Type.Pointer, Type.Int32, Type.Labels, Type.Pointer);

    internal static readonly Kernel MixDraws = Declare(
        "MixDraws", "mix_draws", 256,
        Type.Draws, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer,
        Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel MixDrawsPartnerRatio = Declare("MixDraws", "mix_draws_partner_ratio", 256, Type.Pointer, Type.Int32, Type.Pointer);

    internal static readonly Kernel Mixup = Declare(
        "Mixup", "mixup", 256, Type.Images, Type.Pointer, Type.Images, Type.Channels, Type.Pointer, Type.Pointer, Type.Labels);

    internal static readonly Kernel CutMix = Declare(
        "CutMix", "cut_mix", 256,
        Type.Images, Type.Pointer, Type.Images, Type.Channels, Type.Pointer, Type.Pointer, Type.Int32, Type.Pointer, Type.Labels);

    internal static readonly Kernel SaliencyMixPeaks = Declare(
        "SaliencyMix", "saliency_mix_peaks", 512, Type.Images, Type.Pointer, Type.Int32, Type.Pointer, Type.Pointer);

    internal static readonly Kernel SnapMixMaps = Declare(
        "SnapMixMaps", "snap_mix_maps", 1024,
        Type.Images, Type.Pointer, Type.Int32, Type.Int32, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel SnapMix = Declare(
        "SnapMix", "snap_mix", 256,
        Type.Images, Type.Pointer, Type.Images, Type.Channels, Type.Pointer, Type.Pointer, Type.Pointer, Type.Int32, Type.Pointer, Type.Pointer,
        Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer, Type.Pointer, Type.Labels);

    internal static readonly Kernel GridCut = Declare(
        "GridCut", "grid_cut", 32,
        Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Int32, Type.Pointer, Type.Pointer);

    internal static readonly Kernel GridCutSolver = Declare(
        "GridCutSolver", "grid_cut_solver", 256,
        Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Int32, Type.Int32, Type.Int32, Type.Int32, Type.Int32, Type.Int32, Type.Pointer,
        Type.Pointer, Type.Pointer, Type.Int64);

    internal static readonly Kernel PuzzleMixMeasure = Declare(
        "PuzzleMixMeasure", "puzzle_mix_measure", 256,
        Type.Images, Type.Images, Type.Pointer, Type.PuzzlePlan, Type.Channels, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel PuzzleMixSolve = Declare(
        "PuzzleMixSolve", "puzzle_mix_solve", 256,
        Type.PuzzlePlan, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer,
        Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer);

    internal static readonly Kernel PuzzleMix = Declare(
        "PuzzleMix", "puzzle_mix", 256,
        Type.Images, Type.Pointer, Type.Images, Type.Channels, Type.PuzzlePlan, Type.Pointer, Type.Pointer, Type.Pointer, Type.Pointer, Type.Int32,
        Type.Pointer, Type.Labels);

    internal static readonly Kernel CoMixupMeasure = Declare(
        "CoMixupMeasure", "co_mixup_measure", 512, Type.Images, Type.CoMixupPlan, Type.CoMixupBuffers, Type.Pointer);

    internal static readonly Kernel CoMixupDraw = Declare(
        "CoMixupMeasure", "co_mixup_draw", 256, Type.Int32, Type.Selection, Type.CoMixupPlan, Type.CoMixupBuffers);

    internal static readonly Kernel CoMixupSolve = Declare(
        "CoMixupSolve", "co_mixup_solve", 512, isShared: true, Type.CoMixupPlan, Type.CoMixupBuffers, Type.Pointer, Type.Pointer);

    internal static readonly Kernel CoMixupPolish = Declare(
        "CoMixupPolish", "co_mixup_polish", 512,
        Type.CoMixupPlan, Type.CoMixupBuffers, Type.Pointer, Type.Pointer, Type.Pointer, Type.Int64, Type.Int32, Type.Pointer);

    internal static readonly Kernel CoMixupChoose = Declare(
        "CoMixupPolish", "co_mixup_choose", 512, Type.CoMixupPlan, Type.CoMixupBuffers, Type.Int32, Type.Pointer, Type.Pointer);

    internal static readonly Kernel CoMixup = Declare(
        "CoMixup", "co_mixup", 256,
        Type.Images, Type.Images, Type.Channels, Type.CoMixupPlan, Type.CoMixupBuffers, Type.Pointer, Type.Int32, Type.Pointer, Type.Labels);

    internal static readonly Kernel AugMix = Declare(
        "AugMix", "aug_mix", 256,
        Type.Images, Type.Images, Type.Int64, Type.Int32, Type.Pointer, Type.Pointer, Type.Images, Type.Channels);

    /// <summary>All of them, each at its index.</summary>
    internal static IReadOnlyList<Kernel> All => Declared;

    private static Kernel Fast(string name, int block) =>
        Declare("SpectralResidual", name, block, isShared: true, Type.Images, Type.Channels, Type.Taps, Type.Int32, Type.Pointer);

    private static Kernel General(string name, params ArgumentKind[] arguments) =>
        Declare("SpectralResidualGeneral", name, 256, arguments);

    private static Kernel Declare(string file, string name, int block, params ArgumentKind[] arguments) =>
        Declare(file, name, block, isShared: false, arguments);

    private static Kernel Declare(string file, string name, int block, bool isShared, params ArgumentKind[] arguments)
    {
        var kernel = new Kernel(Declared.Count, file, name, block, isShared, arguments);
        Declared.Add(kernel);
        return kernel;
    }
}
