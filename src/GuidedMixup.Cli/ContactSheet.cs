using System;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Cli;

/// <summary>One picture of a whole batch: a column an image, a row a stage; more images than a row holds go on below.</summary>
internal static class ContactSheet
{
    /// <summary>Further images are left out, or the sheet could not be looked at.</summary>
    internal const int MaxImages = 96;

    private const int PerBand = 12;
    private const int LabelWidth = 124;
    private const int Gap = 6;
    private const int HeadHeight = 46;
    private const int BarHeight = 30;
    private const int LegendHeight = 34;
    private const float TextScale = 2;
    private static readonly Colour Paper = new(20, 22, 27);
    private static readonly Colour Ink = new(236, 236, 232);
    private static readonly Colour PaleInk = new(160, 164, 172);

    internal static Picture Draw(MixedBatch batch)
    {
        string[] rows = batch.HasMaps ? ["image", "saliency", "partner", "mask", "mixed"] : ["image", "partner", "mask", "mixed"];
        int shown = Math.Min(batch.Count, MaxImages), columns = Math.Min(shown, PerBand);
        int tile = columns > 6 ? 160 : 224;
        int bandHeight = HeadHeight + (rows.Length * (tile + Gap)) + BarHeight + (2 * Gap);
        int bands = (shown + PerBand - 1) / PerBand;
        int legendWidth = LabelWidth + Canvas.TextWidth(66, TextScale);
        int width = Math.Max(LabelWidth + (columns * (tile + Gap)) + Gap, columns > 3 ? legendWidth : 0);
        var canvas = new Canvas(width, (bands * bandHeight) + LegendHeight, Paper);
        for (int band = 0; band < bands; band++)
        {
            int top = band * bandHeight;
            for (int row = 0; row < rows.Length; row++)
                canvas.Write(rows[row], 14, top + HeadHeight + (row * (tile + Gap)) + (tile / 2) - 8, TextScale, Ink);
            canvas.Write("λ", 14, top + HeadHeight + (rows.Length * (tile + Gap)) + 7, TextScale, Ink);
            for (int column = 0; column < columns && (band * PerBand) + column < shown; column++)
                DrawColumn(canvas, batch, (band * PerBand) + column, LabelWidth + (column * (tile + Gap)), top, tile);
        }

        DrawLegend(canvas, bands * bandHeight);
        return canvas.Picture;
    }

    private static void DrawColumn(Canvas canvas, MixedBatch batch, int i, int left, int top, int tile)
    {
        WriteName(canvas, batch.Names[i], left, top, tile);
        Picture[] map = batch.HasMaps ? [HeatMap(batch.Map(i), batch.Size)] : [];
        Picture[] pictures =
            [batch.Image(i), .. map, batch.Image(batch.Partner(i)), Mask(batch.Mask(i), batch.Size), batch.Mixed(i)];
        int y = top + HeadHeight;
        foreach (Picture picture in pictures)
        {
            canvas.Draw(Resize.Bilinear(picture, tile, tile), left, y);
            y += tile + Gap;
        }

        float ratio = batch.Ratio(i);
        int own = (int)MathF.Round(ratio * tile);
        canvas.Fill(left, y, own, BarHeight, ColourMap.Own);
        canvas.Fill(left + own, y, tile - own, BarHeight, ColourMap.Partner);
        canvas.Write(ratio.ToString("0.000", CultureInfo.InvariantCulture), left + 8, y + 8, TextScale, Paper);
    }

    /// <summary>Two lines above the column, parted at a hyphen or the like where there is one.</summary>
    internal static void WriteName(Canvas canvas, string name, int left, int top, int tile)
    {
        int room = (int)(tile / (Glyphs.Advance * TextScale));
        if (name.Length <= room)
        {
            canvas.Write(name, left, top + 25, TextScale, PaleInk);
            return;
        }

        int part = name.AsSpan(0, room).LastIndexOfAny("-_ .") + 1;
        if (part < room / 3) part = room;
        string rest = name[part..];
        if (rest.Length > room) rest = string.Concat("…", rest.AsSpan(rest.Length - room + 1));
        canvas.Write(name.AsSpan(0, part), left, top + 6, TextScale, PaleInk);
        canvas.Write(rest, left, top + 25, TextScale, PaleInk);
    }

    private static void DrawLegend(Canvas canvas, int top)
    {
        (string Text, Colour Colour)[] legend =
        [
            ("mask and λ:", PaleInk), ("the image itself", ColourMap.Own), ("its partner", ColourMap.Partner.Towards(Ink, 0.35f)),
        ];
        int left = LabelWidth;
        foreach ((string text, Colour colour) in legend)
        {
            if (left + Canvas.TextWidth(text.Length, TextScale) > canvas.Picture.Width) break;
            canvas.Write(text, left, top + 6, TextScale, colour);
            left += Canvas.TextWidth(text.Length + 2, TextScale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Picture HeatMap(ReadOnlySpan<float> map, int size)
    {
        float most = 0;
        foreach (float value in map) most = Math.Max(most, value);
        var picture = new Picture(size, size, 3);
        for (int i = 0; i < map.Length; i++) Set(picture, i, ColourMap.HeatAt(most > 0 ? map[i] / most : 0));
        return picture;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Picture Mask(ReadOnlySpan<float> mask, int size)
    {
        var picture = new Picture(size, size, 3);
        for (int i = 0; i < mask.Length; i++) Set(picture, i, ColourMap.MaskAt(mask[i]));
        return picture;
    }

    private static void Set(Picture picture, int i, Colour colour) =>
        (picture.Pixels[i * 3], picture.Pixels[(i * 3) + 1], picture.Pixels[(i * 3) + 2]) = (colour.R, colour.G, colour.B);
}
