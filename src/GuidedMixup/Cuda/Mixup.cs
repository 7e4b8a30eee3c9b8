namespace GuidedMixup.Cuda;

/// <summary>Launches the blend: mixed tensors and labels in one pass over the elements.</summary>
internal static unsafe class Mixup
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
        in TensorView tensors,
        in TensorView ratio,
        in TensorView partners,
        in TensorView mixed,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        int n = (int)tensors.Shape[0];
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n));
        var pieces = new Pieces(n, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        call.Clear(found, n);
        CycleCover.Supplied(call, partners, n, new Selection(default), pieces.Partners, null, found);
        ImageBatch some = new FoldedBatch(tensors, mixed).A(0);
        MixDraws.Supplied(call, ratio, default, some, pieces.Partners, pieces.Ratio, null, found);
        Run(call, tensors, pieces.Partners, mixed, pieces.Ratio, found, default, options);
    }

    internal static void Run(
        in CudaCall call,
        in TensorView tensors,
        int* partners,
        in TensorView mixed,
        float* ratio,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        if (GuidedMixup.Mixup.IsByChannel(options, tensors, mixed))
        {
            Run(call, new ImageBatch(tensors), partners, new ImageBatch(mixed), ratio, flags, labels, options);
            return;
        }

        // A kernel that converts has a scale for every channel, though all are the same here.
        var folded = new FoldedBatch(tensors, mixed, mixed.Type == tensors.Type ? int.MaxValue : Channels.Max);
        for (long i = 0; i < folded.Count; i++) Run(call, folded.A(i), partners, folded.B(i), ratio, flags, i == 0 ? labels : default, options);
    }

    private static void Run(
        in CudaCall call,
        in ImageBatch images,
        int* partners,
        in ImageBatch mixed,
        float* ratio,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, "tensors") : default;
        var arguments = new Arguments(KernelTable.Mixup);
        arguments.Add(new Images(images)).Add(partners).Add(new Images(mixed)).Add(channels).Add(ratio).Add(flags).Add(labels);
        call.Launch(ref arguments, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Flags;
        internal readonly float* Ratio;

        internal Pieces(int n, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Flags = workspace.Take<int>(n);
            Ratio = workspace.Take<float>(n);
        }
    }
}
