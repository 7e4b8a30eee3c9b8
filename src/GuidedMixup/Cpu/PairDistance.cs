using System;

namespace GuidedMixup.Cpu;

/// <summary>
/// All pairs of maps: blocks of 64×64 images, over slabs of pixels, in chunks that stay in the cache. Every pair is added up in the same
/// order wherever it stands in the batch, and slabs are added in order: the cut depends on the shape alone.
/// </summary>
internal static unsafe class PairDistance
{
    internal const int Block = 64;
    internal const int Chunk = 512;

    // Slabs feed the threads of a small batch; their partial sums stay below 2¹⁸ numbers.
    private const int MaxSlabs = 16;
    private const long MaxPartials = 1 << 18;

    internal static void Run(float* maps, float* distance, int n, int pixels, DistanceMetric metric, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int chunks = (pixels + Chunk - 1) / Chunk, blocks = (n + Block - 1) / Block;
        int slabs = (int)Math.Clamp(MaxPartials / ((long)n * n), 1, Math.Min(chunks, MaxSlabs));
        int perSlab = (chunks + slabs - 1) / slabs;
        slabs = (chunks + perSlab - 1) / perSlab;
        double* sums = workspace.Take<double>(checked(slabs * (long)n * VectorMath.Pad(n)));
        int items = checked(slabs * (blocks * (blocks + 1) / 2));
        var products = new PairDistanceBody(maps, sums, n, pixels, blocks, perSlab, metric, workspace, WorkerTeam.Count(threads, items));
        WorkerTeam.For(items, threads, ref products);
        var roots = new PairDistanceRoots(sums, slabs, distance, n, metric, workspace);
        WorkerTeam.For(roots.Count, threads, ref roots);
    }
}
