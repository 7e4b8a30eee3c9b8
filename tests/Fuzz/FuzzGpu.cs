namespace GuidedMixup.Tests.Fuzz;

/// <summary>What runs on the CPU alone: device memory is refused, by name. What lands on the GPU loses its line here.</summary>
internal static class FuzzGpu
{
    internal static bool Refuses(FuzzCase @case) => @case.Call.Name switch
    {
        "MixDraws.Draw" or "MixDraws.DrawPartnerBoxes" or "AugMix.Draw" => true,
        "CoMixup.Solve" or "CoMixup.Solve(starts)" or "CoMixup.Objective" or "GuidedMixer.Mix(CoMixup)" => true,
        "GridCut.Solve" or "PuzzleMix.Mix" or "GuidedMixer.Mix(PuzzleMix)" => @case.Options.PuzzleMix?.Mode == SolverMode.Quality,
        _ => false,
    };

    /// <summary>No call of it has to do with a driver.</summary>
    internal static bool IsHostOnly(FuzzCall call) => call.Name.StartsWith("CoMixup.", System.StringComparison.Ordinal) || call.Name.Contains(".Draw", System.StringComparison.Ordinal);
}
