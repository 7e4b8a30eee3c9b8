namespace GuidedMixup.Mutants;

/// <content>The stages of GuidedMixup itself.</content>
internal static partial class Catalogue
{
    private static readonly Mutant[] Stages =
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
            "[index, (uint)step, (uint)(step >> 32), ((uint)purpose << 24) + (uint)rank],\n            [(uint)seed, (uint)(seed >> 32)],\n"
            + "            words);\n        return ((ulong)",
            "[index, 0, 0, ((uint)purpose << 24) + (uint)rank],\n            [(uint)seed, (uint)(seed >> 32)],\n"
            + "            words);\n        return ((ulong)",
            "Random_is_a_function_of_seed_step_and_rank"),
        new(
            "odd sizes in single precision",
            "Cpu/SpectralResidual.cs",
            "_isExact = !BitOperations.IsPow2(height) || !BitOperations.IsPow2(width);",
            "_isExact = false;",
            "Compute_OfIllConditionedImages_IsWithinTheInputsOwnRounding"),
    ];
}
