namespace GuidedMixup.Cuda;

/// <summary>Launches the cut: mixed images and labels in one pass over the pixels.</summary>
internal static unsafe class CutMix
{
    private const int TilePixels = 2048;

    internal static long WorkspaceBytes(int n)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(n, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in BufferSet buffers,
        in ImageBatch images,
        in TensorView boxes,
        in TensorView partners,
        in TensorView mixed,
        in TensorView ratio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(images.N));
        var pieces = new Pieces(images.N, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        float* outside = ratio.IsEmpty ? pieces.Ratio : (float*)ratio.Data;
        call.Clear(found, images.N);
        CycleCover.Supplied(call, partners, images.N, new Selection(default), pieces.Partners, null, found);
        MixDraws.Supplied(call, default, boxes, images, pieces.Partners, outside, pieces.Boxes, found);
        Run(call, images, pieces.Partners, mixed, pieces.Boxes, outside, !flags.IsEmpty, found, default, options);
    }

    internal static void Run(
        in CudaCall call,
        in ImageBatch images,
        int* partners,
        in TensorView mixed,
        int* boxes,
        float* ratio,
        bool isScanned,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, nameof(images)) : default;
        var arguments = new Arguments(KernelTable.CutMix);
        arguments.Add(new Images(images)).Add(partners).Add(new Images(new ImageBatch(mixed))).Add(channels);
        arguments.Add(boxes).Add(ratio).Add(isScanned ? 1 : 0).Add(flags).Add(labels);
        call.Launch(ref arguments, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Boxes;
        internal readonly int* Flags;
        internal readonly float* Ratio;

        internal Pieces(int n, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Boxes = workspace.Take<int>(4L * n);
            Flags = workspace.Take<int>(n);
            Ratio = workspace.Take<float>(n);
        }
    }
}
