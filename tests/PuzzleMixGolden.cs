using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>A stored PuzzleMix batch: its input, its integer costs, and what the released program makes of them.</summary>
public sealed class PuzzleMixGolden
{
    private static readonly string Folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "methods");
    private readonly JsonElement _entry;

    private PuzzleMixGolden(JsonElement entry)
    {
        _entry = entry;
        Name = entry.GetProperty("base").GetString()!;
        Options = new PuzzleMixOptions
        {
            Blocks = entry.GetProperty("blocks").GetInt32(),
            Labels = entry.GetProperty("labels").GetInt32(),
            Beta = entry.GetProperty("beta").GetDouble(),
            Gamma = entry.GetProperty("gamma").GetDouble(),
            Eta = entry.GetProperty("eta").GetDouble(),
            NeighbourSize = entry.GetProperty("neigh_size").GetInt32(),
            TransportCost = entry.GetProperty("t_eps").GetDouble(),
            TransportSize = entry.GetProperty("t_size").GetInt32(),
            PixelStd = new[] { entry.GetProperty("std").GetSingle() },
        };
        Ratio = entry.GetProperty("lam").GetSingle();
        Weights = entry.GetProperty("ratio").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Shape = Read("images").Shape;
    }

    public string Name { get; }

    public long[] Shape { get; }

    public PuzzleMixOptions Options { get; }

    public float Ratio { get; }

    public double[] Weights { get; }

    public static IEnumerable<PuzzleMixGolden> All()
    {
        JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        foreach (JsonElement entry in manifest.RootElement.GetProperty("instances").EnumerateArray())
        {
            if (entry.GetProperty("base").GetString()!.StartsWith("puzzle_", StringComparison.Ordinal)) yield return new PuzzleMixGolden(entry);
        }
    }

    public Npy Read(string key) => Npy.Read(Path.Combine(Folder, $"{Name}_{key}.npy"));

    public int[] Integers(string key) => Array.ConvertAll(Read(key).Values, value => (int)value);

    public float[] Floats(string key) => Array.ConvertAll(Read(key).Values, value => (float)value);

    public long[] Energies(string key) => _entry.GetProperty(key).EnumerateArray().Select(value => value.GetInt64()).ToArray();

    public override string ToString() => Name;
}
