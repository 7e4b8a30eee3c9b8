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
            "soft[a] = ratio;\n            soft[b] = 1 - ratio;",
            "soft[a] = 1 - ratio;\n            soft[b] = ratio;",
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
            "if (i == count) return;",
            "if (i > 0) return;",
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
            "ties go to the higher label",
            "Cpu/AlphaBetaSwap.cs",
            "else if (supply < 0) room |= bit;",
            "else { room |= bit; _flow.Room[s] = Math.Max(-supply, 1); }",
            "Parity_OfAnyProblem_IsTheBooksSwap"),
        new(
            "labels swapped from the lowest up",
            "Cpu/AlphaBetaSwap.cs",
            "for (int b = labels - 1; b > a; b--)",
            "for (int b = a + 1; b < labels; b++)",
            "Parity_OfAStoredProblem_IsTheReleasedLabelling"),
        new(
            "a pair left out although its neighbours have changed",
            "Cpu/AlphaBetaSwap.cs",
            "        _changed[x[t]] = time;\n",
            "",
            "Parity_OfAnyProblem_IsTheBooksSwap"),
        new(
            "flow without its way back",
            "Cpu/GridFlow.cs",
            "        Mark(backBits, t);\n",
            "",
            "GridFlow_OfAnyNetwork_CutsAsThePlainMaximumFlow"),
        new(
            "labels removed that tie",
            "Cpu/DeadEndElimination.cs",
            "Least(problem, s, alive[i], alive[k]) > 0;",
            "Least(problem, s, alive[i], alive[k]) > -50;",
            "Quality_OfASmallProblem_IsTheLeastOfAll"),
        new(
            "no cap on the profile",
            "Cpu/GridCutSolver.cs",
            "if (_profile.States(problem) <= BrokenProfile.MaxStates)",
            "if (_profile.States(problem) <= 2 * BrokenProfile.MaxStates)",
            "TheProfilesCap_IsReachedAndKept"),
        new(
            "pairs of the largest labels before they are sorted",
            "Cpu/CoMixupSubproblem.cs",
            "if (own[m] > (best < 0 ? 0 : own[best])",
            "if (own[m] >= (best < 0 ? 1 : own[best])",
            "Parity_OfAStoredPart_IsTheReleasedLayout"),
        new(
            "outputs never pushed apart",
            "Cpu/CoMixupSolver.cs",
            "if (iteration == problem.Iterations - 2) Resolve(problem, layout);",
            "",
            "Parity_OfAStoredPart_IsTheReleasedLayout"),
        new(
            "a polish that takes what is worse",
            "Cpu/CoMixupPolish.cs",
            "if (!(after < before - Least)) return false;",
            "if (!(after < before + 0.5)) return false;",
            "Quality_OfAnyPart_IsNoWorseThanParity"),
        new(
            "colours compared pixel by pixel",
            "Cpu/PuzzleMixShape.cs",
            "(CellH, CellW) = (Divisor(BlockH, options.NeighbourSize), Divisor(BlockW, options.NeighbourSize));",
            "(CellH, CellW) = (1, 1);",
            "Costs_OfAStoredBatch_AreTheReleasedIntegers"),
        new(
            "the last of equal squares wins",
            "Cpu/PuzzleMixTransport.cs",
            "(costs[j] == cost && holder < i)",
            "(costs[j] == cost && holder > i)",
            "Transport_OfAnyShares_IsTheReferences"),
        new(
            "the partner's squares in the image's place",
            "Cpu/PuzzleMixBody.cs",
            "Move(_pieces.Squares(partner), scratch, scratch.Sources + squares, leftOut: 1);",
            "Move(_pieces.Squares(item), scratch, scratch.Sources + squares, leftOut: 1);",
            "Mix_OfAStoredBatch_IsTheReleasedOne"),
        new(
            "weights of another part's images",
            "Cpu/CoMixupBatch.cs",
            "_weights[(nint)image * _n + members[m]] = (float)",
            "_weights[(nint)image * _n + m] = (float)",
            "Mix_OfAnyTypeAndLayout_ShowsAsMuchOfEachImageAsItsWeightsSay"),
    ];
}
