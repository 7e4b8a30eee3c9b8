using System;

namespace GuidedMixup;

/// <summary>The rules for PuzzleMix's options, alone and together with a batch.</summary>
internal static class PuzzleMixRules
{
    private const int MaxLabels = 16;

    internal static void Check(PuzzleMixOptions? options, string name)
    {
        if (options == null) Require.Fail(name, "PuzzleMix is null; it holds the method's constants.");
        if (options.Blocks is < 0 or > Cpu.GridCutProblem.MaxSide)
            Require.Fail(name, $"PuzzleMix.Blocks is {options.Blocks}; it is 0 (drawn) or 1 to {Cpu.GridCutProblem.MaxSide}.");
        if (options.Labels is < 2 or > MaxLabels)
            Require.Fail(name, $"PuzzleMix.Labels is {options.Labels}; it is at least 2 and at most {MaxLabels}.");
        Weight(options.Beta, "PuzzleMix.Beta", name);
        Weight(options.Gamma, "PuzzleMix.Gamma", name);
        Weight(options.Eta, "PuzzleMix.Eta", name);
        if (options.NeighbourSize < 1) Require.Fail(name, $"PuzzleMix.NeighbourSize is {options.NeighbourSize}; it is at least 1.");
        if (!(options.TransportCost > 0) || double.IsInfinity(options.TransportCost))
            Require.Fail(name, $"PuzzleMix.TransportCost is {options.TransportCost}; it is positive and finite.");
        if (options.TransportSize < -1)
            Require.Fail(name, $"PuzzleMix.TransportSize is {options.TransportSize}; it is −1 (blocks), 0 (none) or a number of pixels.");
        Require.Defined(options.Mode, name);
        ReadOnlySpan<float> std = options.PixelStd.Span;
        for (int c = 0; c < std.Length; c++)
        {
            if (!(std[c] > 0) || float.IsInfinity(std[c]))
                Require.Fail(name, $"PuzzleMix.PixelStd[{c}] is {std[c]}; it is positive and finite.");
        }
    }

    /// <summary>Whether the images can be cut up as the options say.</summary>
    internal static void CheckImages(PuzzleMixOptions options, in ImageBatch images, string name)
    {
        // Drawn blocks include 2 a side.
        int blocks = options.Blocks == 0 ? 2 : options.Blocks;
        CheckDivisible(images, blocks, "PuzzleMix.Blocks", name);
        var shape = new Cpu.PuzzleMixShape(images.H, images.W, images.C, blocks, options);
        if (options.TransportSize > 0 && (shape.SquareRows > Cpu.PuzzleMixShape.MaxSquares || shape.SquareColumns > Cpu.PuzzleMixShape.MaxSquares))
        {
            Require.Fail(
                name,
                $"{images.H}×{images.W} pixels in squares of {shape.SquareH}×{shape.SquareW} (PuzzleMix.TransportSize {options.TransportSize}); "
                + $"at most {Cpu.PuzzleMixShape.MaxSquares} squares a side are moved.");
        }

        if (options.PixelStd.Length > 1 && options.PixelStd.Length != images.C)
            Require.Fail(name, $"{images.C} channels while PuzzleMix.PixelStd has {options.PixelStd.Length} values.");
    }

    internal static void CheckDivisible(in ImageBatch images, int blocks, string option, string name)
    {
        if (images.H % blocks != 0 || images.W % blocks != 0)
            Require.Fail(name, $"{images.H}×{images.W} pixels while {option} asks for {blocks} blocks a side; height and width are multiples of it.");
    }

    internal static void Weight(double value, string option, string name)
    {
        if (!(value >= 0) || double.IsInfinity(value)) Require.Fail(name, $"{option} is {value}; it is at least 0 and finite.");
    }
}
