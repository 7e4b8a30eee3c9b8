namespace GuidedMixup.Mutants;

/// <content>Grid cuts, PuzzleMix and Co-Mixup.</content>
internal static partial class Catalogue
{
    private static readonly Mutant[] Blocks =
    [
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
            "half the cap on the profile",
            "Cpu/GridCutSolver.cs",
            "if (_profile.States(problem) <= _caps.States)",
            "if (2 * _profile.States(problem) <= _caps.States)",
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
            "if (IsBetter(problem, layout, _trial))",
            "if (_labels != null)",
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
        new(
            "Ishikawa: what the far side pays alone is left out",
            "Cpu/Ishikawa.cs",
            "            _flow.Supply(t * layers + i, -alone);\n",
            "",
            "Quality_OfASmallProblem_IsTheLeastOfAll"),
        new(
            "a cost too large for the sums let through",
            "GridCut.cs",
            "if (values[i] < lowest || values[i] > highest)",
            "if (values[i] < lowest)",
            "Solve_OfABadValue_NamesItAndWritesNothing"),
        new(
            "overlap below the threshold pushed apart as well",
            "Cpu/CoMixupSubproblem.cs",
            "_overlap[m] = q > threshold ? 0.5f * (total[m] - own[m]) : 0;",
            "_overlap[m] = 0.5f * (total[m] - own[m]);",
            "Parity_OfAStoredPart_IsTheReleasedLayout"),
        new(
            "pairs without their bonus",
            "Cpu/CoMixupSubproblem.cs",
            "Truncate(0.5f * sum - PairBonus)",
            "Truncate(0.5f * sum)",
            "Parity_OfAStoredPart_IsTheReleasedLayout"),
        new(
            "the last of several starts kept",
            "Cpu/CoMixupPart.cs",
            "if (CoMixupPolish.IsBetter(problem, Layout, _other)) Layout",
            "Layout",
            "MoreStarts_AreNoWorse"),
        new(
            "drawn blocks that do not divide the width",
            "Cpu/PuzzleMix.cs",
            "images.H % blocks == 0 && images.W % blocks == 0;",
            "images.H % blocks == 0;",
            "Blocks_AreDrawnEquallyOftenAmongThoseThatDivideTheImage"),
        new(
            "colours across a boundary compared crosswise",
            "Cpu/PuzzleMixCosts.cs",
            "_other[first] += 0.5 * (p00 + p01);",
            "_other[first] += 0.5 * (p00 + p10);",
            "Costs_OfAStoredBatch_AreTheReleasedIntegers"),
    ];
}
