using System;
using System.Collections.Generic;

namespace GuidedMixup.Cli;

/// <summary>A small font: 5×8 cells a character, drawn as smooth strokes through the centres of the set cells.</summary>
internal static class Glyphs
{
    /// <summary>Cells from one character to the next, and from the top to the foot of descenders.</summary>
    internal const int Advance = 6;

    internal const int Height = 8;

    private const float StrokeRadius = 0.56f;

    // Five columns a character from ' ' to '~', the top row in the lowest bit.
    private static readonly ulong[] Columns =
    [
        0x0000000000, 0x00005F0000, 0x0007000700, 0x147F147F14, 0x242A7F2A12, 0x2313086462, 0x3649552250, 0x0005030000,
        0x001C224100, 0x0041221C00, 0x082A1C2A08, 0x08083E0808, 0x0050300000, 0x0808080808, 0x0060600000, 0x2010080402,
        0x3E4141413E, 0x00427F4000, 0x4261514946, 0x2141454B31, 0x1814127F10, 0x2745454539, 0x3C4A494930, 0x0171090503,
        0x3649494936, 0x064949291E, 0x0036360000, 0x0056360000, 0x0814224100, 0x1414141414, 0x0041221408, 0x0201510906,
        0x324979413E, 0x7E1111117E, 0x7F49494936, 0x3E41414122, 0x7F4141221C, 0x7F49494941, 0x7F09090901, 0x3E4149497A,
        0x7F0808087F, 0x00417F4100, 0x2040413F01, 0x7F08142241, 0x7F40404040, 0x7F020C027F, 0x7F0408107F, 0x3E4141413E,
        0x7F09090906, 0x3E4151215E, 0x7F09192946, 0x4649494931, 0x01017F0101, 0x3F4040403F, 0x1F2040201F, 0x3F4038403F,
        0x6314081463, 0x0708700807, 0x6151494543, 0x007F414100, 0x0204081020, 0x0041417F00, 0x0402010204, 0x4040404040,
        0x0001020400, 0x2054545478, 0x7F48444438, 0x3844444420, 0x384444487F, 0x3854545418, 0x087E090102, 0x18A4A4A47C,
        0x7F08040478, 0x00447D4000, 0x0040847D00, 0x7F10284400, 0x00417F4000, 0x7C04180478, 0x7C08040478, 0x3844444438,
        0xFC24242418, 0x18242424FC, 0x7C08040408, 0x4854545420, 0x043F444020, 0x3C4040207C, 0x1C2040201C, 0x3C4030403C,
        0x4428102844, 0x1CA0A0A07C, 0x4464544C44, 0x0008364100, 0x00007F0000, 0x0041360800, 0x0804081008,
    ];

    private const ulong Lambda = 0x40310E3840;
    private const ulong Ellipsis = 0x4000400040;
    private const ulong Unknown = 0x7F4141417F;

    /// <summary>How much of a cell-sized point at (x, y), in cells, the strokes of a character cover: 0 to 1.</summary>
    internal static float Coverage(IReadOnlyList<(float X0, float Y0, float X1, float Y1)> strokes, float x, float y, float scale)
    {
        float nearest = float.MaxValue;
        for (int i = 0; i < strokes.Count; i++)
        {
            (float x0, float y0, float x1, float y1) = strokes[i];
            float dx = x1 - x0, dy = y1 - y0, length = (dx * dx) + (dy * dy);
            float t = length > 0 ? Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / length, 0, 1) : 0;
            float ex = x - x0 - (t * dx), ey = y - y0 - (t * dy);
            nearest = Math.Min(nearest, (ex * ex) + (ey * ey));
        }

        return Math.Clamp(((StrokeRadius - MathF.Sqrt(nearest)) * scale) + 0.5f, 0, 1);
    }

    /// <summary>The strokes of a character, in cells: between neighbouring set cells, slanted only where no straight way leads.</summary>
    internal static List<(float X0, float Y0, float X1, float Y1)> Strokes(char character)
    {
        ulong columns = character switch
        {
            'λ' => Lambda,
            '…' => Ellipsis,
            >= ' ' and <= '~' => Columns[character - ' '],
            _ => Unknown,
        };
        bool IsSet(int x, int y) => x is >= 0 and < 5 && y is >= 0 and < Height && ((columns >> ((4 - x) * 8)) & (1UL << y)) != 0;
        var strokes = new List<(float, float, float, float)>();
        for (int x = 0; x < 5; x++)
        {
            for (int y = 0; y < Height; y++)
            {
                if (!IsSet(x, y)) continue;
                (float cx, float cy) = (x + 0.5f, y + 0.5f);
                bool right = IsSet(x + 1, y), down = IsSet(x, y + 1);
                strokes.Add((cx, cy, cx, cy));
                if (right) strokes.Add((cx, cy, cx + 1, cy));
                if (down) strokes.Add((cx, cy, cx, cy + 1));
                if (!right && !down && IsSet(x + 1, y + 1)) strokes.Add((cx, cy, cx + 1, cy + 1));
                if (!right && !IsSet(x, y - 1) && IsSet(x + 1, y - 1)) strokes.Add((cx, cy, cx + 1, cy - 1));
            }
        }

        return strokes;
    }
}
