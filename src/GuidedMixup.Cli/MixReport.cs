using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>What the command mix says about its work.</summary>
internal static class MixReport
{
    private const int BarCells = 20;

    internal static void Print(MixedBatch batch, StageTimes times, double load, double write, string sheet)
    {
        bool hasFlags = false;
        for (int i = 0; i < batch.Count; i++) hasFlags |= batch.Flags(i) != ImageFlags.None;
        Table pairs = new Table().Border(TableBorder.Rounded).AddColumns("image", "mixed with");
        pairs.AddColumn(new TableColumn("λ").RightAligned()).AddColumn("its own share");
        if (hasFlags) pairs.AddColumn("flags");
        for (int i = 0; i < batch.Count; i++)
        {
            float ratio = batch.Ratio(i);
            int own = (int)MathF.Round(ratio * BarCells);
            string bar = $"[rgb(250,170,50)]{new string('█', own)}[/][rgb(40,98,190)]{new string('░', BarCells - own)}[/]";
            string[] cells =
            [
                Markup.Escape(batch.Names[i]), Markup.Escape(batch.Names[batch.Partner(i)]),
                ratio.ToString("0.000", CultureInfo.InvariantCulture), bar,
            ];
            pairs.AddRow(hasFlags ? [.. cells, batch.Flags(i) == ImageFlags.None ? "" : batch.Flags(i).ToString()] : cells);
        }

        Terminal.Out.Write(pairs);
        Table stages = new Table().Border(TableBorder.Rounded).AddColumn("stage").AddColumn(new TableColumn("ms").RightAligned());
        foreach ((string stage, double time) in times.All)
        {
            if (stage == StageTimes.Whole) stages.AddEmptyRow();
            stages.AddRow(Markup.Escape(stage), Format(time));
        }

        stages.AddEmptyRow().AddRow("reading files", Format(load)).AddRow("writing files", Format(write));
        string cuda = "the second call, copies included (single stages are timed on the CPU)";
        stages.Caption(batch.Backend == "cuda" ? cuda : times.IsWarm ? "stages: the second run of each" : "stages: their first run, compilation included");
        Terminal.Out.Write(stages);
        string folder = Path.GetDirectoryName(sheet)!;
        Terminal.Out.MarkupLineInterpolated(
            $"{batch.Count} images of {batch.Size}×{batch.Size}, mixed into {folder}. Look at [bold]{sheet}[/]");
        if (batch.Count > ContactSheet.MaxImages) Terminal.Out.WriteLine($"It shows the first {ContactSheet.MaxImages} of them.");
    }

    internal static void Json(
        IReadOnlyList<MixedBatch> batches, IReadOnlyList<StageTimes> times, double load, double write, string folder, IReadOnlyList<string[]> files, string sheet)
    {
        using var report = new JsonReport();
        Utf8JsonWriter json = report.Writer;
        json.WriteString("out", folder);
        json.WriteString("contact_sheet", sheet);
        json.WriteString("backend", batches[0].Backend);
        json.WriteNumber("size", batches[0].Size);
        if (batches.Count == 1)
        {
            Json(json, batches[0], times[0], files[0], () => Files(json, load, write));
            return;
        }

        json.WriteStartObject("milliseconds");
        Files(json, load, write);
        json.WriteEndObject();
        json.WriteStartArray("methods");
        for (int i = 0; i < batches.Count; i++)
        {
            json.WriteStartObject();
            Json(json, batches[i], times[i], files[i], () => { });
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Json(Utf8JsonWriter json, MixedBatch batch, StageTimes times, string[] files, Action writeMoreTimes)
    {
        json.WriteString("method", MethodNames.Of(batch.Method));
        json.WriteStartArray("images");
        for (int i = 0; i < batch.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", batch.Names[i]);
            json.WriteNumber("partner", batch.Partner(i));
            json.WriteString("partner_name", batch.Names[batch.Partner(i)]);
            json.WriteNumber("ratio", batch.Ratio(i));
            if (batch.HasBoxes)
            {
                json.WriteStartArray("box");
                foreach (int edge in batch.Box(i)) json.WriteNumberValue(edge);
                json.WriteEndArray();
            }

            json.WriteString("flags", batch.Flags(i).ToString());
            json.WriteString("file", files[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("milliseconds");
        foreach ((string stage, double time) in times.All) json.WriteNumber(stage, Math.Round(time, 3));
        writeMoreTimes();
        json.WriteEndObject();
        json.WriteBoolean("stages_were_warm", times.IsWarm);
    }

    private static void Files(Utf8JsonWriter json, double load, double write)
    {
        json.WriteNumber("reading files", Math.Round(load, 3));
        json.WriteNumber("writing files", Math.Round(write, 3));
    }

    internal static string Format(double milliseconds) => milliseconds.ToString("N2", CultureInfo.InvariantCulture);
}
