namespace GuidedMixup.Cuda;

/// <summary>Launches PuzzleMix: what costs are made of, then costs, cut and transport, then the blend with labels in one pass over the pixels.</summary>
internal static unsafe class PuzzleMix
{
    /// <summary>Blocks an image for what its blocks' boundaries cost.</summary>
    private const int BoundaryBlocks = 4;

    private const int TilePixels = 2048;

    internal static long WorkspaceBytes(PuzzleMixOptions options, int n, int h, int w)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(options, n, h, w, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in BufferSet buffers,
        in ImageBatch images,
        in ImageBatch maps,
        in TensorView ratios,
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
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(options.PuzzleMix, images.N, images.H, images.W));
        var pieces = new Pieces(options.PuzzleMix, images.N, images.H, images.W, ref workspace);
        int* found = flags.IsEmpty ? pieces.Flags : (int*)flags.Data;
        float* own = ratio.IsEmpty ? pieces.Ratio : (float*)ratio.Data;
        call.Clear(found, images.N);
        CycleCover.Supplied(call, partners, images.N, new Selection(default), pieces.Partners, null, found);
        MixDraws.Supplied(call, ratios, default, images, pieces.Partners, own, null, found);
        Run(
            call, images, maps, pieces.Partners, options.PuzzleMix.Blocks, pieces.Puzzle, mixed, (float*)mask.Data, own, null, !flags.IsEmpty, found,
            default, options);
    }

    /// <summary>
    /// <paramref name="ratio"/> brings λ and takes λ'. No <paramref name="maps"/> where every image is its own partner. Flags are read: an invalid
    /// draw leaves its image alone.
    /// </summary>
    internal static void Run(
        in CudaCall call,
        in ImageBatch images,
        in ImageBatch? maps,
        int* partners,
        int blocks,
        in PuzzleMixPieces pieces,
        in TensorView mixed,
        float* mask,
        float* ratio,
        float* partnerRatio,
        bool isScanned,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        var shape = new Cpu.PuzzleMixShape(images.H, images.W, images.C, blocks, options.PuzzleMix);
        var plan = new PuzzlePlan(shape, options.PuzzleMix);
        double* squares = shape.SquareRows == blocks && shape.SquareColumns == blocks ? pieces.Blocks : pieces.Squares;
        if (maps is { } measured)
        {
            var first = new Arguments(KernelTable.PuzzleMixMeasure);
            first.Add(new Images(measured)).Add(new Images(images)).Add(partners).Add(plan);
            first.Add(Channels.Deviation(images, options.PuzzleMix, nameof(images)));
            first.Add(pieces.Blocks).Add(squares).Add(pieces.Boundaries).Add(flags);
            call.Launch(ref first, images.N, 1 + BoundaryBlocks);
        }

        var second = new Arguments(KernelTable.PuzzleMixSolve);
        second.Add(plan).Add(partners).Add(pieces.Blocks).Add(squares).Add(pieces.Boundaries).Add(ratio).Add(partnerRatio).Add(flags);
        second.Add(pieces.Unary).Add(pieces.Vertical).Add(pieces.Horizontal).Add(pieces.Network).Add(pieces.BlockLabels).Add(pieces.Sources);
        call.Launch(ref second, images.N);

        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, nameof(images)) : default;
        var third = new Arguments(KernelTable.PuzzleMix);
        third.Add(new Images(images)).Add(partners).Add(new Images(new ImageBatch(mixed))).Add(channels).Add(plan);
        third.Add(pieces.BlockLabels).Add(pieces.Sources).Add(mask).Add(ratio).Add(isScanned ? 1 : 0).Add(flags).Add(labels);
        call.Launch(ref third, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }

    /// <summary>The blocks of a batch; where the host must not draw them, they have to be given.</summary>
    internal static int Blocks(GuidedMixerOptions options, in MixInputs inputs, in ImageBatch images, nint stream)
    {
        if (options.PuzzleMix.Blocks == 0 && !inputs.StepBuffer.IsEmpty)
            Require.Fail("options", "PuzzleMix.Blocks is 0, to be drawn on the host, which cannot read stepBuffer; give a number of blocks.");
        if (options.PuzzleMix.Blocks == 0 && KernelCache.IsCapturing(stream))
            Require.Fail("options", "PuzzleMix.Blocks is 0, to be drawn, while the stream is captured: every replay would repeat the draw. Give a number of blocks.");
        return Cpu.PuzzleMix.Blocks(options, images, inputs.Step);
    }

    private readonly struct Pieces
    {
        internal readonly int* Partners;
        internal readonly int* Flags;
        internal readonly float* Ratio;
        internal readonly PuzzleMixPieces Puzzle;

        internal Pieces(PuzzleMixOptions options, int n, int h, int w, ref DeviceWorkspace workspace)
        {
            Partners = workspace.Take<int>(n);
            Flags = workspace.Take<int>(n);
            Ratio = workspace.Take<float>(n);
            Puzzle = new PuzzleMixPieces(options, n, h, w, ref workspace);
        }
    }
}
