namespace GuidedMixup.Cuda;

/// <summary>Launches the pairing; one block, no round trip to the host.</summary>
internal static unsafe class CycleCover
{
    /// <summary>The workspace of greedy or random pairing alone.</summary>
    internal static long WorkspaceBytes(int n)
    {
        DeviceWorkspace workspace = default;
        _ = workspace.Take<int>(n);
        _ = workspace.Take<int>(n);
        _ = workspace.Take<ulong>(n);
        return workspace.Bytes;
    }

    /// <summary>The stage "greedy" alone.</summary>
    internal static void Greedy(
        in BufferSet buffers,
        in TensorView distance,
        in TensorView partners,
        in TensorView subset,
        in TensorView flags,
        bool strict,
        in Execution execution)
    {
        if (strict) OptionRules.RefuseStrict();
        int n = (int)distance.Shape[0];
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n));
        int* narrow = Narrow(partners, workspace.Take<int>(n)), found = workspace.Take<int>(n);
        if (!flags.IsEmpty) found = (int*)flags.Data;
        call.Clear(found, n);
        Greedy(call, (float*)distance.Data, n, new Selection(subset), countsNaN: !flags.IsEmpty, narrow, null, found);
        Widen(call, narrow, partners);
    }

    /// <summary>The stage "random" alone.</summary>
    internal static void Random(
        in BufferSet buffers, in TensorView partners, ulong seed, ulong step, int rank, in TensorView subset, in Execution execution)
    {
        int n = (int)partners.Shape[0];
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n));
        int* narrow = Narrow(partners, workspace.Take<int>(n));
        Random(call, n, new Selection(subset, seed, step, rank), workspace.Take<ulong>(n), narrow, null);
        Widen(call, narrow, partners);
    }

    internal static void Greedy(
        in CudaCall call, float* distance, int n, in Selection selection, bool countsNaN, int* partners, int* tickets, int* flags)
    {
        int shared = SharedMemory.Greedy(n, call.Device);
        // Bits the kernel knows: 1 asks for the NaN flags, 2 says that the shared memory for all rows is there.
        int bits = (countsNaN ? 1 : 0) | (shared > 0 ? 2 : 0);
        var arguments = new Arguments(KernelTable.CycleCoverGreedy);
        arguments.Add(distance).Add(n).Add(selection).Add(bits).Add(partners).Add(tickets).Add(flags);
        call.Launch(ref arguments, 1, 1, shared);
    }

    internal static void Random(in CudaCall call, int n, in Selection selection, ulong* keys, int* partners, int* tickets)
    {
        var arguments = new Arguments(KernelTable.CycleCoverRandom);
        arguments.Add(n).Add(selection).Add(keys).Add(partners).Add(tickets);
        call.Launch(ref arguments, 1);
    }

    /// <summary>Supplied partners as the other kernels take them: Int32 and in range, the bad ones flagged and left alone.</summary>
    internal static void Supplied(
        in CudaCall call, in TensorView given, int n, in Selection selection, int* partners, int* tickets, int* flags)
    {
        var arguments = new Arguments(KernelTable.CycleCoverSupplied);
        arguments.Add(given.Data).Add(given.Type == ElementType.Int64 ? 1 : 0).Add(n).Add(selection).Add(partners).Add(tickets).Add(flags);
        call.Launch(ref arguments, 1);
    }

    /// <summary>Where kernels write partners: the caller's memory, unless that is of 64 bits.</summary>
    internal static int* Narrow(in TensorView partners, int* workspace) =>
        !partners.IsEmpty && partners.Type == ElementType.Int32 ? (int*)partners.Data : workspace;

    /// <summary>Brings partners to the caller's Int64 memory.</summary>
    internal static void Widen(in CudaCall call, int* narrow, in TensorView partners)
    {
        if (partners.IsEmpty || partners.Type == ElementType.Int32) return;
        var arguments = new Arguments(KernelTable.CycleCoverWiden);
        arguments.Add(narrow).Add((int)partners.Length).Add(partners.Data);
        call.Launch(ref arguments, Grid.Of(KernelTable.CycleCoverWiden, partners.Length));
    }
}
