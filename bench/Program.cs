using System;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GuidedMixup.Benchmarks;
using Perfolizer.Horology;

// `--short` is for CI: one shape, in this process, few iterations; a sign of life and of gross slips, not a measurement.
// `--methods [FILTER] [--cold]` prints how near the mixing methods come to memcpy, e.g. `--methods 'SnapMix Float32 1'`.
if (args is ["--methods", ..])
{
    string filter = string.Join(' ', args.Where(arg => !arg.StartsWith("--", StringComparison.Ordinal)));
    MethodShares.Print(filter, isCold: args.Contains("--cold"));
    return 0;
}

BenchmarkSettings.IsShort = args.Contains("--short");
string[] rest = [.. args.Where(arg => arg != "--short")];
if (BenchmarkSettings.IsShort && !rest.Contains("--filter")) rest = [.. rest, "--filter", "*"];

IConfig config = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(StatisticColumn.Median, new ThroughputColumn(), new CopyShareColumn())
    .HideColumns("Error", "StdDev", "RatioSD", "Gen0", "Alloc Ratio")
    .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));
if (BenchmarkSettings.IsShort)
{
    // The JIT's tiers settle within some hundred calls; a pilot stage would take longer than all of them.
    config = config.AddJob(new Job("Short").WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(8).WithIterationCount(5).WithInvocationCount(64).WithUnrollFactor(1));
}
else if (!rest.Contains("--job") && !rest.Contains("-j"))
{
    // A process a case, some ten seconds each: all of them take hours, one class (--filter '*PixelMix*') minutes.
    config = config.AddJob(new Job("Full").WithWarmupCount(4).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(100)));
}

Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(rest, config)];
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
