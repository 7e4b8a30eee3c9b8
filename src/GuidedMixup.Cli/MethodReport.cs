using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>What the command mix says about all methods side by side.</summary>
internal static class MethodReport
{
    internal static void Print(IReadOnlyList<MixedBatch> batches, IReadOnlyList<StageTimes> times, double load, double write, string sheet)
    {
        MixedBatch first = batches[0];
        Table pairs = new Table().Border(TableBorder.Rounded).AddColumns("image", "mixed with");
        foreach (MixedBatch batch in batches) pairs.AddColumn(new TableColumn($"λ {MethodNames.Of(batch.Method)}").RightAligned());
        for (int i = 0; i < first.Count; i++)
        {
            var cells = new List<string> { Markup.Escape(first.Names[i]), Markup.Escape(first.Names[first.Partner(i)]) };
            foreach (MixedBatch batch in batches) cells.Add(batch.Ratio(i).ToString("0.000", CultureInfo.InvariantCulture));
            pairs.AddRow([.. cells]);
        }

        Terminal.Out.Write(pairs);
        Table took = new Table().Border(TableBorder.Rounded).AddColumn("method, the whole batch").AddColumn(new TableColumn("ms").RightAligned());
        for (int i = 0; i < batches.Count; i++)
            took.AddRow(MethodNames.Of(batches[i].Method), MixReport.Format(times[i].All[^1].Milliseconds));
        took.AddEmptyRow().AddRow("reading files", MixReport.Format(load)).AddRow("writing files", MixReport.Format(write));
        took.Caption("saliency and pairing included where a method has them");
        Terminal.Out.Write(took);
        Terminal.Out.MarkupLineInterpolated(
            $"{first.Count} images of {first.Size}×{first.Size}, mixed into {Path.GetDirectoryName(sheet)}. Look at [bold]{sheet}[/]");
    }
}
