using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>The medians as bars: an SVG with a panel for each shape, light or dark as its reader's system is.</summary>
internal static class BenchPlot
{
    private const int PanelWidth = 460;
    private const int Margin = 24;
    private const int LabelWidth = 132;
    private const int BarWidth = 240;
    private const int RowHeight = 24;
    private const int BarHeight = 15;
    private const int HeadHeight = 52;
    private const int TitleHeight = 40;

    private const string Style = """
        .paper{fill:#ffffff;stroke:#d8dee4}.ink{fill:#1f2328}.pale{fill:#59636e}.stage{fill:#3f78c9}.whole{fill:#e8901c}.floor{fill:#9aa4ae}
        text{font:13px system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}.title{font-weight:600;font-size:15px}.head{font-weight:600}
        @media(prefers-color-scheme:dark){.paper{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.pale{fill:#9198a1}.stage{fill:#6ea2ec}.whole{fill:#f2a83b}.floor{fill:#6b7580}}
        """;

    internal static string Draw(IReadOnlyList<BenchResult> results)
    {
        int columns = Math.Min(results.Count, 2), rows = (results.Count + columns - 1) / columns;
        int panelHeight = HeadHeight + ((results[0].Stages.Count + 2) * RowHeight) + Margin;
        int width = (columns * PanelWidth) + Margin, height = TitleHeight + (rows * panelHeight) + 8;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">""");
        svg.AppendLine("<title>guidedmixup bench: milliseconds by stage</title>");
        svg.AppendLine($"<style>{Style}</style>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect class="paper" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>""");
        Text(svg, "ink title", Margin, 30, "Milliseconds by stage (medians)");
        for (int i = 0; i < results.Count; i++)
            Panel(svg, results[i], Margin + (i % columns * PanelWidth), TitleHeight + (i / columns * panelHeight));
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, BenchResult result, int left, int top)
    {
        Text(svg, "ink head", left, top + 24, result.Shape.ToString());
        string share = (result.Floor / result.Total).ToString("P0", CultureInfo.InvariantCulture);
        Text(svg, "pale", left, top + 42, $"{BenchReport.Where(result)}, {share} of the floor that memcpy sets");
        (string Name, double Time, string Kind)[] bars =
        [
            .. result.Stages.Select(stage => (stage.Name, stage.Milliseconds, "stage")),
            ("all in one call", result.Total, "whole"), ("floor", result.Floor, "floor"),
        ];
        double most = bars.Max(bar => bar.Time);
        for (int i = 0; i < bars.Length; i++)
        {
            // The whole and its floor stand a little apart from the stages.
            int y = top + HeadHeight + (i * RowHeight) + (i < result.Stages.Count ? 0 : 6);
            double length = Math.Max(bars[i].Time / most * BarWidth, 1);
            Text(svg, "ink", left, y + 13, bars[i].Name);
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect class="{bars[i].Kind}" x="{left + LabelWidth}" y="{y + 1}" width="{length:0.#}" height="{BarHeight}" rx="2"/>""");
            Text(svg, "pale", left + LabelWidth + (int)length + 7, y + 13, BenchReport.Text(bars[i].Time));
        }
    }

    private static void Text(StringBuilder svg, string kind, int x, int y, string text) =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text class="{kind}" x="{x}" y="{y}">{SecurityElement.Escape(text)}</text>""");
}
