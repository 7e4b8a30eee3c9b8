namespace GuidedMixup;

/// <summary>The rules for Co-Mixup's options.</summary>
internal static class CoMixupRules
{
    /// <summary>Most images of a part: with the pairs their labels fit the solver's.</summary>
    internal const int MaxPart = 250;

    private const int MaxIterations = 100;
    private const int MaxAlpha = 16;
    private const int MaxStarts = 64;

    internal static void Check(CoMixupOptions? options, string name)
    {
        if (options == null) Require.Fail(name, "CoMixup is null; it holds the method's constants.");
        Range(options.Blocks, 1, Cpu.GridCutProblem.MaxSide, "Blocks", name);
        Range(options.PartSize, 1, MaxPart, "PartSize", name);
        Range(options.Iterations, 1, MaxIterations, "Iterations", name);
        Range(options.Alpha, 1, MaxAlpha, "Alpha", name);
        Range(options.Starts, 1, MaxStarts, "Starts", name);
        PuzzleMixRules.Weight(options.Beta, "CoMixup.Beta", name);
        PuzzleMixRules.Weight(options.Gamma, "CoMixup.Gamma", name);
        PuzzleMixRules.Weight(options.Tau, "CoMixup.Tau", name);
        PuzzleMixRules.Weight(options.Eta, "CoMixup.Eta", name);
        if (!(options.Omega >= 0 && options.Omega <= 1)) Require.Fail(name, $"CoMixup.Omega is {options.Omega}; it is at least 0 and at most 1.");
        Require.Defined(options.Mode, name);
    }

    private static void Range(int value, int lowest, int highest, string option, string name)
    {
        if (value < lowest || value > highest) Require.Fail(name, $"CoMixup.{option} is {value}; it is at least {lowest} and at most {highest}.");
    }
}
