using System.Text.Json;

namespace GuidedMixup.Cli;

/// <summary>One mode's answer to one instance.</summary>
/// <param name="Milliseconds">The least time of a few runs.</param>
/// <param name="Energies">Integer energies: of a cut, of each image's cut, or of each cut of a part in call order.</param>
/// <param name="Labels">Labels of each image, row-major; for cuts.</param>
/// <param name="Layout">z, row-major; for parts.</param>
/// <param name="Value">F with A = I; for parts.</param>
/// <param name="OwnValue">F with the part's own A.</param>
internal sealed record SolveAnswer(
    double Milliseconds, long[] Energies, int[][]? Labels = null, float[]? Layout = null, CoMixupValue? Value = null, CoMixupValue? OwnValue = null)
{
    /// <summary>What the mode lowers: F, or the sum of the energies.</summary>
    internal double Objective
    {
        get
        {
            if (Value is { } value) return value.Total;
            double sum = 0;
            foreach (long energy in Energies) sum += energy;
            return sum;
        }
    }

    internal void Write(Utf8JsonWriter writer, SolveKind kind, long[] shape)
    {
        writer.WriteNumber("ms", Milliseconds);
        if (Labels != null)
        {
            writer.WriteStartArray("labels");
            foreach (int[] labels in Labels)
            {
                if (kind == SolveKind.Puzzle) writer.WriteStartArray();
                foreach (int label in labels) writer.WriteNumberValue(label);
                if (kind == SolveKind.Puzzle) writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        if (kind == SolveKind.Sub) writer.WriteNumber("energy", Energies[0]);
        if (Value is { } value) WriteValue(writer, "F", value);
        if (OwnValue is { } own) WriteValue(writer, "F_own_A", own);
        writer.WriteStartArray("energies");
        foreach (long energy in Energies) writer.WriteNumberValue(energy);
        writer.WriteEndArray();
        if (Layout == null) return;
        writer.WriteStartArray("z_shape");
        foreach (long size in shape) writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteStartArray("z");
        foreach (float weight in Layout) writer.WriteNumberValue(weight);
        writer.WriteEndArray();
    }

    /// <summary>[total, unary, pairwise, penalty].</summary>
    private static void WriteValue(Utf8JsonWriter writer, string name, CoMixupValue value)
    {
        writer.WriteStartArray(name);
        foreach (double part in new[] { value.Total, value.Unary, value.Pairwise, value.Penalty }) writer.WriteNumberValue(part);
        writer.WriteEndArray();
    }
}
