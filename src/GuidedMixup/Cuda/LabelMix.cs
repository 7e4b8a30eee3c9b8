namespace GuidedMixup.Cuda;

/// <summary>Launches the labels of a mixed batch, alone: a block an image.</summary>
internal static unsafe class LabelMix
{
    internal static long WorkspaceBytes(int n)
    {
        DeviceWorkspace workspace = default;
        _ = workspace.Take<int>(n);
        _ = workspace.Take<int>(n);
        return workspace.Bytes;
    }

    /// <summary>Soft rows, pairs, or both; <paramref name="ratio"/> may be empty where no soft rows are asked for.</summary>
    internal static void Run(
        in BufferSet buffers, in TensorView labels, in TensorView partners, in TensorView ratio, in Labels targets, in Execution execution)
    {
        int n = (int)labels.Shape[0];
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n));
        int* narrow = workspace.Take<int>(n), flags = workspace.Take<int>(n);
        call.Clear(flags, n);
        CycleCover.Supplied(call, partners, n, new Selection(default), narrow, null, flags);
        var arguments = new Arguments(KernelTable.LabelMix);
        arguments.Add(narrow).Add(ratio.Data).Add(n).Add(targets).Add(flags);
        call.Launch(ref arguments, n);
    }
}
