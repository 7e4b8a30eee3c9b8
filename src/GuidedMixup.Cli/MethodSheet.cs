using System;
using System.Collections.Generic;
using System.Globalization;

namespace GuidedMixup.Cli;

/// <summary>All methods on the same photographs: a column an image, a row a method.</summary>
internal static class MethodSheet
{
    private const int PerBand = 12;
    private const int Tile = 160;
    private const int LabelWidth = 164;
    private const int Gap = 6;
    private const int HeadHeight = 46;
    private const int BarHeight = 20;
    private const int LegendHeight = 34;
    private const float TextScale = 2;
    private static readonly Colour Paper = new(20, 22, 27);
    private static readonly Colour Ink = new(236, 236, 232);
    private static readonly Colour PaleInk = new(160, 164, 172);

    internal static Picture Draw(IReadOnlyList<MixedBatch> methods)
    {
        MixedBatch first = methods[0];
        int shown = Math.Min(first.Count, ContactSheet.MaxImages), columns = Math.Min(shown, PerBand);
        int bandHeight = HeadHeight + (3 * (Tile + Gap)) + (methods.Count * (Tile + BarHeight + Gap)) + (2 * Gap);
        int bands = (shown + PerBand - 1) / PerBand;
        var canvas = new Canvas(LabelWidth + (columns * (Tile + Gap)) + Gap, (bands * bandHeight) + LegendHeight, Paper);
        for (int band = 0; band < bands; band++)
        {
            int top = band * bandHeight;
            string[] rows = ["image", "saliency", "partner"];
            for (int row = 0; row < rows.Length; row++)
                canvas.Write(rows[row], 14, top + HeadHeight + (row * (Tile + Gap)) + (Tile / 2) - 8, TextScale, Ink);
            for (int row = 0; row < methods.Count; row++)
                canvas.Write(MethodNames.Of(methods[row].Method), 14, MixTop(top, row) + (Tile / 2) - 8, TextScale, Ink);
            for (int column = 0; column < columns && (band * PerBand) + column < shown; column++)
                DrawColumn(canvas, methods, (band * PerBand) + column, LabelWidth + (column * (Tile + Gap)), top);
        }

        canvas.Write("λ, below each mix: the weight of the image's own label", LabelWidth, (bands * bandHeight) + 6, TextScale, PaleInk);
        return canvas.Picture;
    }

    private static int MixTop(int top, int row) => top + HeadHeight + (3 * (Tile + Gap)) + (row * (Tile + BarHeight + Gap));

    private static void DrawColumn(Canvas canvas, IReadOnlyList<MixedBatch> methods, int i, int left, int top)
    {
        MixedBatch first = methods[0];
        ContactSheet.WriteName(canvas, first.Names[i], left, top, Tile);
        Picture[] pictures = [first.Image(i), ContactSheet.HeatMap(first.Map(i), first.Size), first.Image(first.Partner(i))];
        for (int row = 0; row < pictures.Length; row++)
            canvas.Draw(Resize.Bilinear(pictures[row], Tile, Tile), left, top + HeadHeight + (row * (Tile + Gap)));
        for (int row = 0; row < methods.Count; row++)
        {
            int y = MixTop(top, row);
            canvas.Draw(Resize.Bilinear(methods[row].Mixed(i), Tile, Tile), left, y);
            float ratio = methods[row].Ratio(i);
            int own = (int)MathF.Round(ratio * Tile);
            canvas.Fill(left, y + Tile, own, BarHeight, ColourMap.Own);
            canvas.Fill(left + own, y + Tile, Tile - own, BarHeight, ColourMap.Partner);
            canvas.Write(ratio.ToString("0.000", CultureInfo.InvariantCulture), left + 8, y + Tile + 3, TextScale, own > 45 ? Paper : Ink);
        }
    }
}
