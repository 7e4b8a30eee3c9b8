using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>The answers as JSON, as a table and as files.</summary>
internal static class SolveReport
{
    internal static void WriteJson(string folder, List<SolveResult> results)
    {
        using var report = new JsonReport();
        report.Writer.WriteString("folder", folder);
        report.Writer.WriteStartArray("instances");
        foreach (SolveResult result in results) result.Write(report.Writer);
        report.Writer.WriteEndArray();
        report.Writer.WriteStartObject("summary");
        report.Writer.WriteNumber("instances", results.Count);
        report.Writer.WriteNumber("stored", results.Count(result => result.IsEqual != null));
        report.Writer.WriteNumber("parity_equals_stored", results.Count(result => result.IsEqual == true));
        report.Writer.WriteNumber("quality_no_worse", results.Count(result => result.IsNoWorse && result.Parity != null && result.Quality != null));
        report.Writer.WriteEndObject();
    }

    internal static void Print(List<SolveResult> results)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("instance", "as stored", "parity", "ms", "quality", "ms", "mixed", "ms");
        foreach (SolveResult result in results)
        {
            string isEqual = result.IsEqual switch { true => "yes", false => "NO", _ => "–" };
            table.AddRow(
                Markup.Escape(result.Name), isEqual, Objective(result.Parity), Time(result.Parity?.Milliseconds), Objective(result.Quality),
                Time(result.Quality?.Milliseconds), result.Mixed?.Error is { } error ? $"±{error.ToString("G2", CultureInfo.InvariantCulture)}" : "–",
                Time(result.Mixed?.Milliseconds));
        }

        Terminal.Out.Write(table);
    }

    /// <summary>The answers of one instance as .npy.</summary>
    internal static void Save(OutputFolder output, SolveResult result)
    {
        foreach ((string mode, SolveAnswer? answer) in new[] { ("parity", result.Parity), ("quality", result.Quality) })
        {
            if (answer?.Layout is { } layout) Save(output, $"{result.Name}_{mode}_z.npy", layout, result.Shape);
            if (answer?.Labels is { } labels)
            {
                long[] shape = result.Kind == SolveKind.Sub ? result.Shape[1..] : result.Shape;
                Save(output, $"{result.Name}_{mode}_labels.npy", labels.SelectMany(row => row).ToArray(), shape);
            }
        }

        if (result.Mixed is { } mixed) Save(output, $"{result.Name}_mixed.npy", mixed.Images, mixed.Shape);
    }

    private static void Save<T>(OutputFolder output, string name, T[] values, long[] shape)
        where T : unmanaged
    {
        using HostTensor tensor = HostTensor.Pin<T>(values, shape);
        output.Write(name, stream => Npy.Write(stream, tensor.View));
    }

    private static string Objective(SolveAnswer? answer) => answer == null ? "–"
        : answer.Objective.ToString(answer.Value == null ? "F0" : "F4", CultureInfo.InvariantCulture);

    private static string Time(double? milliseconds) =>
        milliseconds is { } time ? Math.Round(time, 3).ToString(CultureInfo.InvariantCulture) : "–";
}
