using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>What the command bench found of the methods, for people and for programs.</summary>
internal static class MethodBenchReport
{
    internal static void Print(IReadOnlyList<MethodBenchResult> results)
    {
        foreach (IGrouping<BenchShape, MethodBenchResult> shape in results.GroupBy(result => result.Shape)) Print(shape.Key, [.. shape]);
        Terminal.Out.WriteLine("memcpy: copying so that as many bytes are read and written as the method has to, on the same threads in the same run.");
    }

    internal static void Json(IReadOnlyList<MethodBenchResult> results)
    {
        using var report = new JsonReport();
        Utf8JsonWriter json = report.Writer;
        json.WriteStartArray("results");
        foreach (MethodBenchResult result in results)
        {
            json.WriteStartObject();
            json.WriteStartArray("shape");
            foreach (int size in new[] { result.Shape.N, result.Shape.C, result.Shape.H, result.Shape.W }) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteNumber("threads", result.Threads);
            json.WriteString("backend", result.Backend);
            json.WriteString("method", MethodNames.Of(result.Method));
            if (result.Refusal != null)
            {
                json.WriteString("refused", result.Refusal);
            }
            else
            {
                json.WriteNumber("total_ms", result.Total);
                json.WriteNumber("least_bytes", result.LeastBytes);
                json.WriteNumber("copy_ms", result.Copy);
                json.WriteNumber("copy_share", result.CopyShare);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Print(BenchShape shape, MethodBenchResult[] results)
    {
        MethodBenchResult first = results[0];
        string where = first.Backend == "cuda" ? "GPU" : first.Threads == 1 ? "1 thread" : string.Create(CultureInfo.InvariantCulture, $"{first.Threads} threads");
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{shape}, {where}, medians of {results.Max(result => result.Rounds)} rounds"));
        table.AddColumn("method");
        foreach (string title in new[] { "milliseconds", "images a second", "MB read and written", "GB a second", "memcpy, ms", "share of memcpy" })
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (MethodBenchResult result in results.Where(result => result.Refusal == null))
        {
            table.AddRow(
                MethodNames.Of(result.Method), BenchReport.Text(result.Total), Number(shape.N / (result.Total / 1e3), "N0"), Number(result.LeastBytes / 1e6, "N1"),
                Number(result.LeastBytes / (result.Total * 1e6), "N1"), BenchReport.Text(result.Copy), Number(result.CopyShare, "P0"));
        }

        Terminal.Out.Write(table);
        foreach (MethodBenchResult result in results.Where(result => result.Refusal != null))
            Terminal.Out.WriteLine($"{MethodNames.Of(result.Method)}: left out: {result.Refusal}");
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
