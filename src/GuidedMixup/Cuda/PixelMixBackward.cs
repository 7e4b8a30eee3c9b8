namespace GuidedMixup.Cuda;

/// <summary>Launches the gradient through the mix: the chains of images that share a partner, then a gather.</summary>
internal static unsafe class PixelMixBackward
{
    internal static long WorkspaceBytes(int n)
    {
        DeviceWorkspace workspace = default;
        for (int piece = 0; piece < 4; piece++) _ = workspace.Take<int>(n);
        return workspace.Bytes;
    }

    internal static void Run(
        in BufferSet buffers,
        in ImageBatch mixedGradient,
        in TensorView mask,
        in TensorView partners,
        in TensorView imageGradient,
        in Execution execution)
    {
        int n = mixedGradient.N;
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n));
        int* narrow = workspace.Take<int>(n), first = workspace.Take<int>(n), next = workspace.Take<int>(n), flags = workspace.Take<int>(n);
        call.Clear(flags, n);
        CycleCover.Supplied(call, partners, n, new Selection(default), narrow, null, flags);
        var users = new Arguments(KernelTable.PixelMixUsers);
        users.Add(narrow).Add(n).Add(first).Add(next).Add(flags);
        call.Launch(ref users, 1);
        var gather = new Arguments(KernelTable.PixelMixBackward);
        gather.Add(new Images(mixedGradient)).Add(mask.Data).Add(narrow).Add(first).Add(next).Add(new Images(new ImageBatch(imageGradient)));
        call.Launch(ref gather, PixelMix.Tiles(mixedGradient.Pixels), Grid.Images(n));
    }
}
