namespace GuidedMixup.Cuda;

/// <summary>Launches SnapMix: the class maps, a block an image; then mixed images, label weights and labels in one pass over the pixels.</summary>
internal static unsafe class SnapMix
{
    private const int TilePixels = 2048;

    internal static long WorkspaceBytes(int n, int nodes)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(n, nodes, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in BufferSet buffers,
        in ImageBatch images,
        in TensorView boxes,
        in TensorView partnerBoxes,
        in TensorView partners,
        in ImageBatch features,
        in TensorView weights,
        in TensorView classes,
        in TensorView mixed,
        in TensorView ratio,
        in TensorView partnerRatio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(images.N, features.Pixels));
        var pieces = new Pieces(images.N, features.Pixels, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        call.Clear(found, images.N);
        CycleCover.Supplied(call, partners, images.N, new Selection(default), pieces.Partners, null, found);
        MixDraws.Supplied(call, default, boxes, images, pieces.Partners, pieces.Outside, pieces.Boxes, found);
        MixDraws.Supplied(call, default, partnerBoxes, images, pieces.Partners, pieces.Outside, pieces.PartnerBoxes, found);
        Run(
            call, images, pieces.Boxes, pieces.PartnerBoxes, pieces.Partners, features, weights, classes, mixed, pieces.Maps, pieces.Settled,
            (float*)ratio.Data, (float*)partnerRatio.Data, !flags.IsEmpty, found, default, options);
    }

    /// <summary>Boxes lie within the images. <paramref name="ratio"/> and <paramref name="partnerRatio"/> may be null.</summary>
    internal static void Run(
        in CudaCall call,
        in ImageBatch images,
        int* boxes,
        int* partnerBoxes,
        int* partners,
        in ImageBatch features,
        in TensorView weights,
        in TensorView classes,
        in TensorView mixed,
        double* maps,
        double* settled,
        float* ratio,
        float* partnerRatio,
        bool isScanned,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        var first = new Arguments(KernelTable.SnapMixMaps);
        first.Add(new Images(features)).Add(weights.Data).Add((int)weights.Type).Add((int)weights.Shape[0]).Add(classes.Data).Add((int)classes.Type);
        first.Add(images.H).Add(images.W).Add(maps).Add(settled).Add(flags);
        call.Launch(ref first, Grid.Images(images.N));

        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, nameof(images)) : default;
        var second = new Arguments(KernelTable.SnapMix);
        second.Add(new Images(images)).Add(partners).Add(new Images(new ImageBatch(mixed))).Add(channels).Add(boxes).Add(partnerBoxes);
        second.Add(classes.Data).Add((int)classes.Type).Add(maps).Add(settled).Add(features.H).Add(features.W).Add(isScanned ? 1 : 0);
        second.Add(ratio).Add(partnerRatio).Add(flags).Add(labels);
        call.Launch(ref second, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Flags;
        internal readonly int* Boxes;
        internal readonly int* PartnerBoxes;
        internal readonly float* Outside;
        internal readonly double* Maps;
        internal readonly double* Settled;

        internal Pieces(int n, int nodes, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Flags = workspace.Take<int>(n);
            Boxes = workspace.Take<int>(4L * n);
            PartnerBoxes = workspace.Take<int>(4L * n);
            Outside = workspace.Take<float>(n);
            Maps = workspace.Take<double>((long)n * nodes);
            Settled = workspace.Take<double>(2L * n);
        }
    }
}
