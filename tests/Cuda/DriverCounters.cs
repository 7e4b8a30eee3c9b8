namespace GuidedMixup.Tests.Cuda;

/// <summary>What the emulated driver has done.</summary>
internal sealed record DriverCounters(
    long Launches,
    long Kernels,
    long GraphLaunches,
    long Copies,
    long Memsets,
    long Synchronisations,
    long Allocations,
    long Frees,
    long ModuleLoads);
