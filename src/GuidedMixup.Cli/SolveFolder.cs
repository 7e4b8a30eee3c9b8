using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace GuidedMixup.Cli;

/// <summary>A folder of labelling problems: .npy arrays named NAME_KEY.npy, and manifest.json with what else is known of each NAME.</summary>
internal sealed class SolveFolder : IDisposable
{
    private const string ManifestName = "manifest.json";
    private readonly string _path;
    private readonly JsonDocument? _manifest;

    internal SolveFolder(string path)
    {
        _path = path;
        if (!Directory.Exists(path)) throw new InputException($"{path}: no such folder.");
        string manifest = Path.Combine(path, ManifestName);
        if (!File.Exists(manifest)) return;
        try
        {
            _manifest = JsonDocument.Parse(File.ReadAllBytes(manifest));
        }
        catch (JsonException fault)
        {
            throw new InputException($"{manifest}: no JSON: {fault.Message}");
        }
    }

    /// <summary>The names that have an array of this key, in order.</summary>
    internal IEnumerable<string> Names(string prefix, string key)
    {
        string end = $"_{key}.npy";
        return Directory.EnumerateFiles(_path, $"{prefix}*{end}")
            .Select(file => Path.GetFileName(file)[..^end.Length])
            .Order(StringComparer.Ordinal);
    }

    internal string PathOf(string name, string key) => Path.Combine(_path, $"{name}_{key}.npy");

    internal bool Has(string name, string key) => File.Exists(PathOf(name, key));

    /// <summary>An array of floats of the given rank.</summary>
    internal HostTensor Floats(string name, string key, int rank)
    {
        HostTensor tensor = Npy.Read(PathOf(name, key), ElementType.Float32);
        return CheckRank(tensor, name, key, rank);
    }

    /// <summary>An array of integers as Int32.</summary>
    internal HostTensor Integers(string name, string key)
    {
        using HostTensor wide = Npy.Read(PathOf(name, key), ElementType.Int64);
        HostTensor tensor = HostTensor.Allocate(ElementType.Int32, wide.View.Shape);
        ReadOnlySpan<long> from = wide.AsSpan<long>();
        Span<int> to = tensor.AsSpan<int>();
        for (int i = 0; i < to.Length; i++)
        {
            if (from[i] is < int.MinValue or > int.MaxValue)
            {
                tensor.Dispose();
                throw new InputException($"{PathOf(name, key)}: element {i} is {from[i]}, which is no 32-bit integer.");
            }

            to[i] = (int)from[i];
        }

        return tensor;
    }

    internal HostTensor Integers(string name, string key, int rank) => CheckRank(Integers(name, key), name, key, rank);

    /// <summary>What the manifest says of a name.</summary>
    internal JsonElement? Entry(string name)
    {
        if (_manifest == null || _manifest.RootElement.ValueKind != JsonValueKind.Object
            || !_manifest.RootElement.TryGetProperty("instances", out JsonElement entries) || entries.ValueKind != JsonValueKind.Array)
            return null;
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("base", out JsonElement found)
                && found.ValueKind == JsonValueKind.String && found.GetString() == name)
                return entry;
        }

        return null;
    }

    /// <summary>A number of a name's entry, or of the manifest's constants, or the given one.</summary>
    internal double Number(string name, string key, double otherwise) =>
        TryNumber(Entry(name), key, out double value)
        || (_manifest != null && _manifest.RootElement.TryGetProperty("constants", out JsonElement constants) && TryNumber(constants, key, out value))
            ? value : otherwise;

    /// <summary>A number of a name's entry, which must be there.</summary>
    internal double Number(string name, string key) =>
        TryNumber(Entry(name), key, out double value)
            ? value
            : throw new InputException($"{Path.Combine(_path, ManifestName)}: {name} has no number '{key}'.");

    public void Dispose() => _manifest?.Dispose();

    private static bool TryNumber(JsonElement? element, string key, out double value)
    {
        value = 0;
        return element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(key, out JsonElement number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out value);
    }

    private HostTensor CheckRank(HostTensor tensor, string name, string key, int rank)
    {
        if (tensor.View.Rank == rank) return tensor;
        string shape = string.Join(',', tensor.View.Shape.ToArray());
        tensor.Dispose();
        throw new InputException($"{PathOf(name, key)}: shape [{shape}] where {rank} dimensions are needed.");
    }
}
