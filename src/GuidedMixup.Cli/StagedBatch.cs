using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>The arrays of the command stages: those it reads, checked, and those it writes.</summary>
internal sealed class StagedBatch : IDisposable
{
    private readonly Dictionary<string, string> _sources = new() { ["images"] = "images", ["saliency"] = "--saliency" };
    private readonly HostTensor?[] _inputs = new HostTensor?[4];
    private readonly List<(string File, HostTensor Tensor)> _outputs = [];
    private readonly MixInputs _batch;
    private readonly HostTensor _flags;
    private readonly MixOutputs _results;
    private string _backend = "cpu";

    internal StagedBatch(string images, string? saliency, string? partners, string? labels, int classes)
    {
        HostTensor Input(int slot, string option, string name, string path, ElementType type)
        {
            _sources[name] = option.Length == 0 ? path : $"{option} {path}";
            return _inputs[slot] = Npy.Read(path, type);
        }

        TensorView x = Input(0, "", "images", images, ElementType.Float32).View;
        if (x.Rank != 4) throw new InputException($"{images}: shape [{Join(x)}] where [N,C,H,W] is needed.");
        (long n, long c, long h, long w) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        TensorView maps = saliency == null ? default : Input(1, "--saliency", "saliency", saliency, ElementType.Float32).View;
        TensorView pi = partners == null ? default : Input(2, "--partner", "partners", partners, ElementType.Int64).View;
        TensorView t = default;
        if (labels != null)
        {
            bool isSoft = Npy.Peek(labels).Kind == 'f';
            if (!isSoft && classes == 0) throw new UsageException($"--labels {labels} holds class indices; it needs --classes K.");
            t = Input(3, "--labels", "labels", labels, isSoft ? ElementType.Float32 : ElementType.Int64).View;
            if (t.Rank != (isSoft ? 2 : 1) || t.Shape[0] != n)
                throw new InputException($"--labels {labels}: shape [{Join(t)}] where {(isSoft ? $"[{n},K]" : $"[{n}]")} is needed.");
            if (isSoft && classes != 0 && t.Shape[1] != classes)
                throw new InputException($"--labels {labels}: shape [{Join(t)}] where --classes says {classes}.");
            if (isSoft) classes = (int)Math.Min(t.Shape[1], int.MaxValue);
        }

        Int128 floats = ((Int128)n * c * h * w) + ((Int128)3 * n * h * w) + ((Int128)n * n) + ((Int128)n * classes);
        MemoryBudget.Demand(floats * sizeof(float), $"{images}: shape [{Join(x)}]");
        _batch = new MixInputs { Images = x, Saliency = maps, Partners = pi, Labels = t };
        _flags = HostTensor.Allocate(ElementType.Int32, n);
        _results = new MixOutputs
        {
            Saliency = Output("saliency.npy", ElementType.Float32, n, h, w),
            Normalised = Output("norm.npy", ElementType.Float32, n, h, w),
            Distance = Output("dist.npy", ElementType.Float32, n, n),
            Partners = Output("idx.npy", ElementType.Int32, n),
            Mask = Output("mask.npy", ElementType.Float32, n, h, w),
            Images = Output("mixed.npy", ElementType.Float32, n, c, h, w),
            Ratio = Output("ratio.npy", ElementType.Float32, n),
            SoftLabels = labels == null ? default : Output("labels.npy", ElementType.Float32, n, classes),
            Flags = _flags.View,
        };
    }

    internal void Mix(GuidedMixerOptions options, Execution execution)
    {
        _backend = execution.Device.Type == DeviceType.Cuda ? "cuda" : "cpu";
        try
        {
            new GuidedMixer(options).Mix(_batch, _results, execution);
        }
        catch (ArgumentException fault) when (fault.ParamName is { } name && _sources.TryGetValue(name, out string? source))
        {
            // The library names its parameter; whoever typed the command knows it as a file.
            throw new InputException(ErrorLine.Of(fault).Replace($"{name}: ", $"{source}: ", StringComparison.Ordinal)
                .Replace("come from GrayWeights", "come from --gray-weights", StringComparison.Ordinal)
                .Replace("while GrayWeights has", "while --gray-weights has", StringComparison.Ordinal));
        }
        catch (DegenerateImageException fault)
        {
            throw new InputException($"{_sources["images"]}: {fault.Message}");
        }
    }

    internal void Write(OutputFolder folder)
    {
        foreach ((string file, HostTensor tensor) in _outputs) folder.Write(file, stream => Npy.Write(stream, tensor.View));
    }

    internal void Print(string folder)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("file", "elements", "shape");
        foreach ((string file, HostTensor tensor) in _outputs)
            table.AddRow(file, tensor.View.Type == ElementType.Int32 ? "int32" : "float32", Markup.Escape($"[{Join(tensor.View)}]"));
        Terminal.Out.Write(table);
        Terminal.Out.MarkupLineInterpolated($"written to [bold]{folder}[/]");
        ReadOnlySpan<int> flags = _flags.AsSpan<int>();
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] != 0) Terminal.Out.WriteLine($"image {i}: {(ImageFlags)flags[i]}");
        }
    }

    internal void WriteJson(string folder)
    {
        using var report = new JsonReport();
        Utf8JsonWriter json = report.Writer;
        json.WriteString("out", folder);
        json.WriteString("backend", _backend);
        json.WriteStartArray("files");
        foreach ((string file, HostTensor tensor) in _outputs)
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteString("type", tensor.View.Type == ElementType.Int32 ? "int32" : "float32");
            json.WriteStartArray("shape");
            foreach (long size in tensor.View.Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("flags");
        foreach (int flags in _flags.AsSpan<int>()) json.WriteStringValue(((ImageFlags)flags).ToString());
        json.WriteEndArray();
    }

    public void Dispose()
    {
        foreach (HostTensor? input in _inputs) input?.Dispose();
        foreach ((_, HostTensor output) in _outputs) output.Dispose();
        _flags.Dispose();
    }

    private TensorView Output(string file, ElementType type, params ReadOnlySpan<long> shape)
    {
        var tensor = HostTensor.Allocate(type, shape);
        _outputs.Add((file, tensor));
        return tensor.View;
    }

    private static string Join(in TensorView view) =>
        string.Join(',', Array.ConvertAll(view.Shape.ToArray(), size => size.ToString(CultureInfo.InvariantCulture)));
}
