using System;

namespace GuidedMixup.Cpu;

/// <summary>
/// All pairs of maps: blocks of 32×32 images, over slabs of pixels, in chunks that stay in the cache. Every pair is added up in the same
/// order wherever it stands in the batch, and slabs are added in order: the cut depends on the shape alone.
/// </summary>
internal static unsafe class PairDistance
{
    internal const int Block = 32;
    internal const int Chunk = 1024;

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
        long pairs = (long)n * n;
        double* sums = workspace.Take<double>(checked(slabs * pairs));
        int items = checked(slabs * (blocks * (blocks + 1) / 2));
        var body = new PairDistanceBody(maps, sums, n, pixels, blocks, perSlab, metric, workspace, WorkerTeam.Count(threads, items));
        WorkerTeam.For(items, threads, ref body);

        // The upper triangle, slab after slab, into the first.
        for (int slab = 1; slab < slabs; slab++)
        {
            double* partial = sums + slab * pairs;
            for (int i = 0; i < n; i++)
            {
                for (long at = (long)i * n + i; at < (i + 1L) * n; at++) sums[at] += partial[at];
            }
        }

        for (int i = 0; i < n; i++)
        {
            distance[(long)i * n + i] = 0;
            for (int j = i + 1; j < n; j++)
            {
                double own = sums[(long)i * n + i], other = sums[(long)j * n + j], both = sums[(long)i * n + j];
                float d = metric switch
                {
                    DistanceMetric.L2 => (float)Math.Sqrt(Math.Max(own + other - 2 * both, 0)),
                    DistanceMetric.L1 => (float)both,
                    _ => own * other == 0 ? 1 : (float)Math.Max(1 - both / Math.Sqrt(own * other), 0),
                };
                distance[(long)i * n + j] = distance[(long)j * n + i] = d;
            }
        }
    }
}
