using System;
using System.Text.Json;

namespace GuidedMixup.Cli;

/// <summary>One instance with its answers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Shape">Of z, or of the labels.</param>
/// <param name="Parity">Parity's answer; null where it was not asked for.</param>
/// <param name="Quality">Quality's answer; likewise.</param>
/// <param name="IsEqual">Whether parity's answer is the stored one; null where none is stored.</param>
/// <param name="Mixed">A batch put through the whole of PuzzleMix; null where it brings no images.</param>
internal sealed record SolveResult(
    string Name, SolveKind Kind, long[] Shape, SolveAnswer? Parity, SolveAnswer? Quality, bool? IsEqual, SolveMix? Mixed = null)
{
    /// <summary>False where quality's objective is above parity's by more than rounding.</summary>
    internal bool IsNoWorse => Parity == null || Quality == null || Quality.Objective <= Parity.Objective + 1e-9 * Math.Abs(Parity.Objective);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("kind", Kind switch { SolveKind.Part => "comix", SolveKind.Sub => "sub", _ => "puzzle" });
        if (IsEqual is { } isEqual) writer.WriteBoolean("parity_equals_stored", isEqual);
        if (Parity != null && Quality != null) writer.WriteBoolean("quality_no_worse", IsNoWorse);
        foreach ((string mode, SolveAnswer? answer) in new[] { ("parity", Parity), ("quality", Quality) })
        {
            if (answer == null) continue;
            writer.WriteStartObject(mode);
            answer.Write(writer, Kind, Shape);
            writer.WriteEndObject();
        }

        Mixed?.Write(writer);
        writer.WriteEndObject();
    }
}
