namespace GuidedMixup.Mutants;

/// <summary>The planted faults.</summary>
internal static class Catalogue
{
    internal static readonly Mutant[] All =
    [
        new(
            "real-only inverse",
            "Cpu/SpectralResidual.cs",
            "Vector512.Sqrt(Fma(r, r, m * m))",
            "Vector512.Abs(r)",
            "Compute_OfAnyShapeTypeAndLayout_IsTheReference"),
        new(
            "squared magnitude",
            "Cpu/SpectralResidual.cs",
            "Vector512.Sqrt(Fma(r, r, m * m))",
            "(Fma(r, r, m * m) * scale)",
            "Raw_OfTheGoldenWorkingImage_IsTheReleasedOne"),
        new(
            "box wraps around instead of repeating the edge",
            "Cpu/SpectralResidual.cs",
            "int above = Math.Max(v - 1, 0), below = Math.Min(v + 1, _w - 1);",
            "int above = (v + _w - 1) % _w, below = (v + 1) % _w;",
            "Raw_OfTheGoldenWorkingImage_IsTheReleasedOne"),
        new(
            "antialias although the option is off",
            "Cpu/SpectralMap.cs",
            "_antialias = options.Antialias;",
            "_antialias = true;",
            "Mix_OfGoldenImages_IsTheReleasedOne"),
        new(
            "one blur instead of two",
            "Cpu/SpectralMap.cs",
            "_blur = new GaussianBlur(_h, _w, options, workspace);",
            "_blur = new GaussianBlur(_h, _w, options with { BlurSize = 1 }, workspace);",
            "Mix_OfGoldenImages_IsTheReleasedOne"),
        new(
            "edge repeated instead of reflected",
            "Cpu/GaussianBlur.cs",
            "return y < _h ? y : 2 * (_h - 1) - y;",
            "return Math.Min(y, _h - 1);",
            "Blur_OfAnySizeAndSigma_IsTheReleasedOne"),
        new(
            "the last of equals wins",
            "Cpu/CycleCover.cs",
            "BitOperations.TrailingZeroCount(equal)",
            "BitOperations.Log2(equal)",
            "Partners_OfTiesZerosAndNaN_AreDefined"),
        new(
            "plain Gram matrix",
            "Cpu/PairDistanceBody.cs",
            "_centre = metric == DistanceMetric.L2 ? 1f / pixels : 0;",
            "_centre = 0;",
            "Distance_OfHardMaps_IsTheReference"),
        new(
            "λ weights the partner's label",
            "Cpu/LabelMix.cs",
            "soft[a] = ratio;\n            soft[b] = other;",
            "soft[a] = other;\n            soft[b] = ratio;",
            "Soft_OfGoldenTargets_IsTheReleasedOne"),
        new(
            "blue for red in channels-last images",
            "Cpu/Interleave.cs",
            "return (r, g, l);",
            "return (l, g, r);",
            "Compute_OfAnyShapeTypeAndLayout_IsTheReference"),
        new(
            "dropped tail",
            "Cpu/PixelBlend.cs",
            "if (i == count) return isFinite;",
            "if (i > 0) return isFinite;",
            "Mix_OfAnyShapeTypeAndLayout_IsTheReference"),
        new(
            "sum that depends on the threads",
            "Cpu/PairDistanceBody.cs",
            "pixel += Chunk)\n        {\n            int length = Math.Min(Chunk, end - pixel);",
            "pixel += Chunk >> worker)\n        {\n            int length = Math.Min(Chunk >> worker, end - pixel);",
            "Any_number_of_threads_gives_the_same_bits"),
        new(
            "NaN map let through",
            "Cpu/GaussianBlur.cs",
            "bool isValid = !isNegative && sum > 0 && float.IsFinite(sum);",
            "bool isValid = !isNegative && sum != 0;",
            "Normalise_OfADegenerateMap_IsUniformAndFlagged"),
        new(
            "ignored step",
            "Philox.cs",
            "[index, (uint)step, (uint)(step >> 32),",
            "[index, 0, 0,",
            "Random_is_a_function_of_seed_step_and_rank"),
        new(
            "odd sizes in single precision",
            "Cpu/SpectralResidual.cs",
            "_isExact = !BitOperations.IsPow2(height) || !BitOperations.IsPow2(width);",
            "_isExact = false;",
            "Compute_OfIllConditionedImages_IsWithinTheInputsOwnRounding"),
        new(
            "Mixup: λ weights the partner",
            "Cpu/Mixup.cs",
            "PixelBlend.Line<TFrom, TTo>(own, source, weights",
            "PixelBlend.Line<TFrom, TTo>(source, own, weights",
            "Mix_OfAnyRankAndOrderOfMemory_IsTheReference"),
        new(
            "Mixup: dimensions joined across a gap of the result",
            "FoldedBatch.cs",
            " && outside.StepB == inside.StepB * inside.Size;",
            ";",
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
            "Centres_AreUniformAndIndependentOfTheRatio"),
        new(
            "draws: pairs that do not share",
            "MixDraws.cs",
            "DrawMode.Pair => Math.Min(i, partner),",
            "DrawMode.Pair => partner,",
            "Mix_IsTheReference"),
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
    ];
}
