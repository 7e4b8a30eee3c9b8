using System;

namespace GuidedMixup.Cuda;

/// <summary>Launches α-β swap on grids of one size, a warp a grid; or the best solver each takes, a block a grid.</summary>
internal static unsafe class GridCut
{
    /// <summary>Most of the workspace in quality mode, where more than one grid would take more: then a block solves one after another.</summary>
    private const long MostBytes = 1L << 27;

    internal static long WorkspaceBytes(long n, long h, long w, long labels, SolverMode mode)
    {
        DeviceWorkspace workspace = default;
        if (mode == SolverMode.Quality) _ = workspace.Take<byte>(Slots(n, h, w, labels) * SolverBytes(h, w, labels));
        return workspace.Bytes;
    }

    /// <summary>What the network of a convex problem takes; kernels/Ishikawa.cuh counts the same.</summary>
    internal static long NetworkBytes(long nodes, long labels) => (nodes * (labels - 1) * (28 + (16 * (labels - 1)))) + 16;

    internal static void Run(
        in BufferSet buffers,
        in TensorView unary,
        in TensorView smooth,
        in TensorView vertical,
        in TensorView horizontal,
        in TensorView labels,
        in TensorView energies,
        SolverMode mode,
        in Execution execution,
        in Cpu.GridCutCaps caps)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        int n = (int)unary.Shape[0], h = (int)unary.Shape[1], w = (int)unary.Shape[2], count = (int)unary.Shape[3];
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, WorkspaceBytes(n, h, w, count, mode));
        bool isSwap = mode == SolverMode.Parity;
        var arguments = new Arguments(isSwap ? KernelTable.GridCut : KernelTable.GridCutSolver);
        arguments.Add(unary.Data).Add(smooth.Data).Add(vertical.Data).Add(horizontal.Data);
        if (isSwap)
        {
            arguments.Add(h).Add(w).Add(count).Add(caps.Waves).Add(labels.Data).Add(energies.Data);
            call.Launch(ref arguments, n);
            return;
        }

        long slots = Slots(n, h, w, count), bytes = SolverBytes(h, w, count);
        arguments.Add(n).Add(h).Add(w).Add(count).Add(caps.Waves).Add(States(h, w, count, caps.States)).Add(labels.Data).Add(energies.Data);
        arguments.Add(workspace.Take<byte>(slots * bytes)).Add(bytes);
        call.Launch(ref arguments, slots);
    }

    /// <summary>
    /// Either exact solver's memory for one problem: the network of a convex one, or costs of states twice, what they have forgotten at each node,
    /// and the labels left.
    /// </summary>
    internal static long SolverBytes(long h, long w, long labels, int convexLabels = Cpu.GridCutSolver.MaxConvexLabels)
    {
        long nodes = h * w, states = States(h, w, labels, Cpu.BrokenProfile.MaxStates);
        long network = NetworkBytes(nodes, Math.Min(labels, convexLabels));
        return (Math.Max(network, (16 * states) + (nodes * states) + (nodes * labels)) + 255) / 256 * 256;
    }

    /// <summary>The most states at a time: all labels at each of w nodes, or the cap.</summary>
    internal static int States(long h, long w, long labels, int most)
    {
        long states = 1;
        for (long k = 0; k < w && states < most; k++) states *= labels;
        return (int)Math.Min(states, most);
    }

    private static long Slots(long n, long h, long w, long labels) => Math.Clamp(MostBytes / SolverBytes(h, w, labels), 1, n);
}
