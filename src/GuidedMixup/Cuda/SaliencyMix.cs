namespace GuidedMixup.Cuda;

/// <summary>Launches the search for the pixels that boxes are centred on.</summary>
internal static unsafe class SaliencyMix
{
    internal static long WorkspaceBytes(int n)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(n, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>peaks[i] = the first largest pixel of the partner's map; in <see cref="DrawMode.Batch"/> only peaks[0].</summary>
    internal static void Peaks(in CudaCall call, in ImageBatch maps, int* partners, DrawMode mode, int* peaks, int* flags)
    {
        bool isOne = mode == DrawMode.Batch;
        var arguments = new Arguments(KernelTable.SaliencyMixPeaks);
        arguments.Add(new Images(maps)).Add(partners).Add(isOne ? 1 : 0).Add(peaks).Add(flags);
        call.Launch(ref arguments, isOne ? 1 : maps.N);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in BufferSet buffers,
        in ImageBatch maps,
        in TensorView ratios,
        in TensorView partners,
        in TensorView boxes,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(maps.N));
        var pieces = new Pieces(maps.N, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        call.Clear(found, maps.N);
        CycleCover.Supplied(call, partners, maps.N, new Selection(default), pieces.Partners, null, found);
        Peaks(call, maps, pieces.Partners, options.DrawMode, pieces.Peaks, found);
        MixDraws.Run(
            call, options, new MixInputs { Ratios = ratios }, maps, pieces.Partners, pieces.Peaks, pieces.Ratio, null, (int*)boxes.Data, found);
    }

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Peaks;
        internal readonly int* Flags;
        internal readonly float* Ratio;

        internal Pieces(int n, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Peaks = workspace.Take<int>(n);
            Flags = workspace.Take<int>(n);
            Ratio = workspace.Take<float>(n);
        }
    }
}
