namespace GuidedMixup.Cuda;

/// <summary>Launches the mix: mask, mixed images, label weights and labels in one pass over the pixels.</summary>
internal static unsafe class PixelMix
{
    private const int TilePixels = 2048;

    internal static long WorkspaceBytes(int n, int pixels)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(n, pixels, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>Floats of the tile sums [N, tiles].</summary>
    internal static long PartialLength(int n, int pixels) => (long)n * Tiles(pixels);

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in BufferSet buffers,
        in ImageBatch images,
        in TensorView normalised,
        in TensorView partners,
        in TensorView mixed,
        in TensorView mask,
        in TensorView ratio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(images.N, images.Pixels));
        var pieces = new Pieces(images.N, images.Pixels, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        call.Clear(found, images.N);
        CycleCover.Supplied(call, partners, images.N, new Selection(default), pieces.Partners, pieces.Tickets, found);
        Run(
            call, images, (float*)normalised.Data, pieces.Partners, mixed, (float*)mask.Data, pieces.Partial, pieces.Tickets,
            ratio.IsEmpty ? pieces.Ratio : (float*)ratio.Data, found, default, options);
    }

    internal static void Run(
        in CudaCall call,
        in ImageBatch images,
        float* normalised,
        int* partners,
        in TensorView mixed,
        float* mask,
        float* partial,
        int* tickets,
        float* ratio,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        bool isNormalised = mixed.Type != images.Type;
        Channels channels = isNormalised ? Channels.Normalise(images, options, nameof(images)) : default;
        var arguments = new Arguments(KernelTable.PixelMix);
        arguments.Add(new Images(images)).Add(normalised).Add(partners).Add(new Images(new ImageBatch(mixed))).Add(channels);
        arguments.Add(isNormalised ? 1 : 0).Add(mask).Add(partial).Add(tickets).Add(ratio).Add(flags).Add(labels);
        call.Launch(ref arguments, Tiles(images.Pixels), Grid.Images(images.N));
    }

    internal static long Tiles(int pixels) => (pixels + TilePixels - 1) / TilePixels;

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Tickets;
        internal readonly int* Flags;
        internal readonly float* Ratio;
        internal readonly float* Partial;

        internal Pieces(int n, int pixels, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Tickets = workspace.Take<int>(n);
            Flags = workspace.Take<int>(n);
            Ratio = workspace.Take<float>(n);
            Partial = workspace.Take<float>(PartialLength(n, pixels));
        }
    }
}
