using System;
using System.Diagnostics;
using System.Globalization;
using GuidedMixup.Cli;

namespace GuidedMixup.Benchmarks;

/// <summary>
/// How near each mixing method comes to memcpy of the same bytes at 64×3×224²: a table for NOTES.md, in half a minute. Medians; method and memcpy take
/// turns in one process, so that what else the machine does meets both.
/// </summary>
internal static class MethodShares
{
    private const int Rounds = 40, RunsARound = 5;

    // More than any cache here holds.
    private const long SweepBytes = 128 << 20;

    // As long as the library's own threads wait awake: some 20 µs, so that neither takes a core from the other.
    private const int Spins = 600;

    private static readonly BatchShape Shape = new(64, 3, 224, 224);

    private static readonly (ElementType From, ElementType To)[] Types =
    [
        (ElementType.Float32, ElementType.Float32), (ElementType.BFloat16, ElementType.BFloat16), (ElementType.UInt8, ElementType.UInt8),
        (ElementType.UInt8, ElementType.Float32),
    ];

    /// <summary>
    /// Prints the table, or the part of it whose "method type threads" holds <paramref name="filter"/>; <paramref name="isCold"/>: something else goes
    /// through the caches before each run, so that every byte comes from memory.
    /// </summary>
    internal static void Print(string filter, bool isCold)
    {
        Console.WriteLine($"| {Shape} | images | threads | ms | memcpy, ms | of memcpy |\n|---|---|---|---|---|---|");
        Print<MixupBenchmark>("Mixup", one => one.Mixup(), filter, isCold);
        Print<CutMixBenchmark>("CutMix", one => one.CutMix(), filter, isCold);
        Print<SaliencyCutBenchmark>("SaliencyMix", one => one.SaliencyCut(), filter, isCold);
        Print<SnapMixBenchmark>("SnapMix", one => one.SnapMix(), filter, isCold);
        Print<AugMixBenchmark>("AugMix", one => one.AugMix(), filter, isCold);
    }

    private static void Print<TBenchmark>(string method, Action<TBenchmark> run, string filter, bool isCold)
        where TBenchmark : ImageBenchmark, new()
    {
        foreach ((ElementType from, ElementType to) in Types)
        {
            string types = from == to ? $"{from}" : $"{from} to {to}";
            for (int threads = 1; threads <= 2; threads++)
            {
                if (!$"{method} {types} {threads}".Contains(filter, StringComparison.OrdinalIgnoreCase)) continue;
                var benchmark = new TBenchmark { Shape = Shape, Threads = threads, Type = from, ResultType = to };
                benchmark.Setup();
                using var copy = new MemoryCopy(benchmark.MinimumBytes / 2, threads, bytesARun: 0, Spins);
                using MemoryCopy? sweep = isCold ? new MemoryCopy(SweepBytes / 2, threads, bytesARun: 0) : null;
                double[] own = new double[Rounds * RunsARound], floor = new double[own.Length];
                for (int round = -1; round < Rounds; round++)
                {
                    for (int i = 0; i < RunsARound; i++) Time(() => run(benchmark), sweep, own, (round * RunsARound) + i);
                    for (int i = 0; i < RunsARound; i++) Time(copy.Run, sweep, floor, (round * RunsARound) + i);
                }

                benchmark.Cleanup();
                Array.Sort(own);
                Array.Sort(floor);
                double a = own[own.Length / 2], b = floor[floor.Length / 2];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {method} | {types} | {threads} | {a:0.00} | {b:0.00} | {b / a:P0} |"));
            }
        }
    }

    /// <summary>Milliseconds of one run; those before the first round warm up.</summary>
    private static void Time(Action run, MemoryCopy? sweep, double[] times, int at)
    {
        sweep?.Run();
        long start = Stopwatch.GetTimestamp();
        run();
        if (at >= 0) times[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
