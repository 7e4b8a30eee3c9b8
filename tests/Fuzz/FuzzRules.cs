using System;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>What every answer keeps, whatever the arguments were.</summary>
internal static class FuzzRules
{
    /// <summary>The rule that an answer breaks; empty where it keeps them all.</summary>
    internal static string Broken(FuzzCase @case, FuzzMemory memory)
    {
        foreach (FuzzTensor output in FuzzOutcome.Outputs(@case))
        {
            double[] values = memory.Values(output);
            string name = output.Parameter.Name;
            string fault = output.Parameter.Role switch
            {
                FuzzRole.Ratio => WithinOne(values),
                FuzzRole.Float when name == "mask" => WithinOne(values),
                FuzzRole.Normalised => SumToOne(values, (int)output.Shape[0]),
                FuzzRole.Partners => Permutation(@case, memory, values),
                FuzzRole.Boxes => WithinImages(values, @case),
                FuzzRole.Solution => Array.Exists(values, v => v < 0 || v >= @case.GridLabels) ? " is no label" : "",
                FuzzRole.Layout => RowsSumToOne(values, (int)output.Shape[^1]),
                FuzzRole.Float when name == "outputs.Distance" => Distances(values, (int)output.Shape[0]),
                _ => "",
            };
            if (fault.Length > 0) return $"{name}{fault}";
        }

        return "";
    }

    private static string WithinOne(double[] values)
    {
        int bad = Array.FindIndex(values, v => !(v >= 0 && v <= 1));
        return bad < 0 ? "" : $"[{bad}] is {values[bad]}, not in 0..1";
    }

    private static string SumToOne(double[] values, int n)
    {
        int pixels = values.Length / n;
        for (int i = 0; i < n; i++)
        {
            double[] map = values[(i * pixels)..((i + 1) * pixels)];
            if (!(Math.Abs(map.Sum() - 1) <= 1e-3) || map.Any(v => !(v >= 0))) return $" of image {i} sums to {map.Sum()}, least {map.Min()}";
        }

        return "";
    }

    private static string WithinImages(double[] edges, FuzzCase @case)
    {
        // Of sizes that were spoilt, images and maps have the last word.
        FuzzTensor? images = @case.Tensors.Find(t => t.IsGiven && t.Parameter.Name is "images" or "saliency");
        (long h, long w) = images == null ? (@case.H, @case.W) : (images.Shape[^2], images.Shape[^1]);
        for (int i = 0; i < edges.Length; i += 4)
        {
            (double top, double left, double bottom, double right) = (edges[i], edges[i + 1], edges[i + 2], edges[i + 3]);
            if (top < 0 || top > bottom || bottom > h || left < 0 || left > right || right > w)
                return $"[{i / 4}] is ({top},{left},{bottom},{right}) in {h}×{w}";
        }

        return "";
    }

    private static string RowsSumToOne(double[] values, int length)
    {
        for (int i = 0; i < values.Length; i += length)
        {
            double[] row = values[i..(i + length)];
            if (!(Math.Abs(row.Sum() - 1) <= 1e-5) || row.Any(v => !(v >= 0))) return $", row {i / length} sums to {row.Sum()}, least {row.Min()}";
        }

        return "";
    }

    private static string Distances(double[] values, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double value = values[(i * n) + j];
                if (value != values[(j * n) + i] || !(value >= 0) || double.IsInfinity(value) || (i == j && value != 0))
                    return $"[{i},{j}] is {value}, [{j},{i}] is {values[(j * n) + i]}";
            }
        }

        return "";
    }

    private static string Permutation(FuzzCase @case, FuzzMemory memory, double[] partners)
    {
        int n = partners.Length;
        string text = string.Join(',', partners);
        if (partners.Any(p => !(p >= 0 && p < n))) return $" [{text}] out of range";
        FuzzTensor? given = @case.Tensors.Find(t => t.IsGiven && t.Parameter.Role == FuzzRole.Partners && !t.Parameter.IsOutput);
        if (given != null) return "";
        if (partners.Distinct().Count() != n) return $" [{text}] is no permutation";
        FuzzTensor? subset = @case.Tensors.Find(t => t.IsGiven && t.Parameter.Role == FuzzRole.Subset);
        bool[] isIn = subset == null ? [.. Enumerable.Repeat(true, n)] : [.. memory.Values(subset).Select(v => v != 0)];
        for (int i = 0; i < n; i++)
        {
            if (!isIn[i] && partners[i] != i) return $" [{text}]: image {i} is outside the subset and has a partner";
        }

        bool isCover = @case.Call.Name == "CycleCover.Greedy" || (@case.Call.IsMixer && @case.Options is { Pairing: Pairing.Greedy, Probability: 1 });
        int first = Array.IndexOf(isIn, true), length = 0;
        if (!isCover || first < 0) return "";
        int at = first;
        do
        {
            at = (int)partners[at];
            length++;
        }
        while (at != first);
        return length == isIn.Count(v => v) ? "" : $" [{text}] is not one cycle through the subset";
    }
}
