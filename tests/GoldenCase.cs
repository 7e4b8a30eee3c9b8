using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace GuidedMixup.Tests;

/// <summary>One case of tests/Golden/manifest.json: what the released program answered, stage by stage.</summary>
public sealed class GoldenCase
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Golden");
    private readonly Dictionary<string, string> _files;

    private GoldenCase(JsonElement element)
    {
        Name = element.GetProperty("name").GetString()!;
        Kind = element.GetProperty("kind").GetString()!;
        _files = element.GetProperty("arrays").EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetProperty("file").GetString()!);
        Shape = element.TryGetProperty("shape", out JsonElement shape)
            ? shape.EnumerateArray().Select(s => s.GetInt32()).ToArray()
            : [0, 0, 0, 0];
    }

    /// <summary>Every case of the manifest.</summary>
    public static IReadOnlyList<GoldenCase> All { get; } = Load();

    public string Name { get; }

    /// <summary>sr, ap, edge, pairing or units.</summary>
    public string Kind { get; }

    public int[] Shape { get; }

    public int N => Shape[0];

    public int C => Shape[1];

    public int H => Shape[2];

    public int W => Shape[3];

    /// <summary>True where the maps come from a gradient rather than from the images.</summary>
    public bool IsGradient => Kind == "ap" || Name.StartsWith("edge_ap", StringComparison.Ordinal);

    public IEnumerable<string> Fields => _files.Keys;

    public bool Has(string field) => _files.ContainsKey(field);

    public double[] Values(string field) => Npy.Read(Path.Combine(_folder, _files[field])).Values;

    public int[] Indices(string field) => Array.ConvertAll(Values(field), v => (int)v);

    public override string ToString() => Name;

    private static List<GoldenCase> Load()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "manifest.json")));
        return manifest.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GoldenCase(c)).ToList();
    }
}
