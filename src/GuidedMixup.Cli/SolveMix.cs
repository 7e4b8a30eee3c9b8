using System;
using System.Linq;
using System.Text.Json;

namespace GuidedMixup.Cli;

/// <summary>A puzzle_* batch put through the whole of PuzzleMix: costs, cut, transport, blend.</summary>
/// <param name="Milliseconds">The least time of a few runs.</param>
/// <param name="Ratio">Each image's label weight.</param>
/// <param name="Images">The mixed images.</param>
/// <param name="Shape">[N,C,H,W].</param>
/// <param name="Error">The largest difference from the stored mix; null where none is stored.</param>
internal sealed record SolveMix(double Milliseconds, float[] Ratio, float[] Images, long[] Shape, double? Error)
{
    private static readonly string[] Keys = ["images", "saliency", "idx"];

    /// <summary>Mixes a batch; null where the folder does not bring all of it.</summary>
    internal static SolveMix? Of(SolveFolder folder, string name, int blocks, int labels, int threads)
    {
        if (!Keys.All(key => folder.Has(name, key)) || folder.Entry(name) == null) return null;
        using HostTensor images = folder.Floats(name, "images", 4), saliency = folder.Floats(name, "saliency", 3);
        using HostTensor partners = folder.Integers(name, "idx", 1);
        long[] shape = images.View.Shape.ToArray();
        using HostTensor draws = HostTensor.Allocate(ElementType.Float32, shape[0]), ratio = HostTensor.Allocate(ElementType.Float32, shape[0]);
        using HostTensor mixed = HostTensor.Allocate(ElementType.Float32, shape);
        draws.AsSpan<float>().Fill((float)folder.Number(name, "lam"));
        var standard = new PuzzleMixOptions();
        var options = new GuidedMixerOptions
        {
            PuzzleMix = standard with
            {
                Blocks = blocks,
                Labels = labels,
                Beta = folder.Number(name, "beta"),
                Gamma = folder.Number(name, "gamma"),
                Eta = folder.Number(name, "eta"),
                NeighbourSize = (int)folder.Number(name, "neigh_size", standard.NeighbourSize),
                TransportCost = folder.Number(name, "t_eps", standard.TransportCost),
                TransportSize = (int)folder.Number(name, "t_size", standard.TransportSize),
                PixelStd = (float[])[(float)folder.Number(name, "std", 1)],
            },
        };
        double time = SolveTimer.Least(() => PuzzleMix.Mix(
            images.View, saliency.View, draws.View, partners.View, mixed.View, ratio: ratio.View, options: options,
            execution: new Execution(Threads: threads)));
        float[] result = mixed.AsSpan<float>().ToArray();
        return new SolveMix(time, ratio.AsSpan<float>().ToArray(), result, shape, Compare(folder, name, result));
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("mix");
        writer.WriteNumber("ms", Milliseconds);
        writer.WriteStartArray("ratio");
        foreach (float value in Ratio) writer.WriteNumberValue(value);
        writer.WriteEndArray();
        if (Error is { } error) writer.WriteNumber("max_error", error);
        writer.WriteEndObject();
    }

    private static double? Compare(SolveFolder folder, string name, float[] mixed)
    {
        if (!folder.Has(name, "mixed")) return null;
        using HostTensor stored = folder.Floats(name, "mixed", 4);
        ReadOnlySpan<float> expected = stored.AsSpan<float>();
        if (expected.Length != mixed.Length) throw new InputException($"{folder.PathOf(name, "mixed")}: another shape than the images.");
        double error = 0;
        for (int i = 0; i < mixed.Length; i++) error = Math.Max(error, Math.Abs((double)mixed[i] - expected[i]));
        return error;
    }
}
