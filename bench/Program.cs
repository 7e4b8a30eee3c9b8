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

IConfig config = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default)
    .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));
if (BenchmarkSettings.IsShort)
{
    // The JIT's tiers settle within some 40 calls; a pilot stage would take longer than all of them.
    config = config.AddJob(new Job("Short").WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(1).WithIterationCount(3).WithInvocationCount(32).WithUnrollFactor(1));
}
else if (!rest.Contains("--job") && !rest.Contains("-j"))
{
    config = config.AddJob(Job.Default.WithMaxIterationCount(30));
}

Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(rest, config)];
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
