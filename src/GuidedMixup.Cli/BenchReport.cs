using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>What the command bench found, for people and for programs.</summary>
internal static class BenchReport
{
    internal static void Print(IReadOnlyList<BenchResult> results)
    {
        // Four shapes a table, or it would not fit the width.
        foreach (BenchResult[] some in results.Chunk(4)) Print(some);
        Terminal.Out.WriteLine("floor: what memcpy takes to copy the bytes that a batch must move at least, on the same threads in the same run.");
    }

    internal static void Json(IReadOnlyList<BenchResult> results)
    {
        using var report = new JsonReport();
        Utf8JsonWriter json = report.Writer;
        json.WriteStartArray("results");
        foreach (BenchResult result in results)
        {
            json.WriteStartObject();
            json.WriteStartArray("shape");
            foreach (int size in new[] { result.Shape.N, result.Shape.C, result.Shape.H, result.Shape.W }) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteNumber("threads", result.Threads);
            json.WriteString("backend", result.Backend);
            json.WriteNumber("total_ms", Math.Round(result.Total, 5));
            json.WriteStartObject("stages");
            foreach ((string name, double time) in result.Stages) json.WriteNumber(name, Math.Round(time, 5));
            json.WriteEndObject();
            json.WriteNumber("floor_ms", Math.Round(result.Floor, 5));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>How fast and where: the caption of a shape.</summary>
    internal static string Where(BenchResult result) =>
        result.Backend == "cuda" ? "GPU" : result.Threads == 1 ? "1 thread" : string.Create(CultureInfo.InvariantCulture, $"{result.Threads} threads");

    private static void Print(BenchResult[] results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("milliseconds (medians)");
        foreach (BenchResult result in results)
            table.AddColumn(new TableColumn(Markup.Escape($"{result.Shape}\n{Where(result)}")).RightAligned());
        for (int stage = 0; stage < results[0].Stages.Count; stage++)
            Row(table, results[0].Stages[stage].Name, results, result => Text(result.Stages[stage].Milliseconds));
        if (results[0].Stages.Count > 0) table.AddEmptyRow();
        Row(table, "all in one call", results, result => Text(result.Total));
        Row(table, "floor", results, result => Text(result.Floor));
        Row(table, "share of the floor", results, result => (result.Floor / result.Total).ToString("P0", CultureInfo.InvariantCulture));
        table.AddEmptyRow();
        Row(table, "images a second", results, result => (result.Shape.N / (result.Total / 1e3)).ToString("N0", CultureInfo.InvariantCulture));
        Row(table, "memcpy, GB a second", results, result => (result.CopyRate / 1e9).ToString("N1", CultureInfo.InvariantCulture));
        Row(table, "rounds", results, result => result.Rounds.ToString(CultureInfo.InvariantCulture));
        Terminal.Out.Write(table);
    }

    private static void Row(Table table, string name, BenchResult[] results, Func<BenchResult, string> cell) =>
        table.AddRow([name, .. results.Select(cell)]);

    internal static string Text(double milliseconds) =>
        milliseconds.ToString(milliseconds < 0.1 ? "0.0000" : milliseconds < 10 ? "0.000" : "N1", CultureInfo.InvariantCulture);
}
