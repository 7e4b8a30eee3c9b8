using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>A labelling problem whose answers are stored: labels that parity reproduces, an optimum, and both energies.</summary>
public sealed class GridCutGolden
{
    private static readonly string Folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "methods");

    private GridCutGolden(string name, int image, JsonElement entry)
    {
        Name = image < 0 ? name : $"{name}[{image}]";
        Npy unary = Npy.Read(Path.Combine(Folder, $"{name}_U.npy"));
        int rank = unary.Shape.Length;
        (int h, int w, int labels) = ((int)unary.Shape[rank - 3], (int)unary.Shape[rank - 2], (int)unary.Shape[rank - 1]);
        Problem = new Reference.GridCut(
            h, w, labels, Part(unary, image, h * w * labels), Part(Npy.Read(Path.Combine(Folder, $"{name}_V.npy")), -1, labels * labels),
            Part(Npy.Read(Path.Combine(Folder, $"{name}_ev.npy")), image, (h - 1) * w),
            Part(Npy.Read(Path.Combine(Folder, $"{name}_eh.npy")), image, h * (w - 1)));
        Swap = Part(Npy.Read(Path.Combine(Folder, $"{name}_xswap.npy")), image, h * w);
        (SwapEnergy, OptimalEnergy) = (Energy(entry.GetProperty("E_swap"), image), Energy(entry.GetProperty("E_opt"), image));
    }

    public string Name { get; }

    public Reference.GridCut Problem { get; }

    public int[] Swap { get; }

    public long SwapEnergy { get; }

    public long OptimalEnergy { get; }

    /// <summary>Every stored sub_* and puzzle_* problem.</summary>
    public static IEnumerable<GridCutGolden> All()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        foreach (JsonElement entry in manifest.RootElement.GetProperty("instances").EnumerateArray())
        {
            string name = entry.GetProperty("base").GetString()!;
            if (name.StartsWith("sub_", StringComparison.Ordinal)) yield return new GridCutGolden(name, -1, entry);
            if (!name.StartsWith("puzzle_", StringComparison.Ordinal)) continue;
            for (int i = 0; i < entry.GetProperty("E_swap").GetArrayLength(); i++) yield return new GridCutGolden(name, i, entry);
        }
    }

    public override string ToString() => Name;

    private static int[] Part(Npy array, int image, int length) =>
        array.Values.Skip(Math.Max(image, 0) * length).Take(length).Select(value => (int)value).ToArray();

    private static long Energy(JsonElement value, int image) => image < 0 ? value.GetInt64() : value[image].GetInt64();
}
