using System;

namespace GuidedMixup.Cuda;

/// <summary>Grids of kernels that stride over their work: any number of blocks is right, enough fill the device.</summary>
internal static class Grid
{
    private const long Most = 2048;

    /// <summary>The grid's second dimension ends here on every device; the kernels stride over the rest.</summary>
    private const int MostRows = 65535;

    internal static int Images(int n) => Math.Min(n, MostRows);

    internal static long Of(Kernel kernel, long items) => Math.Clamp((items + kernel.Block - 1) / kernel.Block, 1, Most);
}
