using System;

namespace GuidedMixup.Cuda;

/// <summary>Launches the pair distance: tiles of pairs, each split along the pixels, then a fixed-order second pass.</summary>
internal static unsafe class PairDistance
{
    private const int Tile = 32;

    /// <summary>Blocks that fill a large device twice; a constant, so that the bits do not depend on the device.</summary>
    private const long Blocks = 264;

    /// <summary>Below this many pixels a block has too little to do.</summary>
    private const long LeastPixels = 512;

    internal static long WorkspaceBytes(int n, long pixels)
    {
        DeviceWorkspace workspace = default;
        _ = workspace.Take<float>(PartialLength(n, pixels));
        return workspace.Bytes;
    }

    /// <summary>Floats of the first pass's result: [splits, N, N].</summary>
    internal static long PartialLength(int n, long pixels) => checked(Splits(n, pixels) * n * n);

    internal static void Compute(
        in BufferSet buffers, in ImageBatch normalised, in TensorView distance, DistanceMetric metric, in Execution execution)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(normalised.N, normalised.Pixels));
        float* partial = workspace.Take<float>(PartialLength(normalised.N, normalised.Pixels));
        Run(call, (float*)normalised.Data, normalised.N, normalised.Pixels, metric, partial, (float*)distance.Data);
    }

    internal static void Run(
        in CudaCall call, float* normalised, int n, int pixels, DistanceMetric metric, float* partial, float* distance)
    {
        int splits = (int)Splits(n, pixels);
        var first = new Arguments(KernelTable.PairDistancePartial);
        first.Add(normalised).Add(n).Add(pixels).Add((int)metric).Add(splits).Add(partial);
        call.Launch(ref first, Tiles(n), splits);
        var second = new Arguments(KernelTable.PairDistanceFinish);
        second.Add(partial).Add(n).Add((int)metric).Add(splits).Add(distance);
        call.Launch(ref second, Grid.Of(KernelTable.PairDistanceFinish, (long)n * n));
    }

    /// <summary>Tiles on and above the diagonal.</summary>
    private static long Tiles(int n)
    {
        long tiles = (n + Tile - 1) / Tile;
        return tiles * (tiles + 1) / 2;
    }

    private static long Splits(int n, long pixels)
    {
        long wanted = (Blocks + Tiles(n) - 1) / Tiles(n), most = Math.Max(1, pixels / LeastPixels);
        return Math.Min(wanted, most);
    }
}
