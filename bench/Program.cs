using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GuidedMixup.Benchmarks;

// `--short` is for CI: one shape, in this process, few iterations; a sign of life and of gross slips, not a measurement.
BenchmarkSettings.IsShort = args.Contains("--short");
string[] rest = [.. args.Where(arg => arg != "--short")];
if (BenchmarkSettings.IsShort && !rest.Contains("--filter")) rest = [.. rest, "--filter", "*"];

Job job = BenchmarkSettings.IsShort
    ? new Job("Short").WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(1).WithIterationCount(3).WithLaunchCount(1).WithInvocationCount(1).WithUnrollFactor(1)
    // As default, so that BenchmarkDotNet's own --job replaces it.
    : Job.Default.WithMaxIterationCount(30).AsDefault();
IConfig config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
    .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(rest, config)];
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
