using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>The batch whole and kernel by kernel at the standard shapes, with cold and warm L2, beside the floor. Times are medians in microseconds.</summary>
internal static class Bench
{
    /// <summary>More than any L2.</summary>
    private const long FlushBytes = 512L << 20;

    private static readonly (Shape Shape, Saliency Saliency)[] Standard =
    [
        (new(64, 3, 224, 224), Saliency.SpectralResidual),
        (new(128, 3, 32, 32), Saliency.SpectralResidual),
        (new(64, 3, 64, 64), Saliency.SpectralResidual),
        (new(64, 3, 224, 224), Saliency.Gradient),
        (new(64, 3, 224, 224, ElementType.BFloat16), Saliency.SpectralResidual),
        (new(64, 3, 224, 224, ElementType.UInt8), Saliency.SpectralResidual),
        (new(64, 3, 224, 224, IsChannelsLast: true), Saliency.SpectralResidual),
        (new(64, 3, 224, 224, ElementType.BFloat16, true), Saliency.SpectralResidual),
        (new(64, 3, 224, 224, ElementType.UInt8, true), Saliency.SpectralResidual),
        (new(64, 3, 96, 96), Saliency.SpectralResidual),
    ];

    private static readonly (Shape Shape, Saliency Saliency)[] Dry =
    [
        (new(2, 3, 32, 32), Saliency.SpectralResidual),
        (new(2, 3, 33, 47, ElementType.UInt8, true), Saliency.SpectralResidual),
        (new(2, 3, 32, 32), Saliency.Gradient),
    ];

    internal static void Run(string file, bool isDry)
    {
        int count = isDry ? 1 : 101, together = isDry ? 1 : 20;
        long flushBytes = isDry ? 1 << 16 : FlushBytes;
        using FileStream stream = File.Create(file);
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WritePropertyName("device");
        DeviceInfo.Write(writer);
        writer.WriteBoolean("dry", isDry);
        Ceilings(writer, count, flushBytes);
        writer.WriteStartArray("batches");
        foreach ((Shape shape, Saliency saliency) in isDry ? Dry : Standard)
        {
            Console.WriteLine($"{saliency} {shape}");
            One(writer, shape, saliency, count, together, flushBytes);
            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What nothing can beat here: a clear of memory by the driver, and two events with nothing between them.</summary>
    private static void Ceilings(Utf8JsonWriter writer, int count, long bytes)
    {
        using var batch = new DeviceBatch(new GuidedMixer(), new Shape(2, 3, 32, 32), everyOutput: false);
        batch.Mix();
        writer.WriteNumber("empty_us", Timing.Cold(batch.Stream, count, () => { }, () => { }));
        using var from = new Flush(bytes);
        double clear = Timing.Cold(batch.Stream, Math.Min(count, 21), () => { }, () => from.Clear(batch.Stream));
        writer.WriteNumber("clear_gb_per_s", bytes / (clear * 1e3));
    }

    private static void One(Utf8JsonWriter writer, Shape shape, Saliency saliency, int count, int together, long flushBytes)
    {
        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = saliency });
        using var batch = new DeviceBatch(mixer, shape, everyOutput: false);
        using var flush = new Flush(flushBytes);
        batch.Mix();
        batch.Stream.Synchronise();
        using CudaGraph graph = batch.Capture();
        void Clear() => flush.Clear(batch.Stream);
        void Replay() => graph.Launch(batch.Stream);
        writer.WriteStartObject();
        writer.WriteString("method", saliency == Saliency.Gradient ? "Guided-AP" : "Guided-SR");
        writer.WriteString("shape", shape.ToString());
        writer.WriteNumber("floor_bytes", FloorBytes(shape, saliency));
        writer.WriteNumber("stream_cold_us", Timing.Cold(batch.Stream, count, Clear, batch.Mix));
        writer.WriteNumber("stream_warm_us", Timing.Warm(batch.Stream, count, together, batch.Mix));
        writer.WriteNumber("graph_cold_us", Timing.Cold(batch.Stream, count, Clear, Replay));
        writer.WriteNumber("graph_warm_us", Timing.Warm(batch.Stream, count, together, Replay));
        writer.WriteStartArray("kernels");
        if (Launches.IsHere) Kernels(writer, batch, count, together, flushBytes);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Kernels(Utf8JsonWriter writer, DeviceBatch batch, int count, int together, long flushBytes)
    {
        List<Launch[]> cold = [], warm = [];
        for (int i = 0; i < count; i++)
        {
            Launches.Begin(1, flushBytes);
            batch.Mix();
            cold.Add(Launches.End());
            Launches.Begin(together, 0);
            batch.Mix();
            warm.Add(Launches.End());
        }

        for (int i = 0; i < cold[0].Length; i++)
        {
            Launch launch = cold[0][i];
            writer.WriteStartObject();
            writer.WriteString("kernel", launch.Kernel);
            writer.WriteString("grid", $"{launch.GridX}x{launch.GridY}");
            writer.WriteNumber("block", launch.Block);
            writer.WriteNumber("registers", launch.Registers);
            writer.WriteNumber("shared", launch.DynamicShared + launch.StaticShared);
            writer.WriteNumber("local", launch.Local);
            writer.WriteNumber("cold_us", Timing.Median([.. cold.Select(l => l[i].Microseconds)]));
            writer.WriteNumber("warm_us", Timing.Median([.. warm.Select(l => l[i].Microseconds)]));
            writer.WriteEndObject();
        }
    }

    /// <summary>The least a batch moves: pixels read for the maps (or the gradient), read again for the mix, and written.</summary>
    private static long FloorBytes(Shape shape, Saliency saliency)
    {
        long first = saliency == Saliency.Gradient ? (shape with { Type = ElementType.Float32 }).ImageBytes : shape.ImageBytes;
        return first + (2 * shape.ImageBytes);
    }
}
