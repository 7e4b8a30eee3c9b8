namespace GuidedMixup.Mutants;

/// <content>SnapMix, AugMix, Mixup, CutMix, SaliencyMix and their draws.</content>
internal static partial class Catalogue
{
    private static readonly Mutant[] Methods =
    [
        new(
            "a patch of one pixel takes the last",
            "Cpu/PatchTaps.cs",
            "if (to == 1) return (0, 0);",
            "if (to == 1) return (from - 1, 0);",
            "Mix_OfPatchesDownToOnePixel_AlignsTheirCorners"),
        new(
            "a class map's minimum over its nodes",
            "Cpu/MapShare.cs",
            "double minimum = Minimum(map), total",
            "double minimum = 0, total",
            "Mix_WithAndWithoutTheClassifiersBias_GivesTheSameWeights"),
        new(
            "one class counted for the partner alone",
            "Cpu/SnapMixMaps.cs",
            "a = b = a + b;",
            "b = a + b;",
            "Mix_OfOneClass_GivesBothWeightsTheirSum"),
        new(
            "the patch's share taken from the image's box",
            "Cpu/SnapMixMaps.cs",
            "b = Share(partner, partnerBox, scratch);",
            "b = Share(partner, box, scratch);",
            "Mix_OfOneClass_GivesBothWeightsTheirSum"),
        new(
            "a flat class map let through",
            "Cpu/SnapMixMaps.cs",
            "double.IsNaN(b) ? area : b",
            "b",
            "Mix_OfAFlatOrBrokenMap_TakesTheArea"),
        new(
            "the partner's box from the image's draws",
            "Cpu/MixDraws.cs",
            "isPartner ? Philox.Purpose.PartnerRatio : Philox.Purpose.Ratio",
            "Philox.Purpose.Ratio",
            "Mix_IsTheStageOnTheDraws"),
        new(
            "SnapMix's labels weighted λ and 1 − λ",
            "Pipeline.cs",
            "Cpu.LabelMix.Run(inputs.Labels, partners, ratio, partnerRatio, outputs);",
            "Cpu.LabelMix.Run(inputs.Labels, partners, ratio, null, outputs);",
            "Mix_IsTheStageOnTheDraws"),
        new(
            "AugMix's image and chains exchanged",
            "Cpu/AugMix.cs",
            "factors[i * (k + 1)] = 1 - skip[i];",
            "factors[i * (k + 1)] = skip[i];",
            "Mix_WithoutChainsWeight_KeepsEveryValue"),
        new(
            "AugMix's cuts unsorted",
            "AugMix.cs",
            "cuts[..((int)k - 1)].Sort();",
            "",
            "Draws_AreDirichletAndBetaDistributed"),
        new(
            "Mixup: λ weights the partner",
            "Cpu/Mixup.cs",
            "own, source, ahead, weights, target",
            "source, own, ahead, weights, target",
            "Mix_OfAnyRankAndOrderOfMemory_IsTheReference"),
        new(
            "Mixup: what three dimensions do not hold is left out",
            "FoldedBatch.cs",
            "for (int d = 0; d < Outer; d++) Count = checked(Count * _dimensions[d].Size);",
            "",
            "Mix_OfAnyRankAndOrderOfMemory_IsTheReference"),
        new(
            "Mixup: a weight of 0 lets NaN through",
            "Cpu/Mixup.cs",
            "bool isCopy = ratio is 0 or 1,",
            "bool isCopy = ratio is 1,",
            "Mix_WithAWeightOfZero_LeavesTheOtherOut"),
        new(
            "CutMix: a row of the box is lost",
            "Cpu/CutMix.cs",
            "int first = Math.Max(top, box.Top)",
            "int first = Math.Max(top, box.Top + 1)",
            "Mix_OfEveryBoxOfASmallImage_CountsItsArea"),
        new(
            "CutMix: λ of the draw instead of the area",
            "Cpu/MixDraws.cs",
            "boxes[i] = MixBox.Around(y, x, lambda, h, w);\n            ratio[i] = boxes[i].Ratio(h, w);",
            "boxes[i] = MixBox.Around(y, x, lambda, h, w);",
            "Mix_WithGreedyPairing_TakesThePartnersOfGuidedMixup"),
        new(
            "CutMix: sides of 1 − λ instead of its root",
            "MixBox.cs",
            "Math.Sqrt(1 - (double)ratio)",
            "(1 - (double)ratio)",
            "Draw_IsTheReferences"),
        new(
            "SaliencyMix: the last of equal maxima",
            "Cpu/SaliencyMix.cs",
            "BitOperations.TrailingZeroCount(equal)",
            "BitOperations.Log2(equal)",
            "Boxes_OfTies_AreAroundTheFirst"),
        new(
            "SaliencyMix: the image's own map",
            "Cpu/SaliencyMix.cs",
            "int image = _partners[item];",
            "int image = item;",
            "Boxes_OfMapsOfAnyShapeTypeAndLayout_AreTheReferences"),
        new(
            "draws: α without effect",
            "MixDraws.cs",
            "BetaDraw.Of(options.AlphaInUse, u, v)",
            "BetaDraw.Of(1, u, v)",
            "Ratios_AreBetaDistributed"),
        new(
            "draws: a tail cut off",
            "BetaDraw.cs",
            "return cosine < 0 ? low : 1 - low;",
            "return cosine < 0 ? Math.Max(low, 1e-3) : 1 - low;",
            "Ratios_AreBetaDistributed"),
        new(
            "draws: centres from the numbers of λ",
            "Philox.cs",
            "Centre = 3,",
            "Centre = 2,",
            "Draw_IsTheReferences"),
        new(
            "draws: pairs that do not share",
            "MixDraws.cs",
            "DrawMode.Pair => Math.Min(i, partner),",
            "DrawMode.Pair => partner,",
            "Mix_IsTheReference"),
        new(
            "SaliencyMix: NaN is the largest",
            "Cpu/SaliencyMix.cs",
            "best = Math.Max(best, largest[lane]);\n        for (; i < length; i++) best = map[i] > best ? map[i] : best;",
            "best = Math.Max(best, largest[lane]);\n        for (; i < length; i++) best = map[i] <= best ? best : map[i];",
            "Boxes_OfDegenerateMaps_AreDefinedAndFlagged"),
        new(
            "AugMix: the first image's weights for all",
            "Cpu/AugMix.cs",
            "skip[i] * weights[i * k + chain];",
            "skip[i] * weights[chain];",
            "AugMixTests"),
        new(
            "CutMix: what a box covers is not looked at",
            "Cpu/CutMix.cs",
            "if (_flags != null && !IsFinite<TFrom>(image, top * w, end))",
            "if (_flags != null && _boxes[image].Bottom == 0 && !IsFinite<TFrom>(image, top * w, end))",
            "Mix_OfNonFinitePixels_FlagsTheirImageAlone"),
        new(
            "draws: λ above 1 let through",
            "MixDraws.cs",
            "if (!(ratio >= 0 && ratio <= 1))",
            "if (!(ratio >= 0))",
            "Ratio_out_of_range"),
    ];
}
