using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>
/// Launches Co-Mixup: maps measured an image a block, parts drawn and laid out a part a block, then the blend with weights and labels in one pass.
/// </summary>
internal static unsafe class CoMixup
{
    private const int TilePixels = 2048;

    /// <summary>Left to the static shared memory of the solver, which is below this.</summary>
    private const int Static = 2_048;

    /// <summary>The workspace of one part alone.</summary>
    internal static long WorkspaceBytes(int inputs, int outputs, int h, int w, SolverMode mode, int starts)
    {
        DeviceWorkspace workspace = default;
        _ = new CoMixupBuffers(inputs, outputs, starts, h, w, mode, ref workspace);
        if (mode == SolverMode.Quality) _ = new CoMixupPolish(inputs, outputs, starts, h, w, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>One part alone, as z.</summary>
    internal static void Solve(
        in BufferSet buffers,
        in TensorView saliency,
        in TensorView alpha,
        in TensorView compatibility,
        in TensorView start,
        in TensorView layout,
        in TensorView energies,
        CoMixupOptions options,
        in Execution execution)
    {
        int n = (int)saliency.Shape[0], h = (int)saliency.Shape[1], w = (int)saliency.Shape[2], outputs = (int)layout.Shape[0];
        int starts = options.Mode == SolverMode.Parity || start.Rank == 3 ? 1 : (int)start.Shape[0];
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n, outputs, h, w, options.Mode, starts));
        var part = new CoMixupBuffers(saliency, alpha, compatibility, start, outputs, starts, options.Mode, ref workspace);
        CoMixupPolish polish = options.Mode == SolverMode.Parity ? default : new CoMixupPolish(n, outputs, starts, h, w, ref workspace);
        var plan = new CoMixupPlan(n, outputs, h, w, Shared(call.Device), options);
        Solve(call, plan, part, polish, 1, starts, options.Mode, (long*)energies.Data, (float*)layout.Data);
    }

    /// <summary>Mixes a batch. No <paramref name="maps"/> where the host knows that it has no members.</summary>
    internal static void Run(
        in CudaCall call,
        in ImageBatch images,
        in ImageBatch? maps,
        in Selection selection,
        in CoMixupBuffers buffers,
        in CoMixupPolish polish,
        in TensorView mixed,
        float* weights,
        bool isScanned,
        int* flags,
        in Labels labels,
        GuidedMixerOptions options)
    {
        CoMixupOptions constants = options.CoMixup;
        int inputs = CoMixupBuffers.Inputs(constants, images.N), parts = CoMixupBuffers.Parts(constants, images.N);
        var plan = new CoMixupPlan(inputs, inputs, constants.Blocks, constants.Blocks, Shared(call.Device), constants);
        if (maps is { } measured)
        {
            var first = new Arguments(KernelTable.CoMixupMeasure);
            first.Add(new Images(measured)).Add(plan).Add(buffers).Add(flags);
            call.Launch(ref first, images.N);
        }

        var second = new Arguments(KernelTable.CoMixupDraw);
        second.Add(images.N).Add(selection).Add(plan).Add(buffers);
        call.Launch(ref second, parts);
        if (maps != null) Solve(call, plan, buffers, polish, parts, CoMixupBuffers.Starts(constants), constants.Mode, null, null);

        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, nameof(images)) : default;
        var last = new Arguments(KernelTable.CoMixup);
        last.Add(new Images(images)).Add(new Images(new ImageBatch(mixed))).Add(channels).Add(plan).Add(buffers);
        last.Add(weights).Add(isScanned ? 1 : 0).Add(flags).Add(labels);
        call.Launch(ref last, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }

    /// <summary>The most dynamic shared memory that the solver may ask for on a device.</summary>
    internal static int MostShared(CudaDevice device) => CoMixupPlan.MostShared(Shared(device));

    private static int Shared(CudaDevice device) => device.SharedMemory - Static;

    private static void Solve(
        in CudaCall call,
        in CoMixupPlan plan,
        in CoMixupBuffers buffers,
        in CoMixupPolish polish,
        int parts,
        int starts,
        SolverMode mode,
        long* energies,
        float* layout)
    {
        var arguments = new Arguments(KernelTable.CoMixupSolve);
        arguments.Add(plan).Add(buffers).Add(energies).Add(mode == SolverMode.Parity ? layout : null);
        call.Launch(ref arguments, parts, starts, plan.SharedBytes);
        if (mode == SolverMode.Quality) polish.Run(call, plan, buffers, parts, starts, layout);
    }
}
