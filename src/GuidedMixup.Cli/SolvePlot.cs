using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>Parity against quality as an SVG: for each instance, how much lower quality's objective is, and both times on a log scale.</summary>
internal static class SolvePlot
{
    private const int LabelWidth = 190;
    private const int PanelWidth = 300;
    private const int Gap = 90;
    private const int RowHeight = 18;
    private const int HeadHeight = 64;
    private const int Width = LabelWidth + 2 * PanelWidth + Gap + 70;

    private static readonly double[] Ticks = [0.001, 0.1, 10, 1000];

    private const string Style = """
        .paper{fill:#ffffff;stroke:#d8dee4}.ink{fill:#1f2328}.pale{fill:#59636e}.parity{fill:#3f78c9}.quality{fill:#e8901c}.rule{stroke:#d8dee4}
        text{font:12px system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}.title{font-weight:600;font-size:15px}
        @media(prefers-color-scheme:dark){.paper{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.pale{fill:#9198a1}.parity{fill:#6ea2ec}.quality{fill:#f2a83b}.rule{stroke:#30363d}}
        """;

    internal static string Draw(IReadOnlyList<SolveResult> results)
    {
        SolveResult[] rows = results.Where(result => result.Parity != null && result.Quality != null).ToArray();
        int height = HeadHeight + rows.Length * RowHeight + 32, times = LabelWidth + PanelWidth + Gap;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img">""");
        svg.AppendLine("<title>guidedmixup solve: objective and time, parity against quality</title>");
        svg.AppendLine($"<style>{Style}</style>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect class="paper" x="0.5" y="0.5" width="{Width - 1}" height="{height - 1}" rx="8"/>""");
        Text(svg, "ink title", 16, 26, "Parity against quality");
        Text(svg, "pale", LabelWidth, 50, "objective lowered by; bars: share of |parity|, log scale");
        Text(svg, "parity", times, 50, "milliseconds: parity");
        Text(svg, "quality", times + 125, 50, "quality");
        foreach (double tick in Ticks)
        {
            int x = times + (int)(Share(tick) * PanelWidth);
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<line class="rule" x1="{x}" x2="{x}" y1="{HeadHeight}" y2="{height - 24}"/>""");
            Text(svg, "pale", x - 8, height - 9, $"{tick.ToString(CultureInfo.InvariantCulture)} ms");
        }

        double most = Math.Max(rows.Select(Gain).DefaultIfEmpty(0).Max(), 1e-9);
        for (int i = 0; i < rows.Length; i++) Row(svg, rows[i], HeadHeight + i * RowHeight, most, times);
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    /// <summary>Quality's gain on a scale that shows both an F of 200 and one of 0.001: log₂(1 + 1000·share of |parity|).</summary>
    private static double Gain(SolveResult result) =>
        Math.Log2(1 + 1000 * (result.Parity!.Objective - result.Quality!.Objective) / Math.Max(Math.Abs(result.Parity.Objective), 1e-9));

    private static void Row(StringBuilder svg, SolveResult result, int top, double most, int times)
    {
        Text(svg, "ink", 16, top + 12, result.Name);
        double gain = result.Parity!.Objective - result.Quality!.Objective;
        double length = Math.Max(Gain(result) / most, 0) * PanelWidth;
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect class="quality" x="{LabelWidth}" y="{top + 3}" width="{length:0.#}" height="10" rx="2"/>""");
        string text = gain == 0 ? "equal" : gain.ToString(result.Quality.Value == null ? "0" : "0.####", CultureInfo.InvariantCulture);
        Text(svg, "pale", LabelWidth + (int)length + 6, top + 12, text);
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<line class="rule" x1="{times}" x2="{times + PanelWidth}" y1="{top + 8}" y2="{top + 8}"/>""");
        Dot(svg, "parity", times, top + 8, result.Parity.Milliseconds);
        Dot(svg, "quality", times, top + 8, result.Quality.Milliseconds);
    }

    /// <summary>A time's place between 0.0001 and 10000 ms.</summary>
    private static double Share(double milliseconds) => Math.Clamp((Math.Log10(Math.Max(milliseconds, 1e-4)) + 4) / 8, 0, 1);

    private static void Dot(StringBuilder svg, string kind, int left, int y, double milliseconds)
    {
        string time = milliseconds.ToString("G3", CultureInfo.InvariantCulture);
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<circle class="{kind}" cx="{left + Share(milliseconds) * PanelWidth:0.#}" cy="{y}" r="4"><title>{time} ms</title></circle>""");
    }

    private static void Text(StringBuilder svg, string kind, int x, int y, string text) =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text class="{kind}" x="{x}" y="{y}">{SecurityElement.Escape(text)}</text>""");
}
