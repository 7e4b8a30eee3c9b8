using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace GuidedMixup.Cli;

/// <summary>Times one shape: rounds of memcpy, each stage and the whole, one after the other, so that a noisy moment meets all of them alike.</summary>
internal static class BenchRun
{
    private const int LeastRounds = 5;
    private const int MostRounds = 2000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);

    internal static BenchResult Measure(BenchShape shape, BenchSetting setting, IReadOnlyCollection<string> wanted)
    {
        bool isCuda = setting.Execution.Device.Type == DeviceType.Cuda;
        int threads = setting.Execution.Threads > 0 ? setting.Execution.Threads : Environment.ProcessorCount;
        BenchMemory memory = isCuda ? new DeviceBenchMemory() : new HostBenchMemory(threads);
        using var batch = new BenchBatch(shape, setting, memory);
        // All stages once in their order, so that those which are timed alone meet true maps, distances and partners.
        foreach ((_, Action work) in batch.Stages) work();
        (string Name, Action Work)[] stages = [.. batch.Stages.Where(stage => wanted.Count == 0 || wanted.Contains(stage.Name))];
        Action[] works = [memory.Copy, .. stages.Select(stage => stage.Work), batch.Mix];
        var times = works.Select(_ => new List<double>()).ToArray();
        Rounds(memory, works, times, WarmUp, 3);
        foreach (List<double> time in times) time.Clear();
        Rounds(memory, works, times, TimeSpan.FromSeconds(setting.Seconds), LeastRounds);

        double[] medians = [.. times.Select(Median)];
        double floor = medians[0] * batch.FloorBytes / memory.CopyBytes;
        return new BenchResult(
            shape, isCuda ? 0 : threads, isCuda ? "cuda" : "cpu", medians[^1],
            [.. stages.Select((stage, i) => (stage.Name, medians[i + 1]))], floor, batch.FloorBytes, times[0].Count);
    }

    /// <summary>The methods on one shape: rounds of memcpy and each method, one after the other.</summary>
    internal static MethodBenchResult[] Measure(BenchShape shape, BenchSetting setting, IReadOnlyList<MixMethod> methods)
    {
        bool isCuda = setting.Execution.Device.Type == DeviceType.Cuda;
        int threads = setting.Execution.Threads > 0 ? setting.Execution.Threads : Environment.ProcessorCount;
        BenchMemory memory = isCuda ? new DeviceBenchMemory() : new HostBenchMemory(threads);
        using var batch = new MethodBenchBatch(shape, setting, methods, memory);
        var results = new MethodBenchResult[methods.Count];
        var works = new List<(int Index, Action Work)>();
        for (int i = 0; i < methods.Count; i++)
        {
            GuidedMixerOptions options = MethodBenchBatch.Options(setting, methods[i]);
            results[i] = new MethodBenchResult(shape, isCuda ? 0 : threads, isCuda ? "cuda" : "cpu", methods[i], 0, batch.LeastBytes(methods[i], options), 0, 0);
            Action work = batch.Work(options);
            try
            {
                work();
                works.Add((i, work));
            }
            catch (ArgumentException refusal)
            {
                // Blocks that do not divide the image, or a method without kernels.
                results[i] = results[i] with { Refusal = refusal.Message };
            }
        }

        // Each by itself until it is compiled well, or the fast ones would wait for the slow ones' rounds.
        foreach ((_, Action work) in works) Rounds(memory, [work], [[]], WarmUp, 3);
        Action[] all = [memory.Copy, .. works.Select(work => work.Work)];
        var times = all.Select(_ => new List<double>()).ToArray();
        Rounds(memory, all, times, WarmUp, 3);
        foreach (List<double> time in times) time.Clear();
        Rounds(memory, all, times, TimeSpan.FromSeconds(setting.Seconds), LeastRounds);
        double[] medians = [.. times.Select(Median)];
        for (int i = 0; i < works.Count; i++)
        {
            int index = works[i].Index;
            // A copy reads and writes each of its bytes.
            double copy = medians[0] * results[index].LeastBytes / (2.0 * memory.CopyBytes);
            results[index] = results[index] with { Total = medians[i + 1], Copy = copy, Rounds = times[0].Count };
        }

        return results;
    }

    private static void Rounds(BenchMemory memory, Action[] works, List<double>[] times, TimeSpan atLeast, int rounds)
    {
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < MostRounds && (round < rounds || Stopwatch.GetElapsedTime(start) < atLeast); round++)
        {
            for (int i = 0; i < works.Length; i++) times[i].Add(memory.Time(works[i]));
        }
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        int middle = times.Count / 2;
        return times.Count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
    }
}
