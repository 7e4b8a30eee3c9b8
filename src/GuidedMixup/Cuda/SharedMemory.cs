using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>The dynamic shared memory of the kernels that ask for it.</summary>
internal static class SharedMemory
{
    /// <summary>Left to the static shared memory of the pairing, which is below this.</summary>
    private const int Static = 1024;

    /// <summary>The pairing keeps the rows of no larger batch in shared memory.</summary>
    private const int MostRows = 256;

    /// <summary>The most a launch of this kernel on this device may ask for; 0 where it cannot run there.</summary>
    internal static int Most(Kernel kernel, CudaDevice device)
    {
        if (kernel == KernelTable.CycleCoverGreedy) return device.SharedMemory - Static;
        if (kernel == KernelTable.CoMixupSolve) return CoMixup.MostShared(device);
        int needed = SpectralResidual.SharedBytes(kernel);
        return needed <= device.SharedMemory ? needed : 0;
    }

    /// <summary>All rows of a distance matrix where they fit, else nothing: they are then read from global memory.</summary>
    internal static int Greedy(int n, CudaDevice device)
    {
        long bytes = 4L * n * n;
        return n <= MostRows && bytes <= Most(KernelTable.CycleCoverGreedy, device) ? (int)bytes : 0;
    }
}
