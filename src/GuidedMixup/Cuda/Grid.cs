using System;

namespace GuidedMixup.Cuda;

/// <summary>Grids of kernels that stride over their work: any number of blocks is right, enough fill the device.</summary>
internal static class Grid
{
    private const long Most = 2048;

    internal static long Of(Kernel kernel, long items) => Math.Clamp((items + kernel.Block - 1) / kernel.Block, 1, Most);
}
