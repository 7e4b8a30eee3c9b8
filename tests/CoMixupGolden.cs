using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>A stored Co-Mixup part: its input, the released layout, its objective and the energy of every cut.</summary>
public sealed class CoMixupGolden
{
    private CoMixupGolden(string folder, JsonElement entry)
    {
        Name = entry.GetProperty("base").GetString()!;
        Npy saliency = Read(folder, "sal");
        (Inputs, Grid) = ((int)saliency.Shape[0], (int)saliency.Shape[1]);
        Saliency = Array.ConvertAll(saliency.Values, value => (float)value);
        Alpha = Array.ConvertAll(Read(folder, "alpha").Values, value => (float)value);
        Npy init = Read(folder, "init");
        Outputs = (int)init.Shape[0];
        Init = Array.ConvertAll(init.Values, value => (int)value);
        if (Name.StartsWith("brute_", StringComparison.Ordinal))
        {
            (Iterations, Z, Energies) = (4, [], []);
            Compatibility = Enumerable.Range(0, Inputs * Inputs).Select(i => i / Inputs == i % Inputs ? 1f : 0).ToArray();
            F = [entry.GetProperty("F_swap_parity").GetDouble()];
            HardOptimum = entry.GetProperty("F_opt_hard").GetDouble();
            return;
        }

        Iterations = entry.GetProperty("niter").GetInt32();
        Compatibility = Array.ConvertAll(Read(folder, "A").Values, value => (float)value);
        Z = Read(folder, "Zswap").Values;
        JsonElement parity = entry.GetProperty("swap_parity");
        F = parity.GetProperty(nameof(F)).EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Energies = parity.GetProperty("subproblem_int_energies").EnumerateArray().Select(value => value.GetInt64()).ToArray();
    }

    public string Name { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Grid { get; }

    public int Iterations { get; }

    public float[] Saliency { get; }

    public float[] Alpha { get; }

    public int[] Init { get; }

    public float[] Compatibility { get; }

    public double[] Z { get; }

    public double[] F { get; }

    public long[] Energies { get; }

    public double HardOptimum { get; }

    public static IEnumerable<CoMixupGolden> All(string prefix)
    {
        string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "methods");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        foreach (JsonElement entry in manifest.RootElement.GetProperty("instances").EnumerateArray())
        {
            if (entry.GetProperty("base").GetString()!.StartsWith(prefix, StringComparison.Ordinal))
                yield return new CoMixupGolden(folder, entry);
        }
    }

    public override string ToString() => Name;

    private Npy Read(string folder, string key) => Npy.Read(Path.Combine(folder, $"{Name}_{key}.npy"));
}
