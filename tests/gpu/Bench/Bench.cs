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
        foreach (BenchCase one in isDry ? BenchCase.Dry : BenchCase.Standard)
        {
            Console.WriteLine($"{one.Name} {one.Shape}");
            One(writer, one, count, together, flushBytes);
            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What nothing can beat here: a clear and a copy of memory by the driver, and two events with nothing between them.</summary>
    private static void Ceilings(Utf8JsonWriter writer, int count, long bytes)
    {
        using var batch = new DeviceBatch(new GuidedMixer(), new Shape(2, 3, 32, 32), everyOutput: false);
        batch.Mix();
        writer.WriteNumber("empty_us", Timing.Cold(batch.Stream, count, () => { }, () => { }));
        using var from = new Flush(bytes);
        double clear = Timing.Cold(batch.Stream, Math.Min(count, 21), () => { }, () => from.Clear(batch.Stream));
        writer.WriteNumber("clear_gb_per_s", bytes / (clear * 1e3));
        using CudaBuffer source = new(bytes), target = new(bytes);
        double copy = Timing.Cold(batch.Stream, Math.Min(count, 21), () => { }, () => source.CopyTo(target, batch.Stream));
        // Read and written.
        writer.WriteNumber("memcpy_gb_per_s", 2 * bytes / (copy * 1e3));
    }

    private static void One(Utf8JsonWriter writer, BenchCase one, int count, int together, long flushBytes)
    {
        writer.WriteStartObject();
        writer.WriteString("method", one.Name);
        writer.WriteString("shape", one.Shape.ToString());
        writer.WriteNumber("floor_bytes", one.FloorBytes);
        try
        {
            using var batch = new DeviceBatch(new GuidedMixer(one.Options), one.Shape, everyOutput: false);
            Time(writer, one, batch, one.Work(batch), count, together, flushBytes);
        }
        catch (ArgumentException refusal)
        {
            // What a method cannot do on a device yet is said, not hidden.
            writer.WriteString("refused", refusal.Message);
        }

        writer.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter writer, BenchCase one, DeviceBatch batch, Action mix, int count, int together, long flushBytes)
    {
        using var flush = new Flush(flushBytes);
        mix();
        batch.Stream.Synchronise();
        void Clear() => flush.Clear(batch.Stream);
        writer.WriteNumber("stream_cold_us", Timing.Cold(batch.Stream, count, Clear, mix));
        writer.WriteNumber("stream_warm_us", Timing.Warm(batch.Stream, count, together, mix));
        try
        {
            using CudaGraph graph = one.IsStage ? batch.Capture(mix) : batch.Capture();
            void Replay() => graph.Launch(batch.Stream);
            writer.WriteNumber("graph_cold_us", Timing.Cold(batch.Stream, count, Clear, Replay));
            writer.WriteNumber("graph_warm_us", Timing.Warm(batch.Stream, count, together, Replay));
        }
        catch (ArgumentException refusal)
        {
            writer.WriteString("graph_refused", refusal.Message);
        }

        writer.WriteStartArray("kernels");
        if (Launches.IsHere) Kernels(writer, one, mix, count, together, flushBytes);
        writer.WriteEndArray();
    }

    private static void Kernels(Utf8JsonWriter writer, BenchCase one, Action mix, int count, int together, long flushBytes)
    {
        List<Launch[]> cold = [], warm = [];
        for (int i = 0; i < count; i++)
        {
            Launches.Begin(1, flushBytes);
            mix();
            cold.Add(Launches.End());
            Launches.Begin(together, 0);
            mix();
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
            if (one.KernelBytes(launch.Kernel) is { } bytes) writer.WriteNumber("least_bytes", bytes);
            writer.WriteNumber("cold_us", Timing.Median([.. cold.Select(l => l[i].Microseconds)]));
            writer.WriteNumber("warm_us", Timing.Median([.. warm.Select(l => l[i].Microseconds)]));
            writer.WriteEndObject();
        }
    }
}
